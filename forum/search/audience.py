"""Can.READ a third time: as words an engine can compare.

A document carries the names of those who may see it, a reader brings the names they go by, and one in common is
enough. A property test holds this to `access.scopes.visible_to`, which has the last word before anything is shown.
"""

from __future__ import annotations

from forum.access.rules import groups_of
from forum.accounts.models import Member
from forum.entries.models import Visibility

ANYONE = "anyone"
VISITORS = "visitors"  # only people who are not signed in: for what members see more of
MEMBERS = "members"
MODERATORS = "moderators"
SECRETARIAT = "secretariat"


def keys_of(reader: Member | None) -> frozenset[str]:
    """The names a reader goes by."""
    if reader is None:
        return frozenset({ANYONE, VISITORS})
    names = {ANYONE, MEMBERS, f"author:{reader.id}", *(f"group:{id}" for id in groups_of(reader))}
    if reader.is_moderator:
        names.add(MODERATORS)
    if reader.is_secretariat:
        names.add(SECRETARIAT)
    return frozenset(names)


def audience_of(visibility: Visibility, *, hidden: bool, group_id: int | None, author_id: int | None) -> frozenset[str]:
    """Who may see an entry."""
    names = {SECRETARIAT}
    if author_id is not None:
        names.add(f"author:{author_id}")
    if visibility is Visibility.DRAFT:
        return frozenset(names)
    names.add(MODERATORS)
    if hidden:
        return frozenset(names)
    if group_id is not None:
        names.add(f"group:{group_id}")
    if visibility in (Visibility.PUBLIC, Visibility.MEMBERS):
        names.add(MEMBERS)
    if visibility is Visibility.PUBLIC:
        names.add(ANYONE)
    return frozenset(names)
