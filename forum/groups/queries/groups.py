"""Reading groups: always as somebody, and a private group only as one of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, literal, select
from sqlalchemy.orm import aliased

from forum.access.rules import Can, may
from forum.access.scopes import ME, as_read_by, for_each_office, groups_visible_to
from forum.accounts.likeness import Belonging, Likeness, Person, Reader
from forum.accounts.models import Member
from forum.community.models import Group, GroupKind, Membership, MembershipRole
from forum.community.queries import RegionWord, ThemeWord, all_regions, all_themes
from forum.kernel.db import db
from forum.kernel.direct import Line, direct
from forum.kernel.errors import NotFound


@dataclass(frozen=True)
class GroupCard:
    """A group as a reader meets it: what it is called, how many are in it or wait, what they are to it themselves."""

    group: Group
    members: int
    mine: Membership | Belonging | None
    region: RegionWord | None
    theme: ThemeWord | None
    waiting: int

    def label(self, language: str) -> str:
        """Its name, without another look into the database: of its region or theme, or as its founders wrote it."""
        if self.group.kind is GroupKind.REGION and self.region:
            return self.region.label(language)
        if self.group.kind is GroupKind.THEME and self.theme:
            return self.theme.label(language)
        return self.group.name

    @property
    def is_mine(self) -> bool:
        return self.mine is not None and self.mine.is_active

    @property
    def is_asked_for(self) -> bool:
        return self.mine is not None and not self.mine.is_active

    @property
    def is_facilitated_by_me(self) -> bool:
        return self.mine is not None and self.mine.is_active and self.mine.role == MembershipRole.FACILITATOR


@dataclass(frozen=True)
class Named:
    handle: str
    name: str


@dataclass(frozen=True)
class GroupPage(GroupCard):
    """A group with those who look after it, and how many requests wait for them."""

    facilitators: tuple[Named, ...]


def get_group(slug: str, *, reader: Member | None) -> Group:
    """The group at this address.

    Raises:
        NotFound: there is none, or this reader may not know of it.
    """
    found = db.session.scalar(select(Group).where(Group.slug == slug, groups_visible_to(reader)))
    if found is None:
        raise NotFound
    return found


def groups_for(reader: Member | None) -> list[GroupCard]:
    """Every group the reader may know of, by name, in one statement."""
    query = _cards(reader)
    regions, themes = _words()
    return [
        GroupCard(row[0], row.members, row[2], regions.get(row[0].region_id), themes.get(row[0].theme_id), row.waiting)
        for row in db.session.execute(query.order_by(Group.name), as_read_by(reader))
    ]


def group_page(slug: str, *, reader: Reader | None) -> GroupPage:
    """A group with its facilitators, in one statement.

    Raises:
        NotFound: there is none, or this reader may not know of it.
    """
    rows = db.session.execute(_page(reader), as_read_by(reader, slug=slug)).all()
    if not rows:
        raise NotFound
    regions, themes = _words()
    first, group, mine = rows[0], rows[0][0], rows[0][2]
    if isinstance(reader, Likeness):
        if not may(reader, Can.READ, group):
            raise NotFound
        mine = reader.belonging_to(group.id)
    facilitators = tuple(Named(row.handle, row.name) for row in rows if row.handle)
    region, theme = regions.get(group.region_id), themes.get(group.theme_id)
    return GroupPage(group, first.members, mine, region, theme, first.waiting, facilitators)


@dataclass(frozen=True)
class InGroup:
    """What a member is to the group whose page is already made."""

    group_id: int
    membership: Belonging | None


def in_group(line: Line, slug: str, *, reader: Person) -> InGroup | None:
    """What this member is to a group; None when they may not know of it, or there is none."""
    row = line.row(direct(_in_group(reader)), me=reader.id, slug=slug)
    if row is None:
        return None
    group_id, role, has_joined = row
    return InGroup(group_id, None if role is None else Belonging(role, bool(has_joined)))


@for_each_office
def _in_group(reader: Reader | None) -> Select[Any]:
    mine = and_(Membership.group_id == Group.id, Membership.member_id == ME)
    found: Any = select(Group.id, Membership.role, Membership.joined_at.is_not(None)).outerjoin(Membership, mine)
    found = found.where(Group.slug == bindparam("slug"), groups_visible_to(reader, ME))
    return found


@for_each_office
def _page(reader: Reader | None) -> Select[Any]:
    query = _cards(reader)
    tending = aliased(Membership)
    is_facilitator = and_(
        tending.group_id == Group.id,
        tending.role == MembershipRole.FACILITATOR,
        tending.joined_at.is_not(None),
    )
    return (
        query.add_columns(Member.handle, Member.name)
        .outerjoin(tending, is_facilitator)
        .outerjoin(Member, Member.id == tending.member_id)
        .where(Group.slug == bindparam("slug"))
        .order_by(Member.name)
    )


@for_each_office
def _cards(reader: Reader | None) -> Select[Any]:
    """(group, its members, the reader's own membership, requests waiting) for every group they may know of.

    A likeness knows by itself what it is to a group, which this does not: rules are asked instead.
    """
    mine, there = aliased(Membership), select(func.count()).where(Membership.group_id == Group.id).correlate(Group)
    members = there.where(Membership.joined_at.is_not(None)).scalar_subquery().label("members")
    waiting = there.where(Membership.joined_at.is_(None)).scalar_subquery().label("waiting")
    if isinstance(reader, Likeness):
        alike: Select[Any] = select(Group, members, literal(None), waiting)
        return alike
    is_mine = and_(mine.group_id == Group.id, mine.member_id == (ME if reader else 0))
    query: Select[Any] = select(Group, members, mine, waiting).outerjoin(mine, is_mine)
    return query.where(groups_visible_to(reader, ME))


def _words() -> tuple[dict[int | None, RegionWord], dict[int | None, ThemeWord]]:
    return {r.id: r for r in all_regions()}, {t.id: t for t in all_themes()}
