"""What each kind of entry adds to what every entry has: its words, its day, its own facets.

Everything is read in batches: a function takes many ids and costs a fixed number of statements.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from forum.collections.models import Collection
from forum.community.queries import all_countries, all_regions
from forum.entries.models import Kind
from forum.kernel.db import db
from forum.kernel.plain import plain
from forum.library.models import Contributor, Resource, ResourceFile
from forum.library.standing import stands
from forum.meetings.models import Congress, Meeting
from forum.recommendations.models import Addressee, Recommendation
from forum.search.publishers import publisher_called
from forum.threads.models import Post, Thread


@dataclass(frozen=True)
class Said:
    """What one kind adds: its words, and the day it belongs to."""

    title: str
    body: str = ""
    names: str = ""
    day: str | None = None  # "2019-11-04", "2019-11" or "2019"; the entry's own date when None
    regions: tuple[str, ...] = ()
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # other facets than regions, themes, year
    within: tuple[str, ...] = ()  # keys of the meeting, congress … it belongs to
    address: str = ""  # where it can be read in the web


def key_of(entry_id: int) -> str:
    return f"entry/{entry_id}"


def entry_of(key: str) -> int:
    """The entry a key stands for, or is a part of."""
    return int(key.split("/")[1])


def key_of_group(group_id: int) -> str:
    return f"group/{group_id}"


def instant(day: str | None) -> datetime | None:
    """The beginning of a day, month or year written as the record writes them; None when it is none."""
    if not day:
        return None
    year, month, date, *_ = [*day.split("-"), "1", "1"]
    try:
        return datetime(int(year), int(month), int(date), tzinfo=UTC)
    except ValueError:
        return None


def rows_of(model: Any, columns: Iterable[str], ids: Iterable[int]) -> list[Any]:
    """Columns of a kind's own table, without the entry they complete."""
    table = model.__table__.c
    return list(db.session.execute(select(*(table[name] for name in columns)).where(table.id.in_(ids))))


def joined(slugs: Iterable[str], *more: str | None) -> tuple[str, ...]:
    """Each once, in order; what is missing is left out."""
    return tuple(sorted({*slugs, *(slug for slug in more if slug)}))


def _threads(ids: list[int]) -> dict[int, Said]:
    post = Post.__table__.c
    rows = db.session.execute(
        select(Thread.__table__.c.id, Thread.__table__.c.title, post.body, post.deleted_at)
        .outerjoin(Post.__table__, (post.thread_id == Thread.__table__.c.id) & (post.number == 1))
        .where(Thread.__table__.c.id.in_(ids))
    )
    return {r.id: Said(r.title, plain(r.body or "") if r.deleted_at is None else "") for r in rows}


def _resources(ids: list[int]) -> dict[int, Said]:
    columns = ("id", "title", "alternative_titles", "abstract", "publisher", "year", "type", "licence", "url")
    with_file = set(
        db.session.scalars(select(ResourceFile.resource_id).where(ResourceFile.resource_id.in_(ids), stands()))
    )
    made_by: dict[int, list[str]] = {}
    for id, name in db.session.execute(
        select(Contributor.resource_id, Contributor.name)
        .where(Contributor.resource_id.in_(ids))
        .order_by(Contributor.resource_id, Contributor.position)
    ):
        made_by.setdefault(id, []).append(name)
    return {
        r.id: Said(
            r.title,
            _lines(*r.alternative_titles, r.abstract),
            _lines(r.publisher, *made_by.get(r.id, ())),
            str(r.year) if r.year else None,
            address=r.url,
            facets={
                "type": joined((), r.type),
                "publisher": joined((), r.publisher and publisher_called(r.publisher)),
                "licence": (r.licence.value,),
                "file": ("yes",) if r.id in with_file else (),
            },
        )
        for r in rows_of(Resource, columns, ids)
    }


def _congresses(ids: list[int]) -> dict[int, Said]:
    columns = ("id", "title", "theme", "city", "country_code", "organisers", "venue", "start_date")
    rows = rows_of(Congress, columns, ids)
    return {r.id: Said(r.title, _lines(r.theme, r.venue, *r.organisers), _where(r), r.start_date) for r in rows}


def _meetings(ids: list[int]) -> dict[int, Said]:
    regions = {region.id: region.slug for region in all_regions()}
    where_and_when = ("city", "country_code", "organisers", "venue", "start_date", "region_id", "congress_id")
    rows = rows_of(Meeting, ("id", "title", "summary", *where_and_when), ids)
    return {
        r.id: Said(
            r.title,
            _lines(r.summary, r.venue, *r.organisers),
            _where(r),
            r.start_date,
            joined((), regions.get(r.region_id)),
            within=_keys(r.congress_id),
        )
        for r in rows
    }


def _where(row: Any) -> str:
    country = next((c for c in all_countries() if c.code == row.country_code), None)
    return _lines(row.city, *(country.labels.values() if country else ()))


def _recommendations(ids: list[int]) -> dict[int, Said]:
    table, meeting, congress = Recommendation.__table__.c, Meeting.__table__.c, Congress.__table__.c
    rows = db.session.execute(
        select(
            table.id, table.title, table.text, table.meeting_id, table.congress_id,
            meeting.start_date.label("met"), congress.start_date,
        )
        .outerjoin(Meeting.__table__, meeting.id == table.meeting_id)
        .outerjoin(Congress.__table__, congress.id == table.congress_id)
        .where(table.id.in_(ids))
    ).all()  # fmt: skip
    asked: dict[int, list[str]] = {}
    for id, kind in db.session.execute(
        select(Addressee.recommendation_id, Addressee.kind)
        .where(Addressee.recommendation_id.in_(ids))
        .order_by(Addressee.recommendation_id, Addressee.kind)
    ):
        asked.setdefault(id, []).append(kind.replace("_", " ").replace("-", " "))
    return {
        r.id: Said(
            r.title,
            _lines(r.text, *asked.get(r.id, ())),
            day=r.met or r.start_date,
            within=_keys(r.meeting_id, r.congress_id),
        )
        for r in rows
    }


def _collections(ids: list[int]) -> dict[int, Said]:
    return {r.id: Said(r.title, r.note) for r in rows_of(Collection, ("id", "title", "note"), ids)}


def _keys(*entry_ids: int | None) -> tuple[str, ...]:
    return tuple(key_of(id) for id in entry_ids if id)


def _lines(*parts: str | None) -> str:
    return "\n".join(part for part in parts if part)


READERS: dict[Kind, Callable[[list[int]], dict[int, Said]]] = {
    Kind.THREAD: _threads,
    Kind.RESOURCE: _resources,
    Kind.CONGRESS: _congresses,
    Kind.MEETING: _meetings,
    Kind.RECOMMENDATION: _recommendations,
    Kind.COLLECTION: _collections,
}
