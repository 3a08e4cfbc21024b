"""The people of a group: those in it, as each chose to be shown, and those who wait at its door."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload

from forum.accounts.models import Member
from forum.community.models import Group, Membership, MembershipRole, Profile, Shown
from forum.community.queries import CountryWord, ProfessionWord, all_professions, country_coded
from forum.kernel.db import db
from forum.kernel.errors import NotFound
from forum.kernel.paging import ROWS_ON_A_PAGE, Page


@dataclass(frozen=True)
class PersonRow:
    """Somebody in a group, with what they show to this reader."""

    handle: str
    name: str
    is_facilitator: bool
    profession: ProfessionWord | None
    organisation: str
    country: CountryWord | None


def people_in(
    group: Group,
    *,
    reader: Member | None,
    page: int = 1,
    size: int = ROWS_ON_A_PAGE,
    all_of_them: bool = False,
) -> Page[PersonRow]:
    """The members of a group this reader is shown, facilitators first, then by name; in one statement.

    Args:
        all_of_them: those too who keep out of the directory: for whoever looks after the group.
    """
    shown = (Shown.EVERYONE,) if reader is None else (Shown.EVERYONE, Shown.MEMBERS)
    query = (
        select(
            Member.id,
            Member.handle,
            Member.name,
            Membership.role,
            Profile.profession_id,
            Profile.organisation,
            Profile.country_code,
            _shows(Profile.shown_organisation, shown).label("shows_organisation"),
            _shows(Profile.shown_country, shown).label("shows_country"),
        )
        .join(Membership, Membership.member_id == Member.id)
        .outerjoin(Profile, Profile.member_id == Member.id)
        .where(Membership.group_id == group.id, Membership.joined_at.is_not(None), Member.erased_at.is_(None))
        .order_by(Membership.role != MembershipRole.FACILITATOR, func.lower(Member.name), Member.id)
        .limit(size + 1)
        .offset((page - 1) * size)
    )
    if not all_of_them:
        myself = Member.id == (reader.id if reader else 0)
        query = query.where(or_(_shows(Profile.shown_in_directory, shown), myself))
    professions = {p.id: p for p in all_professions()}
    rows = [
        PersonRow(
            row.handle,
            row.name,
            row.role is MembershipRole.FACILITATOR,
            professions.get(row.profession_id),
            (row.organisation or "") if row.shows_organisation else "",
            country_coded(row.country_code) if row.country_code and row.shows_country else None,
        )
        for row in db.session.execute(query)
    ]
    return Page.of(rows, page, size=size)


def _shows(part: InstrumentedAttribute[Shown], shown: tuple[Shown, ...]) -> ColumnElement[bool]:
    """Whether somebody shows this part of their profile; who has written none yet shows themselves to members."""
    return func.coalesce(part, Shown.MEMBERS.value).in_([s.value for s in shown])


def requests_for(group: Group) -> Sequence[Membership]:
    """Who asked to join and waits for an answer, the longest waiting first."""
    waiting = Membership.group_id == group.id, Membership.joined_at.is_(None)
    query = select(Membership).where(*waiting).options(joinedload(Membership.member))
    return db.session.scalars(query.order_by(Membership.requested_at)).all()


def membership_in(group: Group, handle: str) -> Membership:
    """The membership, or the request, of the member with this handle.

    Raises:
        NotFound: they have neither.
    """
    found = db.session.scalar(
        select(Membership)
        .join(Member, Member.id == Membership.member_id)
        .where(Membership.group_id == group.id, func.lower(Member.handle) == handle.lower())
        .options(joinedload(Membership.member))
    )
    if found is None:
        raise NotFound
    return found


def member_called(handle: str) -> Member | None:
    """The admitted member with this handle, with or without its @."""
    wanted = handle.strip().removeprefix("@").lower()
    found = db.session.scalar(select(Member).where(func.lower(Member.handle) == wanted))
    return found if found is not None and found.is_admitted else None
