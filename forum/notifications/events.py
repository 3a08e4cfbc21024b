"""What happens to digests, for the worker itself."""

from dataclasses import dataclass

from forum.kernel.events import Event, event


@event("digests.given_up")
@dataclass(frozen=True, kw_only=True)
class DigestsGivenUp(Event):
    """Mails that told of something which was hidden, deleted or made private before they went."""

    delivery_ids: list[int]
