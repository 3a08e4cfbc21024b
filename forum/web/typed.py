"""What somebody had typed, for a page that has to say no: nothing they wrote may be lost with it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request

#: Not ours to show again, whatever stands in them.
SECRET = ("password", "token", "secret", "passcode")
#: Fields people write in, even if it is one word or a language without spaces. What else is one word was chosen, or is ours.
WRITTEN = frozenset(
    {
        *("title", "alternative_titles", "name", "body", "text", "texts", "words", "word", "note", "reason"),
        *("answer", "abstract", "description", "context", "people", "organisations", "publisher", "url"),
        *("source_url", "venue", "city", "discouraged", "what_changed"),
    }
)
NOT_SENT_AGAIN = frozenset({"csrf_token"})


@dataclass(frozen=True)
class Typed:
    """The fields of a form that was not accepted.

    Args:
        words: what was written, to be shown.
        rest: the others, to be sent again beside them; none when the form bears secrets.
        bears_files: whether files came along, which no page can give back to be sent again.
    """

    words: tuple[tuple[str, str], ...] = ()
    rest: tuple[tuple[str, str], ...] = ()
    bears_secrets: bool = False
    bears_files: bool = False

    @property
    def can_be_sent_again(self) -> bool:
        return bool(self.words) and not (self.bears_secrets or self.bears_files)


def typed(status: int) -> Typed:
    """What the form of this request said.

    Args:
        status: of the answer; a form that was too large (413) was never read.
    """
    if request.method != "POST" or status == 413:
        return Typed()
    fields = [(name, value) for name, value in request.form.items(multi=True) if name not in NOT_SENT_AGAIN]
    if any(secret in name.lower() for name, _value in fields for secret in SECRET):
        return Typed(bears_secrets=True)
    words = tuple((name, value) for name, value in fields if _is_written(name, value.strip()))
    bears_files = any(file.filename for file in request.files.values())
    return Typed(words, tuple(field for field in fields if field not in words), bears_files=bears_files)


def _is_written(name: str, value: str) -> bool:
    """Whether somebody wrote this, rather than chose it."""
    return bool(value) and (name in WRITTEN or " " in value or "\n" in value or not value.isascii())
