"""Reading the library: always as somebody."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import ColumnElement, String, cast, false, literal, select, union_all
from sqlalchemy.orm import joinedload

from forum.access.scopes import visible_to
from forum.accounts.models import Member
from forum.community.queries import region_called, theme_called
from forum.entries.models import Entry
from forum.entries.queries import Tags, in_region, in_theme, tags_of
from forum.kernel.db import db
from forum.kernel.errors import NotFound
from forum.kernel.paging import ROWS_ON_A_PAGE, Page
from forum.library.models import LinkState, Resource, ResourceFile

RESOURCE: Any = Resource.__table__


@dataclass(frozen=True)
class ResourceRow:
    """What a list says about one resource."""

    id: int
    title: str
    language: str
    type: str
    year: int | None
    publisher: str
    languages: tuple[str, ...]
    verified: bool
    is_global: bool
    tags: Tags


@dataclass(frozen=True)
class ResourceFilters:
    """What a list of resources is narrowed to, as it stands in the address; unknown words find nothing."""

    theme: str = ""
    region: str = ""
    language: str = ""
    type: str = ""
    year: str = ""
    link: str = ""  # one of LinkState: "dead" finds what has to be looked for elsewhere

    def __bool__(self) -> bool:
        return any(getattr(self, field.name) for field in fields(self))

    def conditions(self) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = []
        if self.theme:
            theme = theme_called(self.theme)
            found.append(in_theme(theme.id) if theme else false())
        if self.region:
            region = region_called(self.region)
            found.append(in_region(region.id) if region else false())
        if self.language:
            found.append(written_in(self.language))
        if self.type:
            found.append(RESOURCE.c.type == self.type)
        if self.link:
            found.append(RESOURCE.c.link_state == self.link if self.link in set(LinkState) else false())
        if self.year:
            known = self.year.isascii() and self.year.isdigit() and len(self.year) == 4
            found.append(RESOURCE.c.year == int(self.year) if known else false())
        return found


def written_in(language: str) -> ColumnElement[bool]:
    """A WHERE clause: the list of languages, which is JSON text on both databases, holds this one."""
    if not (language.isascii() and language.replace("-", "").isalpha()):
        return false()
    return cast(RESOURCE.c.languages, String).contains(f'"{language}"', autoescape=True)


def latest_resources(
    *,
    reader: Member | None,
    filters: ResourceFilters | None = None,
    region_id: int | None = None,
    theme_id: int | None = None,
    page: int = 1,
    size: int = ROWS_ON_A_PAGE,
) -> Page[ResourceRow]:
    """Resources, the latest first, in two statements."""
    query = (
        select(
            Entry.id,
            Entry.language,
            RESOURCE.c.title,
            RESOURCE.c.type,
            RESOURCE.c.year,
            RESOURCE.c.publisher,
            RESOURCE.c.languages,
            RESOURCE.c.verified,
            RESOURCE.c.is_global,
        )
        .select_from(Entry)
        .join(RESOURCE, RESOURCE.c.id == Entry.id)
        .where(visible_to(reader))
    )
    for condition in filters.conditions() if filters else ():
        query = query.where(condition)
    if region_id is not None:
        query = query.where(in_region(region_id))
    if theme_id is not None:
        query = query.where(in_theme(theme_id))
    undated = RESOURCE.c.year.is_(None)
    query = query.order_by(undated, RESOURCE.c.year.desc(), Entry.active_at.desc(), Entry.id)
    found = db.session.execute(query.limit(size + 1).offset((page - 1) * size)).all()
    tags = tags_of(row.id for row in found)
    rows = [
        ResourceRow(
            id=row.id,
            title=row.title,
            language=row.language,
            type=row.type,
            year=row.year,
            publisher=row.publisher,
            languages=tuple(row.languages),
            verified=row.verified,
            is_global=row.is_global,
            tags=tags[row.id],
        )
        for row in found
    ]
    return Page.of(rows, page, size=size)


def resource_choices(*, reader: Member | None) -> dict[str, list[str]]:
    """The types, years and languages there are, for the filters, in one statement."""
    seen = select(Entry.id).where(visible_to(reader))

    def values(name: str, column: Any) -> Any:
        text = cast(column, String)
        return select(literal(name), text).where(RESOURCE.c.id.in_(seen)).group_by(text)

    found: dict[str, set[str]] = defaultdict(set)
    columns = {"type": RESOURCE.c.type, "year": RESOURCE.c.year, "languages": RESOURCE.c.languages}
    for name, value in db.session.execute(union_all(*[values(name, column) for name, column in columns.items()])):
        found[name].add(value or "")
    languages = {part.strip(' "') for listed in found["languages"] for part in listed.strip("[]").split(",")}
    return {
        "type": sorted(found["type"]),
        "year": sorted(found["year"] - {""}, reverse=True),
        "language": sorted(languages - {""}),
    }


def get_resource(resource_id: int, *, reader: Member | None) -> Resource:
    """One resource.

    Raises:
        NotFound: there is none, or not for this reader.
    """
    wanted = select(Resource).where(Entry.id == resource_id, visible_to(reader)).options(joinedload(Resource.author))
    found = db.session.scalar(wanted)
    if found is None:
        raise NotFound
    return found


def files_of(resource: Resource) -> list[ResourceFile]:
    """The files of a resource its reader loaded, in order: those that were neither removed nor replaced."""
    return files_and_earlier(resource)[0]


def files_and_earlier(resource: Resource) -> tuple[list[ResourceFile], list[ResourceFile]]:
    """The files of a resource its reader loaded, in order; and those a later version replaced, the latest first.

    A later version stands in the place of what it replaced.
    """
    kept = select(ResourceFile).where(ResourceFile.resource_id == resource.id, ResourceFile.removed_at.is_(None))
    found = list(db.session.scalars(kept.order_by(ResourceFile.number)))
    replaced = {file.replaces_id for file in found}
    places: dict[int, int] = {}
    for file in found:  # what was replaced has a lower number, and is met before
        places[file.id] = places.get(file.replaces_id or 0, file.number)
    standing = sorted((file for file in found if file.id not in replaced), key=lambda file: places[file.id])
    return standing, [file for file in reversed(found) if file.id in replaced]
