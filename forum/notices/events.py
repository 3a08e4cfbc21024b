"""What the worker is asked to go on with."""

from dataclasses import dataclass

from forum.kernel.events import Event, event


@event("notices.post_goes_on")
@dataclass(frozen=True, kw_only=True)
class PostGoesOn(Event):
    """Some of those who want a post by mail at once have it; the others, with higher ids, have not."""

    post_id: int
    after: int
