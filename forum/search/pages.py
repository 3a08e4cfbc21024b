"""Pages of files as documents: what each says, in its own language, found and seen as the resource it belongs to.

A page carries the audience, facets and places of its resource, so that a change of these reaches every page. Its
signature tells a stored page from one that has to be stored again without reading its text: a long file is gone
through in small commits, and stopped anywhere it goes on with what is left.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select, tuple_

from forum.kernel.db import db
from forum.library.models import FilePage, ResourceFile
from forum.library.standing import stands
from forum.search.analysis import analysed
from forum.search.documents import documents_of
from forum.search.engine import Document, Engine
from forum.search.said import entry_of
from forum.search.signing import digest, inherited, signed

CHUNK = 40  # pages in one commit: half a second of work, so that a post need not wait for a book
Place = tuple[int, int]  # file, number


def key_of(file_id: int, number: int) -> str:
    return f"page/{file_id}/{number}"


def place_of(key: str) -> Place:
    """Which page of which file a key stands for."""
    _, file_id, number = key.split("/")
    return int(file_id), int(number)


def resource_of(key: str) -> int | None:
    """The resource a page is of, None when its file is there no more."""
    file_id, _number = place_of(key)
    return db.session.scalar(select(ResourceFile.resource_id).where(ResourceFile.id == file_id))


def follow(engine: Engine, resources: Iterable[Document], *, until: float) -> set[str]:
    """Bring the pages of these resources up to date; returns the keys of those that are not finished.

    Args:
        resources: their documents as they are now.
        until: `time.monotonic()` after which no further chunk is begun.
    """
    parents = {document.key: document for document in resources}
    if not parents:
        return set()
    wanted = _signatures(parents)
    stored = engine.pages_of(parents)
    if gone := sorted(stored - set(wanted)):
        engine.put((), gone)
    known = engine.signatures(key for key in wanted if key in stored)
    changed = [key for key, (_, signature) in wanted.items() if inherited(known.get(key, "")) != signature]
    for start in range(0, len(changed), CHUNK):
        if time.monotonic() > until:
            return {wanted[key][0] for key in changed[start:]}
        engine.put(documents_of_pages(map(place_of, changed[start : start + CHUNK]), parents.values()))
    return set()


def all_signatures(resources: Iterable[Document]) -> dict[str, str]:
    """The pages these resources should be found by, each with the first half of the signature it should be stored with."""
    return {key: signature for key, (_, signature) in _signatures({d.key: d for d in resources}).items()}


def _signatures(parents: dict[str, Document]) -> dict[str, tuple[str, str]]:
    """Per page the key of its resource and its signature, in the order of files and pages."""
    rows = db.session.execute(
        select(FilePage.file_id, FilePage.number, FilePage.language, ResourceFile.resource_id, ResourceFile.read_at)
        .join(ResourceFile, ResourceFile.id == FilePage.file_id)
        .where(ResourceFile.resource_id.in_([entry_of(key) for key in parents]), stands())
        .order_by(FilePage.file_id, FilePage.number)
    )
    found = {}
    for row in rows:
        parent = parents[f"entry/{row.resource_id}"]
        found[key_of(row.file_id, row.number)] = (parent.key, _signature(parent, row))
    return found


def _signature(parent: Document, row: Any) -> str:
    return digest(f"{inherited(parent.signature)} {row.language} {row.read_at}")


def documents_of_pages(places: Iterable[Place], resources: Iterable[Document] | None = None) -> list[Document]:
    """These pages as documents; those of files that no longer stand are left out.

    Args:
        resources: the documents of their resources, where they are at hand.
    """
    rows = db.session.execute(
        select(
            FilePage.file_id, FilePage.number, FilePage.language, FilePage.text,
            ResourceFile.resource_id, ResourceFile.read_at,
        )
        .join(ResourceFile, ResourceFile.id == FilePage.file_id)
        .where(tuple_(FilePage.file_id, FilePage.number).in_(list(places)), stands())
        .order_by(FilePage.file_id, FilePage.number)
    ).all()  # fmt: skip
    known = documents_of({row.resource_id for row in rows})[0] if resources is None else resources
    parents = {document.key: document for document in known}
    return [_document(parents[f"entry/{row.resource_id}"], row) for row in rows]


def _document(parent: Document, row: Any) -> Document:
    page = replace(
        parent,
        key=key_of(row.file_id, row.number),
        language=row.language,
        title="",
        names="",
        body=analysed(row.text, row.language),
        parent=parent.key,
        number=row.number,
    )
    return signed(page, _signature(parent, row))


def standing(places: Iterable[Place]) -> set[str]:
    """The keys of those of these pages that are of a file that stands."""
    rows = db.session.execute(
        select(FilePage.file_id, FilePage.number)
        .join(ResourceFile, ResourceFile.id == FilePage.file_id)
        .where(tuple_(FilePage.file_id, FilePage.number).in_(list(places)), stands())
    )
    return {key_of(row.file_id, row.number) for row in rows}


def places_after(place: Place, size: int) -> Sequence[Place]:
    """The pages that come next in the order of files and pages, to go through all there are."""
    file_id, number = place
    later = (FilePage.file_id > file_id) | ((FilePage.file_id == file_id) & (FilePage.number > number))
    rows = db.session.execute(
        select(FilePage.file_id, FilePage.number).where(later).order_by(FilePage.file_id, FilePage.number).limit(size)
    )
    return [(row.file_id, row.number) for row in rows]


def places_in(entry_ids: Iterable[int]) -> Iterator[list[Place]]:
    """All pages of these resources, a chunk at a time; of files that stand no longer too."""
    rows = db.session.execute(
        select(FilePage.file_id, FilePage.number)
        .join(ResourceFile, ResourceFile.id == FilePage.file_id)
        .where(ResourceFile.resource_id.in_(list(entry_ids)))
        .order_by(FilePage.file_id, FilePage.number)
    ).all()
    places = [(row.file_id, row.number) for row in rows]
    for start in range(0, len(places), CHUNK):
        yield places[start : start + CHUNK]
