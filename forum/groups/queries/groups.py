"""Reading groups: always as somebody, and a private group only as one of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, select
from sqlalchemy.orm import aliased

from forum.access.scopes import ME, as_read_by, for_each_office, groups_visible_to
from forum.accounts.models import Member
from forum.community.models import Group, GroupKind, Membership, MembershipRole
from forum.community.queries import RegionWord, ThemeWord, all_regions, all_themes
from forum.kernel.db import db
from forum.kernel.errors import NotFound


@dataclass(frozen=True)
class GroupCard:
    """A group as a reader meets it: what it is called, how many are in it or wait, what they are to it themselves."""

    group: Group
    members: int
    mine: Membership | None
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
        return self.mine is not None and self.mine.is_active and self.mine.role is MembershipRole.FACILITATOR


@dataclass(frozen=True)
class Person:
    handle: str
    name: str


@dataclass(frozen=True)
class GroupPage(GroupCard):
    """A group with those who look after it, and how many requests wait for them."""

    facilitators: tuple[Person, ...]


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


def group_page(slug: str, *, reader: Member | None) -> GroupPage:
    """A group with its facilitators, in one statement.

    Raises:
        NotFound: there is none, or this reader may not know of it.
    """
    rows = db.session.execute(_page(reader), as_read_by(reader, slug=slug)).all()
    if not rows:
        raise NotFound
    regions, themes = _words()
    first, group = rows[0], rows[0][0]
    facilitators = tuple(Person(row.handle, row.name) for row in rows if row.handle)
    region, theme = regions.get(group.region_id), themes.get(group.theme_id)
    return GroupPage(group, first.members, first[2], region, theme, first.waiting, facilitators)


@for_each_office
def _page(reader: Member | None) -> Select[Any]:
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
def _cards(reader: Member | None) -> Select[Any]:
    """(group, its members, the reader's own membership, requests waiting) for every group they may know of."""
    mine, there = aliased(Membership), select(func.count()).where(Membership.group_id == Group.id).correlate(Group)
    members = there.where(Membership.joined_at.is_not(None)).scalar_subquery().label("members")
    waiting = there.where(Membership.joined_at.is_(None)).scalar_subquery().label("waiting")
    is_mine = and_(mine.group_id == Group.id, mine.member_id == (ME if reader else 0))
    query: Select[Any] = select(Group, members, mine, waiting).outerjoin(mine, is_mine)
    return query.where(groups_visible_to(reader, ME))


def _words() -> tuple[dict[int | None, RegionWord], dict[int | None, ThemeWord]]:
    return {r.id: r for r in all_regions()}, {t.id: t for t in all_themes()}
