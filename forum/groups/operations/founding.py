"""Groups come to be, and are arranged: what they are called, who reads them, how one comes in."""

from __future__ import annotations

from sqlalchemy import select, update

from forum.access.rules import SITE, Can, authorize
from forum.accounts.models import Member
from forum.community.events import GroupVisibilityChanged
from forum.community.models import (
    Group,
    GroupKind,
    GroupVisibility,
    Joining,
    Membership,
    MembershipRole,
)
from forum.entries.models import Entry, Visibility
from forum.kernel import clock
from forum.kernel.alphabet import in_latin_letters
from forum.kernel.db import db, save
from forum.kernel.events import record
from forum.kernel.plain import slug_of

SLUG_LENGTH = 60
#: Words that can name no group: a page below /groups, and mailboxes of the site's own where mail is answered, since a
#: group is written to at its name.
TAKEN = frozenset({"new", "postmaster", "abuse", "complaints"})

IMPLIED = {
    GroupVisibility.PUBLIC: Visibility.PUBLIC,
    GroupVisibility.MEMBERS: Visibility.MEMBERS,
    GroupVisibility.PRIVATE: Visibility.GROUP,
}


def found(
    name: str,
    *,
    by: Member,
    description: str = "",
    region_id: int | None = None,
    theme_id: int | None = None,
    visibility: GroupVisibility = GroupVisibility.PUBLIC,
    joining: Joining = Joining.OPEN,
) -> Group:
    """Open a working group; whoever founds it is its first facilitator.

    Args:
        region_id, theme_id: where on the grid it stands; without either it is free.
    """
    authorize(by, Can.CREATE_GROUP, SITE)
    group = save(
        Group(
            kind=GroupKind.WORKING,
            slug=free_slug(name),
            name=name.strip(),
            description=description.strip(),
            region_id=region_id,
            theme_id=theme_id,
            visibility=visibility,
            joining=joining,
            created_by_id=by.id,
        )
    )
    save(Membership(group_id=group.id, member_id=by.id, role=MembershipRole.FACILITATOR, joined_at=clock.now()))
    return group


def arrange(
    group: Group,
    *,
    by: Member,
    name: str,
    description: str,
    visibility: GroupVisibility,
    joining: Joining,
) -> None:
    """Change what a group says of itself, who may read it and how one joins. Its address stays."""
    authorize(by, Can.MANAGE_GROUP, group)
    if group.kind is GroupKind.WORKING:  # the others are called what their region or theme is called
        group.name = name.strip()
    group.description, group.joining = description.strip(), joining
    if group.visibility is not visibility:
        _show_to(group, visibility)


def _show_to(group: Group, visibility: GroupVisibility) -> None:
    """Everything said in the group follows it in the same transaction; drafts stay their author's."""
    group.visibility = visibility
    said_in_it = Entry.group_id == group.id, Entry.visibility != Visibility.DRAFT
    db.session.execute(update(Entry).where(*said_in_it).values(visibility=IMPLIED[visibility]))
    record(GroupVisibilityChanged(group_id=group.id))


def free_slug(name: str) -> str:
    """An address for a group of this name that no other group has: "Sólo niñas" becomes "solo-ninas", "عدالة" "adala"."""
    wanted = slug_of(in_latin_letters(name))[:SLUG_LENGTH].strip("-") or "group"
    alike = set(db.session.scalars(select(Group.slug).where(Group.slug.startswith(wanted, autoescape=True)))) | TAKEN
    return next(s for s in (wanted, *(f"{wanted}-{n}" for n in range(2, len(alike) + 3))) if s not in alike)
