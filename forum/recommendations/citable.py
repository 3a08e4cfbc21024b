"""Recommendations as they are cited: the event that made one stands where an author would."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from forum.citing.citable import Citable, Genre, Name, register
from forum.entries.models import Entry, Kind
from forum.entries.queries import tags_of
from forum.kernel.db import db
from forum.meetings.models import Congress, Meeting
from forum.recommendations.models import Recommendation

ASKED: Any = Recommendation.__table__
MEETING: Any = Meeting.__table__
CONGRESS: Any = Congress.__table__
KIND_WORDS = {"recommendation": "Recommendation", "priority": "Priority", "message": "Message"}


def citable_recommendations(ids: list[int], site: str) -> Mapping[int, Citable]:
    """These recommendations as they are cited, in two statements."""
    rows = db.session.execute(
        select(
            Entry.id, Entry.reference, Entry.language, ASKED.c.title, ASKED.c.text, ASKED.c.basis,
            MEETING.c.title.label("met"), MEETING.c.start_date.label("met_on"), MEETING.c.city.label("met_in"),
            CONGRESS.c.title.label("congress"), CONGRESS.c.start_date, CONGRESS.c.city,
        )
        .join(ASKED, ASKED.c.id == Entry.id)
        .outerjoin(MEETING, MEETING.c.id == ASKED.c.meeting_id)
        .outerjoin(CONGRESS, CONGRESS.c.id == ASKED.c.congress_id)
        .where(Entry.id.in_(ids))
    ).all()  # fmt: skip
    tags = tags_of(ids)
    return {
        row.id: Citable(
            key=row.reference,
            genre=Genre.DOCUMENT,
            kind_word=KIND_WORDS[row.basis],
            title=row.title,
            language=row.language,
            issued=row.met_on if row.met else row.start_date,
            authors=(Name(row.met or row.congress or "", is_organisation=True),),
            place=(row.met_in if row.met else row.city) or "",
            abstract=row.text,
            number=row.reference,
            url=f"{site}/recommendations/{row.reference}",
            themes=tuple(theme.label("en") for theme in tags[row.id].themes),
            regions=tuple(region.label("en") for region in tags[row.id].regions),
        )
        for row in rows
    }


register(Kind.RECOMMENDATION, citable_recommendations)
