"""What the community's places and people tell the rest of the forum."""

from dataclasses import dataclass

from forum.kernel.events import Event, event


@event("profile.changed")
@dataclass(frozen=True, kw_only=True)
class ProfileChanged(Event):
    """A member's name, profile or standing is different: the directory's index follows it."""

    member_id: int


@event("group.visibility_changed")
@dataclass(frozen=True, kw_only=True)
class GroupVisibilityChanged(Event):
    """Who may read a group's entries is different: every one of them is indexed anew."""

    group_id: int
