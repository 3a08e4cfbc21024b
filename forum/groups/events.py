"""What happens to the people of a group."""

from dataclasses import dataclass

from forum.kernel.events import Event, event


@event("group.asked_to_join")
@dataclass(frozen=True, kw_only=True)
class AskedToJoin(Event):
    """Somebody wants to come into a group and waits for an answer."""

    group_id: int
    member_id: int
    note: str


@event("group.request_answered")
@dataclass(frozen=True, kw_only=True)
class RequestAnswered(Event):
    """A facilitator admitted somebody who had asked to join, or declined."""

    group_id: int
    member_id: int
    admitted: bool
    word: str


@event("group.member_brought_in")
@dataclass(frozen=True, kw_only=True)
class MemberBroughtIn(Event):
    """A facilitator made somebody a member of a group without being asked."""

    group_id: int
    member_id: int
