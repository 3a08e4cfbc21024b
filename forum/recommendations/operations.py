"""What the secretariat does with recommendations: write them down, put them right, adopt them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from forum.access.rules import SITE, Can, authorize
from forum.accounts.models import Member
from forum.community.models import Theme
from forum.entries.events import EntryChanged
from forum.entries.models import Link, Relation, Visibility
from forum.entries.operations import renamed
from forum.kernel import clock
from forum.kernel.db import db, save
from forum.kernel.events import record
from forum.meetings.models import Congress, Meeting
from forum.meetings.references import recommendation_reference
from forum.recommendations.models import Addressee, Basis, Recommendation, State


@dataclass(frozen=True)
class Wording:
    """What the secretariat may say about a recommendation until it is adopted."""

    title: str
    text: str
    basis: Basis
    theme_ids: Sequence[int] = ()
    addressed_to: Sequence[str] = ()
    language: str = "en"
    source_url: str | None = None
    note: str | None = None
    verified: bool = False


def add(source: Meeting | Congress, wording: Wording, *, by: Member) -> Recommendation:
    """Write down, as a draft, what a meeting or congress asked for. Its reference is given now and stays."""
    authorize(by, Can.EDIT_RECORD, SITE)
    meeting = source if isinstance(source, Meeting) else None
    number = 1 + _highest_number(source)
    row = Recommendation(
        reference=recommendation_reference(source.reference or "", number),
        number=number,
        author_id=by.id,
        visibility=Visibility.DRAFT,
        meeting_id=meeting.id if meeting else None,
        congress_id=meeting.congress_id if meeting else source.id,
        title=wording.title,
        text=wording.text,
        basis=wording.basis,
    )
    row.regions = list(source.regions)
    _word(row, wording)
    save(row)
    save(Link(from_id=row.id, to_id=source.id, relation=Relation.MADE_AT, author_id=by.id))
    record(EntryChanged(entry_id=row.id))
    return row


def edit(recommendation: Recommendation, wording: Wording, *, by: Member) -> None:
    """Change what a draft says.

    Raises:
        Refused: it is adopted.
    """
    authorize(by, Can.EDIT_RECORD, recommendation)
    recommendation.refuse_when_adopted()
    _word(recommendation, wording)
    db.session.flush()
    renamed(recommendation)


@dataclass(frozen=True)
class Evidence:
    """Where a recommendation is to be read, and what is to be known about that; it may be corrected for ever."""

    source_url: str | None = None
    note: str | None = None
    verified: bool = False


def document(recommendation: Recommendation, evidence: Evidence, *, by: Member) -> None:
    """Put right where a recommendation is to be read. Its wording is not touched, so an adopted one may be, too."""
    authorize(by, Can.EDIT_RECORD, recommendation)
    if evidence.source_url != recommendation.source_url:
        recommendation.url_kind = None  # whose address the former one was says nothing about this one
    recommendation.source_url, recommendation.note = evidence.source_url, evidence.note
    recommendation.verified = evidence.verified
    db.session.flush()
    record(EntryChanged(entry_id=recommendation.id))


def adopt(recommendation: Recommendation, *, by: Member) -> None:
    """Make it public and freeze its wording for good.

    Raises:
        Refused: it is adopted already, or something it needs is missing.
    """
    authorize(by, Can.ADOPT, recommendation)
    recommendation.refuse_unless_complete()
    recommendation.state = State.ADOPTED
    recommendation.adopted_at = recommendation.active_at = clock.now()
    recommendation.adopted_by_id = by.id
    recommendation.visibility = Visibility.PUBLIC
    db.session.flush()
    renamed(recommendation)


def _word(row: Recommendation, wording: Wording) -> None:
    row.title, row.text, row.basis = wording.title, wording.text, wording.basis
    row.language, row.note, row.verified = wording.language, wording.note, wording.verified
    row.source_url = wording.source_url
    row.themes = list(db.session.scalars(select(Theme).where(Theme.id.in_(wording.theme_ids))))
    there = {addressee.kind: addressee for addressee in row.addressees}
    row.addressees = [there.get(kind) or Addressee(kind=kind) for kind in wording.addressed_to]


def _highest_number(source: Meeting | Congress) -> int:
    made_there = (
        Recommendation.meeting_id == source.id
        if isinstance(source, Meeting)
        else (Recommendation.congress_id == source.id) & Recommendation.meeting_id.is_(None)
    )
    return db.session.scalar(select(func.max(Recommendation.number)).where(made_there)) or 0
