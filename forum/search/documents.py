"""From rows to documents: what of each entry can be found, under which words, by whom.

Everything is read in batches, a fixed number of statements for any number of entries.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from forum.community.models import Group, Region, Theme
from forum.community.queries import all_countries, all_regions, all_themes
from forum.entries.models import Entry, EntryRegion, EntryTheme, Kind
from forum.kernel.db import db
from forum.library.models import Resource
from forum.meetings.models import Congress, Meeting
from forum.recommendations.models import Addressee, Recommendation
from forum.search.analysis import EXACT, analysed
from forum.search.audience import audience_of
from forum.search.engine import Document
from forum.search.plain import plain
from forum.threads.models import Post, Thread


@dataclass(frozen=True)
class Place:
    """What every entry has, whatever its kind: where it stands and who may see it."""

    row: Any
    audience: frozenset[str]
    regions: tuple[str, ...]
    themes: tuple[str, ...]


@dataclass(frozen=True)
class Said:
    """What one kind adds: its words, and the day it belongs to."""

    title: str
    body: str = ""
    names: str = ""
    day: str | None = None  # "2019-11-04", "2019-11" or "2019"; the entry's own date when None
    regions: tuple[str, ...] = ()


def key_of(entry_id: int) -> str:
    return f"entry/{entry_id}"


def documents_of(entry_ids: Iterable[int]) -> tuple[list[Document], list[str]]:
    """The documents of these entries as they are now, and the keys of those that have none (any more).

    A thread's opening post is part of the thread's document, so asking for the one gives the other.
    """
    wanted = set(entry_ids)
    posts = _posts(wanted)
    openings = {p.id: p.thread_id for p in posts.values() if p.number == 1}
    ids = (wanted - set(openings)) | set(openings.values())
    places = _places(ids | {p.thread_id for p in posts.values()})
    said: dict[int, Said] = {}
    for kind, read in READERS.items():
        of_kind = [id for id in ids if id in places and places[id].row.kind is kind]
        if of_kind:
            said.update(read(of_kind))
    made = []
    for id in ids:
        if id in posts and posts[id].number > 1 and posts[id].deleted_at is None:
            if posts[id].thread_id in places and id in places:
                place = _within(places[id], places[posts[id].thread_id])
                made.append(_document(place, Said("", plain(posts[id].body))))
        elif id in said:
            made.append(_document(places[id], said[id]))
    found = {document.key for document in made}
    return made, [key_of(id) for id in wanted | ids if key_of(id) not in found]


def _rows(model: Any, columns: Iterable[str], ids: Iterable[int]) -> list[Any]:
    """Columns of a kind's own table, without the entry they complete."""
    table = model.__table__.c
    return list(db.session.execute(select(*(table[name] for name in columns)).where(table.id.in_(ids))))


def _posts(ids: set[int]) -> dict[int, Any]:
    return {row.id: row for row in _rows(Post, ("id", "thread_id", "number", "body", "deleted_at"), ids)}


def _places(ids: set[int]) -> dict[int, Place]:
    entry = Entry.__table__.c
    rows = db.session.execute(
        select(
            Entry.id, entry.kind, entry.reference, entry.language, entry.visibility, entry.group_id, entry.author_id,
            entry.created_at, entry.hidden_at, Group.region_id, Group.theme_id,
        )
        .outerjoin(Group, Group.id == entry.group_id)
        .where(entry.id.in_(ids))
    ).all()  # fmt: skip
    regions, themes = {r.id: r.slug for r in all_regions()}, {t.id: t.slug for t in all_themes()}
    in_regions = _tags(select(EntryRegion.entry_id, Region.slug).join(Region), EntryRegion.entry_id, ids)
    in_themes = _tags(select(EntryTheme.entry_id, Theme.slug).join(Theme), EntryTheme.entry_id, ids)
    return {
        row.id: Place(
            row,
            audience_of(
                row.visibility, hidden=row.hidden_at is not None, group_id=row.group_id, author_id=row.author_id
            ),
            _joined(in_regions.get(row.id, ()), regions.get(row.region_id)),
            _joined(in_themes.get(row.id, ()), themes.get(row.theme_id)),
        )
        for row in rows
    }


