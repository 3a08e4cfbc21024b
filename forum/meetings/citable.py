"""Meetings and congresses as they are cited: their organisers stand where authors would."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from sqlalchemy import select

from forum.citing.citable import Citable, Genre, Name, register
from forum.entries.models import Entry, Kind
from forum.entries.queries import tags_of
from forum.kernel.db import db
from forum.meetings.models import Congress, Meeting


def citable_events(
    ids: list[int], site: str, *, table: Any, folder: str, about: str, word: str
) -> Mapping[int, Citable]:
    """These events as they are cited, in two statements.

    Args:
        about: name of the column that says what an event was about.
        word: what such an event is, in English.
    """
    columns = (
        table.c.title,
        table.c.start_date,
        table.c.city,
        table.c.organisers,
        table.c.languages,
        table.c.source_url,
    )
    query = select(Entry.id, Entry.reference, Entry.language, *columns, table.c[about].label("about"))
    rows = db.session.execute(query.join(table, table.c.id == Entry.id).where(Entry.id.in_(ids))).all()
    tags = tags_of(ids)
    return {
        row.id: Citable(
            key=row.reference,
            genre=Genre.EVENT,
            kind_word=word,
            title=row.title,
            language=row.language,
            languages=tuple(row.languages),
            issued=row.start_date,
            authors=tuple(Name(name, is_organisation=True) for name in row.organisers),
            place=row.city or "",
            abstract=row.about or "",
            number=row.reference,
            url=f"{site}/{folder}/{row.reference}",
            source=row.source_url or "",
            themes=tuple(theme.label("en") for theme in tags[row.id].themes),
            regions=tuple(region.label("en") for region in tags[row.id].regions),
        )
        for row in rows
    }


Maker = Callable[[list[int], str], Mapping[int, Citable]]
meetings: Maker = partial(citable_events, table=Meeting.__table__, folder="meetings", about="summary", word="Meeting")
congresses: Maker = partial(
    citable_events, table=Congress.__table__, folder="congresses", about="theme", word="Congress"
)
register(Kind.MEETING, meetings)
register(Kind.CONGRESS, congresses)
