"""From rows to documents: what of each entry can be found, under which words, by whom.

Everything is read in batches, a fixed number of statements for any number of entries.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from forum.community.models import Group, Region, Theme
from forum.community.queries import all_regions, all_themes
from forum.entries.models import Entry, EntryRegion, EntryTheme, Link, Relation
from forum.instruments.queries import instruments_of
from forum.kernel.db import db
from forum.kernel.plain import plain
from forum.search.analysis import EXACT, address, analysed
from forum.search.audience import audience_of
from forum.search.engine import Document
from forum.search.said import READERS, Said, instant, joined, key_of, key_of_group, rows_of
from forum.search.signing import digest, signed
from forum.threads.models import Post


@dataclass(frozen=True)
class Place:
    """What every entry has, whatever its kind: where it stands and who may see it."""

    row: Any
    audience: frozenset[str]
    regions: tuple[str, ...]
    themes: tuple[str, ...]
    instruments: tuple[str, ...] = ()  # codes of those it cites
    within: tuple[str, ...] = ()  # keys of its group and of what it is about; of its thread, for a post


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


def _posts(ids: set[int]) -> dict[int, Any]:
    return {row.id: row for row in rows_of(Post, ("id", "thread_id", "number", "body", "deleted_at"), ids)}


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
    still_about = (Link.relation == Relation.ABOUT) & Link.revoked_at.is_(None)
    about = _tags(select(Link.from_id, Link.to_id).where(still_about), Link.from_id, ids)
    cited = _instruments(ids)
    return {
        row.id: Place(
            row,
            audience_of(
                row.visibility, hidden=row.hidden_at is not None, group_id=row.group_id, author_id=row.author_id
            ),
            joined(in_regions.get(row.id, ()), regions.get(row.region_id)),
            joined(in_themes.get(row.id, ()), themes.get(row.theme_id)),
            cited.get(row.id, ()),
            joined(map(key_of, about.get(row.id, ())), key_of_group(row.group_id) if row.group_id else None),
        )
        for row in rows
    }


def _instruments(ids: set[int]) -> dict[int, tuple[str, ...]]:
    """The instruments entries cite; a thread cites what its opening post does."""
    post = Post.__table__.c
    rows = db.session.execute(select(post.id, post.thread_id).where(post.number == 1, post.thread_id.in_(ids)))
    openings = {row.id: row.thread_id for row in rows}
    found: dict[int, tuple[str, ...]] = {}
    for id, codes in instruments_of({*ids, *openings}).items():
        entry_id = openings.get(id, id)
        found[entry_id] = joined(found.get(entry_id, ()), *codes)
    return found


def _tags(query: Any, column: Any, ids: set[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for id, slug in db.session.execute(query.where(column.in_(ids))):
        found.setdefault(id, []).append(slug)
    return found


def _within(post: Place, thread: Place) -> Place:
    """A post can be seen by those who see both it and its thread, and is about what its thread is about."""
    return replace(
        post,
        audience=post.audience & thread.audience,
        regions=joined(post.regions, *thread.regions),
        themes=joined(post.themes, *thread.themes),
        within=joined(post.within, key_of(thread.row.id), *thread.within),
    )


def _document(place: Place, said: Said) -> Document:
    row = place.row
    reference = [analysed(row.reference, "en"), EXACT + row.reference.casefold()] if row.reference else []
    names = "\n".join(filter(None, (*reference, analysed(said.names, row.language), address(said.address))))
    regions = joined(place.regions, *said.regions)
    at = instant(said.day) or row.created_at
    facets = {"region": regions, "theme": place.themes, "year": (str(at.year),), "instrument": place.instruments}
    facets |= said.facets
    within = joined(place.within, *said.within)
    made = Document(
        key=key_of(row.id),
        kind=str(row.kind.value),
        language=row.language,
        title=analysed(said.title, row.language),
        body=analysed(said.body, row.language),
        names=names,
        audience=place.audience,
        facets=facets,
        within=within,
        at=at,
    )
    return signed(made, digest(repr((sorted(place.audience), facets, within))))