def _tags(query: Any, column: Any, ids: set[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for id, slug in db.session.execute(query.where(column.in_(ids))):
        found.setdefault(id, []).append(slug)
    return found


def _joined(slugs: Iterable[str], *more: str | None) -> tuple[str, ...]:
    return tuple(sorted({*slugs, *(slug for slug in more if slug)}))


def _within(post: Place, thread: Place) -> Place:
    """A post can be seen by those who see both it and its thread, and is about what its thread is about."""
    return replace(
        post,
        audience=post.audience & thread.audience,
        regions=_joined(post.regions, *thread.regions),
        themes=_joined(post.themes, *thread.themes),
    )


def _document(place: Place, said: Said) -> Document:
    row = place.row
    names = analysed(said.names, row.language)
    if row.reference:
        names = "\n".join(filter(None, (analysed(row.reference, "en"), EXACT + row.reference.casefold(), names)))
    regions = _joined(place.regions, *said.regions)
    at = instant(said.day) or row.created_at
    inherited = repr((sorted(place.audience), regions, place.themes))
    return Document(
        key=key_of(row.id),
        kind=str(row.kind.value),
        language=row.language,
        title=analysed(said.title, row.language),
        body=analysed(said.body, row.language),
        names=names,
        audience=place.audience,
        regions=regions,
        themes=place.themes,
        year=at.year,
        at=at,
        signature=hashlib.blake2b(inherited.encode(), digest_size=8).hexdigest(),
    )


def instant(day: str | None) -> datetime | None:
    """The beginning of a day, month or year written as the record writes them; None when it is none."""
    if not day:
        return None
    year, month, date, *_ = [*day.split("-"), "1", "1"]
    try:
        return datetime(int(year), int(month), int(date), tzinfo=UTC)
    except ValueError:
        return None


def _threads(ids: list[int]) -> dict[int, Said]:
    post = Post.__table__.c
    rows = db.session.execute(
        select(Thread.__table__.c.id, Thread.__table__.c.title, post.body, post.deleted_at)
        .outerjoin(Post.__table__, (post.thread_id == Thread.__table__.c.id) & (post.number == 1))
        .where(Thread.__table__.c.id.in_(ids))
    )
    return {r.id: Said(r.title, plain(r.body or "") if r.deleted_at is None else "") for r in rows}


def _resources(ids: list[int]) -> dict[int, Said]:
    rows = _rows(Resource, ("id", "title", "abstract", "publisher", "year"), ids)
    return {r.id: Said(r.title, r.abstract, r.publisher, str(r.year) if r.year else None) for r in rows}


def _congresses(ids: list[int]) -> dict[int, Said]:
    columns = ("id", "title", "theme", "city", "country_code", "organisers", "venue", "start_date")
    rows = _rows(Congress, columns, ids)
    return {r.id: Said(r.title, _lines(r.theme, r.venue, *r.organisers), _where(r), r.start_date) for r in rows}


def _meetings(ids: list[int]) -> dict[int, Said]:
    regions = {region.id: region.slug for region in all_regions()}
    columns = ("id", "title", "summary", "city", "country_code", "organisers", "venue", "start_date", "region_id")
    rows = _rows(Meeting, columns, ids)
    return {
        r.id: Said(
            r.title,
            _lines(r.summary, r.venue, *r.organisers),
            _where(r),
            r.start_date,
            _joined((), regions.get(r.region_id)),
        )
        for r in rows
    }


def _where(row: Any) -> str:
    country = next((c for c in all_countries() if c.code == row.country_code), None)
    return _lines(row.city, *(country.labels.values() if country else ()))


def _recommendations(ids: list[int]) -> dict[int, Said]:
    table, meeting, congress = Recommendation.__table__.c, Meeting.__table__.c, Congress.__table__.c
    rows = db.session.execute(
        select(table.id, table.title, table.text, meeting.start_date.label("met"), congress.start_date)
        .outerjoin(Meeting.__table__, meeting.id == table.meeting_id)
        .outerjoin(Congress.__table__, congress.id == table.congress_id)
        .where(table.id.in_(ids))
    ).all()
    asked: dict[int, list[str]] = {}
    for id, kind in db.session.execute(
        select(Addressee.recommendation_id, Addressee.kind).where(Addressee.recommendation_id.in_(ids))
    ):
        asked.setdefault(id, []).append(kind.replace("_", " ").replace("-", " "))
    return {
        r.id: Said(r.title, _lines(r.text, *asked.get(r.id, ())), day=r.met or r.start_date) for r in rows
    }  # fmt: skip


def _lines(*parts: str | None) -> str:
    return "\n".join(part for part in parts if part)


READERS: dict[Kind, Callable[[list[int]], dict[int, Said]]] = {
    Kind.THREAD: _threads,
    Kind.RESOURCE: _resources,
    Kind.CONGRESS: _congresses,
    Kind.MEETING: _meetings,
    Kind.RECOMMENDATION: _recommendations,
}
