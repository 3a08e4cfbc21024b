"""Lists of recommendations, and one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, false, not_, select, type_coerce
from sqlalchemy.orm import aliased, joinedload, selectinload

from forum.access.scopes import visible_to
from forum.accounts.likeness import Likeness, Reader
from forum.accounts.models import Member
from forum.community.queries import region_called, theme_called
from forum.entries.models import Entry, EntryTheme, Kind, Visibility
from forum.entries.queries import Tags, in_region, in_theme, tags_of
from forum.kernel.db import db
from forum.kernel.errors import NotAlike, NotFound
from forum.kernel.paging import ROWS_ON_A_PAGE, Page
from forum.meetings.models import Congress, Meeting
from forum.recommendations.models import Addressee, Recommendation

ASKED: Any = Recommendation.__table__
CONGRESS: Any = Congress.__table__
MEETING: Any = Meeting.__table__
OfCongress = aliased(Entry, name="of_congress")
OfMeeting = aliased(Entry, name="of_meeting")


@dataclass(frozen=True)
class RecommendationRow:
    """What a list says about one recommendation."""

    id: int
    reference: str
    title: str
    text: str
    language: str
    active_at: datetime
    basis: str
    state: str
    verified: bool
    congress: str | None
    meeting: str | None
    source_title: str
    source_date: str | None
    is_draft: bool
    tags: Tags

    @property
    def source_url(self) -> str:
        """The address of the meeting or congress that asked for it."""
        return f"/meetings/{self.meeting}" if self.meeting else f"/congresses/{self.congress}"


@dataclass(frozen=True)
class RecommendationFilters:
    """What a list of recommendations is narrowed to, as it stands in the address; unknown words find nothing."""

    congress: str = ""
    meeting: str = ""
    region: str = ""
    theme: str = ""
    addressee: str = ""
    basis: str = ""
    state: str = ""

    def __bool__(self) -> bool:
        return any(getattr(self, field.name) for field in fields(self))

    def conditions(self) -> dict[str, ColumnElement[bool]]:
        """One condition for each filter that is set, by its name, over Entry joined with the recommendation."""
        found: dict[str, ColumnElement[bool]] = {}
        if self.congress:
            found["congress"] = ASKED.c.congress_id.in_(_entry_called(self.congress))
        if self.meeting:
            found["meeting"] = ASKED.c.meeting_id.in_(_entry_called(self.meeting))
        if self.region:
            region = region_called(self.region)
            found["region"] = in_region(region.id) if region else false()
        if self.theme:
            theme = theme_called(self.theme)
            found["theme"] = in_theme(theme.id) if theme else false()
        if self.addressee:
            asked = select(Addressee.recommendation_id).where(Addressee.kind == self.addressee)
            found["addressee"] = Entry.id.in_(asked)
        if self.basis:
            found["basis"] = _as_text(ASKED.c.basis) == self.basis
        if self.state:
            found["state"] = _as_text(ASKED.c.state) == self.state
        return found


def _as_text(column: Any) -> Any:
    return type_coerce(column, String)


def _entry_called(reference: str) -> Select[Any]:
    named = aliased(Entry)
    found: Select[Any] = select(named.id).where(named.reference == reference.upper())
    return found


def _rows(reader: Reader | None) -> Select[Any]:
    return (
        select(
            Entry.id,
            Entry.reference,
            Entry.language,
            Entry.visibility,
            Entry.active_at,
            ASKED.c.title,
            ASKED.c.text,
            ASKED.c.basis,
            ASKED.c.state,
            ASKED.c.verified,
            OfCongress.reference.label("congress"),
            OfMeeting.reference.label("meeting"),
            CONGRESS.c.title.label("congress_title"),
            MEETING.c.title.label("meeting_title"),
            CONGRESS.c.start_date.label("congress_date"),
            MEETING.c.start_date.label("meeting_date"),
        )
        .select_from(Entry)
        .join(ASKED, ASKED.c.id == Entry.id)
        .outerjoin(OfCongress, OfCongress.id == ASKED.c.congress_id)
        .outerjoin(CONGRESS, CONGRESS.c.id == ASKED.c.congress_id)
        .outerjoin(OfMeeting, OfMeeting.id == ASKED.c.meeting_id)
        .outerjoin(MEETING, MEETING.c.id == ASKED.c.meeting_id)
        .where(visible_to(reader))
    )


def recommendations_in(
    *,
    reader: Reader | None,
    filters: RecommendationFilters | None = None,
    region_id: int | None = None,
    theme_id: int | None = None,
    congress_id: int | None = None,
    meeting_id: int | None = None,
    page: int = 1,
    size: int = ROWS_ON_A_PAGE,
) -> Page[RecommendationRow]:
    """Recommendations, those of the latest event first and in its order, in two statements.

    Args:
        congress_id: those made at the congress itself, not at the meetings that prepared it.
    """
    if isinstance(reader, Likeness):
        leave_out_who_sees_more(reader)
    query = _rows(reader)
    for condition in filters.conditions().values() if filters else ():
        query = query.where(condition)
    if region_id is not None:
        query = query.where(in_region(region_id))
    if theme_id is not None:
        query = query.where(in_theme(theme_id))
    if congress_id is not None:
        query = query.where(ASKED.c.congress_id == congress_id, ASKED.c.meeting_id.is_(None))
    if meeting_id is not None:
        query = query.where(ASKED.c.meeting_id == meeting_id)
    query = query.order_by(Entry.active_at.desc(), ASKED.c.meeting_id.desc(), ASKED.c.number, Entry.id)
    return Page.of(as_rows(query.limit(size + 1).offset((page - 1) * size)), page, size=size)


def as_rows(query: Select[Any]) -> list[RecommendationRow]:
    """The rows of a query made by `_rows`, with their tags."""
    found = db.session.execute(query).all()
    tags = tags_of(row.id for row in found)
    return [
        RecommendationRow(
            id=row.id,
            reference=row.reference,
            title=row.title,
            text=row.text,
            active_at=row.active_at,
            language=row.language,
            basis=row.basis,
            state=row.state,
            verified=row.verified,
            congress=row.congress,
            meeting=row.meeting,
            source_title=row.meeting_title or row.congress_title,
            source_date=row.meeting_date if row.meeting else row.congress_date,
            is_draft=row.visibility == "draft",
            tags=tags[row.id],
        )
        for row in found
    ]


def leave_out_who_sees_more(alike: Likeness) -> None:
    """Say who sees recommendations that others of their kind do not: whoever wrote one that is hidden or a draft.

    Raises:
        NotAlike: one is for the members of a group.
    """
    query = select(Entry.author_id, Entry.visibility).where(Entry.kind == Kind.RECOMMENDATION, not_(visible_to(alike)))
    for author_id, visibility in db.session.execute(query):
        if visibility is Visibility.GROUP:
            raise NotAlike
        alike.but_for(author_id)


def get_recommendation(reference: str, *, reader: Member | None) -> Recommendation:
    """One recommendation by its reference, in any case.

    Raises:
        NotFound: there is none, or not for this reader.
    """
    found = db.session.scalar(
        select(Recommendation)
        .where(Entry.reference == reference.upper(), visible_to(reader))
        .options(
            joinedload(Recommendation.congress),
            joinedload(Recommendation.meeting),
            selectinload(Recommendation.addressees),
        )
    )
    if found is None:
        raise NotFound
    return found


def neighbours_of(
    recommendation: Recommendation, *, reader: Member | None, size: int = 6
) -> Sequence[RecommendationRow]:
    """Recommendations of other events that share a theme with this one, the latest first."""
    themes = select(EntryTheme.theme_id).where(EntryTheme.entry_id == recommendation.id)
    shares = select(EntryTheme.entry_id).where(EntryTheme.theme_id.in_(themes))
    same_event = and_(
        ASKED.c.congress_id.is_not_distinct_from(recommendation.congress_id),
        ASKED.c.meeting_id.is_not_distinct_from(recommendation.meeting_id),
    )
    query = _rows(reader).where(Entry.id.in_(shares), Entry.id != recommendation.id, not_(same_event))
    return as_rows(query.order_by(Entry.active_at.desc(), Entry.id).limit(size))
