"""What resources and the pages of their files say, for whoever reads law in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from forum.access.scopes import visible_to
from forum.accounts.models import Member
from forum.entries.models import Entry, Kind
from forum.instruments.models import Place
from forum.instruments.texts import Text, also_after, register, register_finder
from forum.instruments.vocabulary import all_instruments
from forum.kernel.db import db
from forum.library.events import FileRead, FileRemoved
from forum.library.models import FilePage, Resource, ResourceFile

RESOURCE: Any = Resource.__table__.c
SOURCES = {instrument.source: instrument.code for instrument in all_instruments().values() if instrument.source}


def texts_of_resources(ids: list[int]) -> Iterator[tuple[int, Text]]:
    """Titles, abstracts and every page of the files, page by page: a resource may have thousands."""
    described = select(RESOURCE.id, RESOURCE.source_id, RESOURCE.title, RESOURCE.alternative_titles, RESOURCE.abstract)
    own: dict[int, str] = {}
    for row in db.session.execute(described.where(RESOURCE.id.in_(ids))):
        own[row.id] = SOURCES.get(row.source_id, "")
        for title in (row.title, *row.alternative_titles):
            yield row.id, Text(Place.TITLE, title, own=own[row.id])
        yield row.id, Text(Place.TEXT, row.abstract, own=own[row.id])
    pages = (
        select(ResourceFile.resource_id, ResourceFile.number, FilePage.number, FilePage.text)
        .join(FilePage, FilePage.file_id == ResourceFile.id)
        .where(ResourceFile.resource_id.in_(ids), ResourceFile.removed_at.is_(None))
    )
    for resource_id, file, page, words in db.session.execute(pages.execution_options(yield_per=50)):
        yield resource_id, Text(Place.PAGE, words, file, page, own=own.get(resource_id, ""))


def addresses_by_source(sources: list[str], *, reader: Member | None) -> dict[str, str]:
    """The pages of the resources with these ids in the record, of those this reader may see."""
    rows = select(RESOURCE.source_id, RESOURCE.id).join(Entry, Entry.id == RESOURCE.id)
    rows = rows.where(RESOURCE.source_id.in_(sources), visible_to(reader))
    return {source: f"/library/{id}" for source, id in db.session.execute(rows)}


register(Kind.RESOURCE, texts_of_resources)
register_finder(addresses_by_source)
also_after(FileRead, lambda event: event.resource_id)
also_after(FileRemoved, lambda event: event.resource_id)
