"""What happens to kept searches."""

from dataclasses import dataclass

from forum.kernel.events import Event, event


@event("searches.due")
@dataclass(frozen=True, kw_only=True)
class SearchesDue(Event):
    """Some kept searches have not been compared with what came lately."""

    search_ids: list[int]


@event("searches.mail_due")
@dataclass(frozen=True, kw_only=True)
class SearchMailDue(Event):
    """There is something to tell a member about."""

    member_id: int
