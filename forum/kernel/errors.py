"""What can go wrong in the domain, in the domain's own words.

`forum.web.errors` gives each kind its HTTP status; mail and the command line say the sentence as it is.
"""


class DomainError(Exception):
    """Something a person tried cannot be done; the message is for them to read."""


class NotFound(DomainError):
    """There is no such thing, or this reader may not know that there is (404)."""


class NotAllowed(DomainError):
    """The thing is there and they can see it, but this is not theirs to do (403)."""


class Refused(DomainError):
    """They may, in general, but not in the state things are in (409)."""


class Invalid(DomainError):
    """What was sent does not fit; the message says which part and what would (422).

    Args:
        message: the sentence for the person.
        field: name of the form field it belongs beside, if one is to blame.
    """

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class NotAlike(Exception):
    """What all readers of a kind should share shows something that only some of them may see: it is made for each."""


class Personal(Exception):
    """What is made for all readers of a kind asked for something that belongs to one of them: a mistake of ours."""
