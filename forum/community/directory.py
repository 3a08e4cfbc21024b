"""Who is here, as each of them chose to be seen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, String, and_, case, cast, func, null, or_, select
from sqlalchemy.orm import InstrumentedAttribute, selectinload

from forum.accounts.models import Member
from forum.community.models import Profession, Profile, ProfileRegion, ProfileTheme, Shown
from forum.kernel.db import db
from forum.kernel.errors import NotFound
from forum.kernel.paging import Page

PAGE_SIZE = 30


@dataclass(frozen=True)
class Wanted:
    """What the directory is narrowed to; None means everything."""

    region_id: int | None = None
    theme_id: int | None = None
    profession_id: int | None = None
    language: str | None = None
    name: str = ""


@dataclass(frozen=True)
class Person:
    """A member in a list: plain values, already only what the reader may see."""

    id: int
    handle: str
    name: str
    profession_id: int | None
    organisation: str | None
    country_code: str | None
    languages: list[str] | None


def is_shown(choice: InstrumentedAttribute[Shown], reader: Member | None) -> ColumnElement[bool]:
    """Whether a part of a profile is for this reader. Who never chose shows themselves to members."""
    if reader is None:
        return choice == Shown.EVERYONE
    mine = Member.id == reader.id
    return or_(mine, func.coalesce(choice, Shown.MEMBERS.value) != Shown.NOBODY.value)


def takes_part() -> ColumnElement[bool]:
    """A WHERE clause over Member: admitted and not gone."""
    return and_(Member.active, Member.approved_at.is_not(None), Member.confirmed_at.is_not(None))


def members_in(wanted: Wanted, *, reader: Member | None, number: int = 1, size: int = PAGE_SIZE) -> Page[Person]:
    """One page of the directory, by name, in one statement."""
    query = (
        select(
            Member.id,
            Member.handle,
            Member.name,
            Profile.profession_id,
            _if_shown(Profile.shown_organisation, Profile.organisation, reader),
            _if_shown(Profile.shown_country, Profile.country_code, reader),
            Profile.languages,
        )
        .outerjoin(Profile, Profile.member_id == Member.id)
        .where(takes_part(), is_shown(Profile.shown_in_directory, reader), *_narrowed(wanted))
        .order_by(func.lower(Member.name), Member.id)
        .limit(size + 1)
        .offset((number - 1) * size)
    )
    rows = [Person(*row) for row in db.session.execute(query)]
    return Page(items=rows[:size], number=number, has_next=len(rows) > size, size=size)


def _if_shown(choice: InstrumentedAttribute[Shown], value: InstrumentedAttribute[Any], reader: Member | None) -> Any:
    return case((is_shown(choice, reader), value), else_=null())


def _narrowed(wanted: Wanted) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if wanted.region_id is not None:
        where.append(Member.id.in_(select(ProfileRegion.member_id).where(ProfileRegion.region_id == wanted.region_id)))
    if wanted.theme_id is not None:
        where.append(Member.id.in_(select(ProfileTheme.member_id).where(ProfileTheme.theme_id == wanted.theme_id)))
    if wanted.profession_id is not None:
        where.append(Profile.profession_id == wanted.profession_id)
    if wanted.language:
        where.append(cast(Profile.languages, String).contains(f'"{wanted.language}"', autoescape=True))
    if wanted.name:
        where.append(
            or_(
                Member.name.icontains(wanted.name, autoescape=True),
                Member.handle.icontains(wanted.name, autoescape=True),
            )
        )
    return where


@dataclass(frozen=True)
class Portrait:
    """A member's page as this reader may see it; what is not shown is empty."""

    member: Member
    profession: Profession | None = None
    languages: tuple[str, ...] = ()
    regions: tuple[Any, ...] = ()
    themes: tuple[Any, ...] = ()
    organisation: str = ""
    country: Any = None
    about: str = ""
    is_open: bool = False  # whether more than the name is for this reader


def portrait_of(handle: str, *, reader: Member | None) -> Portrait:
    """What a member shows to this reader.

    Raises:
        NotFound: there is nobody of that handle, or they keep to themselves.
    """
    member = db.session.scalar(select(Member).where(Member.handle == handle.lower(), takes_part()))
    if member is None:
        raise NotFound
    found = profile_of(member)
    if _opens(found.shown_in_directory, member, reader):
        return _drawn(found, member, reader)
    if found.shown_in_directory is Shown.NOBODY:
        raise NotFound
    return Portrait(member)


def profile_of(member: Member) -> Profile:
    """The member's profile; a blank one, not kept, for who has not written any."""
    whole = (
        selectinload(Profile.regions),
        selectinload(Profile.themes),
        selectinload(Profile.profession),
        selectinload(Profile.country),
    )
    found = db.session.scalar(select(Profile).where(Profile.member_id == member.id).options(*whole))
    return found or blank_profile(member)


def blank_profile(member: Member) -> Profile:
    chosen = dict.fromkeys(("shown_in_directory", "shown_organisation", "shown_country", "shown_about"), Shown.MEMBERS)
    return Profile(member_id=member.id, organisation="", about="", languages=[], **chosen)


def _opens(choice: Shown, member: Member, reader: Member | None) -> bool:
    if reader is None:
        return choice is Shown.EVERYONE
    return reader.id == member.id or choice is not Shown.NOBODY


def _drawn(found: Profile, member: Member, reader: Member | None) -> Portrait:
    drawn = Portrait(
        member,
        profession=found.profession,
        languages=tuple(found.languages),
        regions=tuple(found.regions),
        themes=tuple(found.themes),
        is_open=True,
    )
    if _opens(found.shown_organisation, member, reader):
        drawn = replace(drawn, organisation=found.organisation)
    if _opens(found.shown_country, member, reader):
        drawn = replace(drawn, country=found.country)
    if _opens(found.shown_about, member, reader):
        drawn = replace(drawn, about=found.about)
    return drawn
