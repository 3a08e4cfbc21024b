"""What happens to an account, for whoever has to know."""

from dataclasses import dataclass

from forum.kernel.events import Event, event


@event("member.waiting")
@dataclass(frozen=True, kw_only=True)
class MemberWaiting(Event):
    """A newcomer has confirmed their address and waits for a moderator."""

    member_id: int


@event("member.approved")
@dataclass(frozen=True, kw_only=True)
class MemberApproved(Event):
    """A moderator let a newcomer in."""

    member_id: int
    by_id: int


@event("member.refused")
@dataclass(frozen=True, kw_only=True)
class MemberRefused(Event):
    """A moderator did not let a newcomer in, and said why."""

    member_id: int
    by_id: int
    reason: str


@event("member.erased")
@dataclass(frozen=True, kw_only=True)
class MemberErased(Event):
    """A member left and took their name along; what they said stays."""

    member_id: int


@event("member.time_zone_changed")
@dataclass(frozen=True, kw_only=True)
class TimeZoneChanged(Event):
    """A member lives by other clocks now."""

    member_id: int
