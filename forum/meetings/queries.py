"""Reading congresses and meetings: always as somebody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, String, false, func, or_, select
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import aliased, joinedload

from forum.access.scopes import visible_to
from forum.accounts.models import Member
from forum.community.queries import CountryWord, RegionWord, all_regions, country_coded, region_called
from forum.entries.models import Entry, EntryTheme, Link, Relation
from forum.entries.queries import in_region
from forum.kernel.db import db
from forum.kernel.errors import NotFound
from forum.kernel.paging import Page
from forum.meetings.models import Congress, Meeting

MEETINGS_ON_A_PAGE = 50
MEETING: Any = Meeting.__table__
Edition = aliased(Entry)


@dataclass(frozen=True)
class MeetingRow:
    """What a list says about one meeting."""

    id: int
    reference: str
    title: str
    language: str
    start_date: str | None
    end_date: str | None
    city: str | None
    country: CountryWord | None
    region: RegionWord | None
    kind: str
    format: str | None
    state: str
    verified: bool
    congress: str | None
    is_draft: bool
    version: int
    changed_at: datetime

    @property
    def has_month(self) -> bool:
        """Whether enough of its date is known to stand in a calendar."""
        return len(self.start_date or "") >= len("2019-10")

    @property
    def year(self) -> int | None:
        return int(self.start_date[:4]) if self.start_date else None


@dataclass(frozen=True)
class MeetingFilters:
    """What a list of meetings is narrowed to, as it stands in the address; unknown words find nothing."""

    region: str = ""
    kind: str = ""
    year: str = ""
    congress: str = ""

    def __bool__(self) -> bool:
        return any((self.region, self.kind, self.year, self.congress))

    def conditions(self) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = []
        if self.region:
            region = region_called(self.region)
            found.append(in_region(region.id) if region else false())
        if self.kind:
            found.append(MEETING.c.meeting_kind == self.kind)
        if self.year:
            unknown = self.year == "unknown"
            found.append(MEETING.c.start_date.is_(None) if unknown else _in_year(self.year))
        if self.congress:
            found.append(Edition.reference == self.congress.upper())
        return found


def _in_year(year: str) -> ColumnElement[bool]:
    known = len(year) == 4 and year.isascii() and year.isdigit()
    return MEETING.c.start_date.startswith(year) if known else false()


def _rows(reader: Member | None) -> Select[Any]:
    return (
        select(
            Entry.id,
            Entry.reference,
            Entry.language,
            Entry.visibility,
            MEETING.c.title,
            MEETING.c.start_date,
            MEETING.c.end_date,
            MEETING.c.city,
            MEETING.c.country_code,
            MEETING.c.region_id,
            MEETING.c.meeting_kind,
            MEETING.c.format,
            MEETING.c.state,
            MEETING.c.verified,
            MEETING.c.version,
            MEETING.c.changed_at,
            Edition.reference.label("congress"),
        )
        .select_from(Entry)
        .join(MEETING, MEETING.c.id == Entry.id)
        .outerjoin(Edition, Edition.id == MEETING.c.congress_id)
        .where(visible_to(reader))
    )


def meetings_in(
    *,
    reader: Member | None,
    filters: MeetingFilters | None = None,
    region_id: int | None = None,
    theme_id: int | None = None,
    congress_id: int | None = None,
    page: int = 1,
    size: int = MEETINGS_ON_A_PAGE,
) -> Page[MeetingRow]:
    """Meetings, latest first, those without a date last, in one statement.

    Args:
        theme_id: only meetings where something was said about this theme.
    """
    query = _rows(reader)
    for condition in filters.conditions() if filters else ():
        query = query.where(condition)
    if region_id is not None:
        query = query.where(in_region(region_id))
    if theme_id is not None:
        query = query.where(spoke_of(theme_id))
    if congress_id is not None:
        query = query.where(MEETING.c.congress_id == congress_id)
    known = MEETING.c.start_date.is_(None)
    query = query.order_by(known, MEETING.c.start_date.desc(), Entry.id.desc())
    return Page.of(_as_rows(query.limit(size + 1).offset((page - 1) * size)), page, size=size)


def count_without_month(*, reader: Member | None, filters: MeetingFilters) -> int:
    """How many of these meetings have no place in a calendar, in one statement."""
    start = MEETING.c.start_date
    query = _rows(reader).where(or_(start.is_(None), func.length(start) < len("2019-10")), *filters.conditions())
    return db.session.scalar(select(func.count()).select_from(query.subquery())) or 0


def spoke_of(theme_id: int) -> ColumnElement[bool]:
    """A WHERE clause over Entry: something made there is filed under this theme."""
    made_there = select(Link.to_id).join(EntryTheme, EntryTheme.entry_id == Link.from_id)
    return Entry.id.in_(
        made_there.where(EntryTheme.theme_id == theme_id, Link.relation == Relation.MADE_AT, Link.revoked_at.is_(None))
    )


def _as_rows(query: Select[Any]) -> list[MeetingRow]:
    regions = {region.id: region for region in all_regions()}
    return [
        MeetingRow(
            id=row.id,
            reference=row.reference,
            title=row.title,
            language=row.language,
            start_date=row.start_date,
            end_date=row.end_date,
            city=row.city,
            country=country_coded(row.country_code) if row.country_code else None,
            region=regions.get(row.region_id),
            kind=row.meeting_kind,
            format=row.format,
            state=row.state,
            verified=row.verified,
            congress=row.congress,
            is_draft=row.visibility == "draft",
            version=row.version,
            changed_at=row.changed_at,
        )
        for row in db.session.execute(query)
    ]


@dataclass(frozen=True)
class MeetingCounts:
    """How many meetings there are to choose from, by what the filters offer."""

    regions: Counter[str]
    kinds: Counter[str]
    years: Counter[str]
    congresses: Counter[str]


def meeting_counts(*, reader: Member | None) -> MeetingCounts:
    """Counts for the map and the filters, in one statement."""
    year = func.coalesce(func.substr(sql_cast(MEETING.c.start_date, String), 1, 4), "unknown")
    columns = (MEETING.c.region_id, MEETING.c.meeting_kind, year.label("year"), Edition.reference)
    query = (
        select(*columns, func.count())
        .select_from(Entry)
        .join(MEETING, MEETING.c.id == Entry.id)
        .outerjoin(Edition, Edition.id == MEETING.c.congress_id)
        .where(visible_to(reader))
        .group_by(*columns)
    )
    slugs = {region.id: region.slug for region in all_regions()}
    counts = MeetingCounts(Counter(), Counter(), Counter(), Counter())
    for region_id, kind, in_year, congress, number in db.session.execute(query):
        counts.regions[slugs.get(region_id, "")] += number
        counts.kinds[kind] += number
        counts.years[in_year] += number
        if congress:
            counts.congresses[congress] += number
    return counts


def get_meeting(reference: str, *, reader: Member | None) -> Meeting:
    """One meeting by its reference, in any case.

    Raises:
        NotFound: there is none, or not for this reader.
    """
    query = (
        select(Meeting)
        .where(Entry.reference == reference.upper(), visible_to(reader))
        .options(joinedload(Meeting.congress), joinedload(Meeting.country), joinedload(Meeting.region))
    )
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
    return found


def get_congress(code: str, *, reader: Member | None) -> Congress:
    """One congress by its code, in any case.

    Raises:
        NotFound: there is none, or not for this reader.
    """
    query = select(Congress).where(Entry.reference == code.upper(), visible_to(reader))
    found = db.session.scalar(query.options(joinedload(Congress.country)))
    if found is None:
        raise NotFound
    return found


def all_congresses(*, reader: Member | None) -> Sequence[Congress]:
    """The congresses in their order; there are six in sixteen years, so whole rows do."""
    return db.session.scalars(select(Congress).where(visible_to(reader)).order_by(Congress.number)).all()
