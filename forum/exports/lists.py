"""The lists that can be taken along: each reads with the very query its page reads with, for the same reader."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from werkzeug.datastructures import MultiDict

from forum.accounts.models import Member
from forum.catalogue.queries import find_entry
from forum.collections.models import Collection
from forum.collections.queries import items_of
from forum.community.directory import members_in
from forum.community.queries import all_countries, all_professions, all_regions, all_themes
from forum.community.views import wanted
from forum.entries.models import Kind
from forum.entries.queries import Tags
from forum.exports.files import Row
from forum.kernel.paging import Page
from forum.library.queries import ResourceFilters, latest_resources
from forum.meetings.queries import MeetingFilters, meetings_in
from forum.recommendations.queries import RecommendationFilters, recommendations_in
from forum.search import engine
from forum.search.across import Wishes
from forum.search.engine import Sort
from forum.search.facets import filters_in
from forum.search.queries import search
from forum.search.query import cleaned
from forum.threads.forms import Filters
from forum.threads.queries import latest_threads
from forum.web.filters import from_address
from forum.web.languages import chosen

#: Rows of one file. Whoever needs more narrows the list, year by year say.
MOST = 10_000
AT_ONCE = 500
#: Asked for one page of a list after another.
Pages = Callable[[int], Page[Any]]


@dataclass(frozen=True)
class Listing:
    """One list.

    Args:
        path: of its page.
        columns: of its rows, in English: programs read them.
        open: from the arguments of the address and the reader to the pages of the list.
        row: what a row says, apart from its address.
        kind: what its entries are, where they can be cited; None where they are not or are mixed.
        at_once: rows of a page.
    """

    path: str
    columns: Sequence[str]
    open: Callable[[MultiDict[str, str], Member | None], Pages]
    row: Callable[[Any], Row]
    kind_of: Callable[[Any], tuple[Kind, int] | None] = field(default=lambda row: None)
    can_be_cited: bool = False
    for_members: bool = False

    def parts(self, pages: Pages, more: Callable[[int], None]) -> Iterator[list[Any]]:
        """The rows, a page at a time, up to the most a file may hold.

        Args:
            more: told how many rows were given, when there would have been more.
        """
        given, number = 0, 1
        while True:
            page = pages(number)
            rows = list(page)[: MOST - given]
            given += len(rows)
            yield rows
            if given >= MOST and (page.has_next or len(rows) < len(page)):
                return more(given)
            if not page.has_next:  # a search gives no page beyond its hundredth, but says how many there are
                return more(given) if (page.total or 0) > given else None
            number += 1


def _tags(tags: Tags) -> dict[str, str]:
    return {
        "regions": "; ".join(region.slug for region in tags.regions),
        "themes": "; ".join(theme.slug for theme in tags.themes),
    }


def _library(args: MultiDict[str, str], reader: Member | None) -> Pages:
    filters = from_address(ResourceFilters)
    return lambda number: latest_resources(reader=reader, filters=filters, page=number, size=AT_ONCE)


def _resource(row: Any) -> Row:
    return {
        "id": row.id, "title": row.title, "type": row.type, "year": row.year, "publisher": row.publisher,
        "languages": "; ".join(row.languages), **_tags(row.tags), "url": f"/library/{row.id}",
    }  # fmt: skip


def _recommendations(args: MultiDict[str, str], reader: Member | None) -> Pages:
    filters = from_address(RecommendationFilters)
    return lambda number: recommendations_in(reader=reader, filters=filters, page=number, size=AT_ONCE)


def _recommendation(row: Any) -> Row:
    return {
        "reference": row.reference, "title": row.title, "text": row.text, "language": row.language, "basis": row.basis,
        "state": row.state, "congress": row.congress, "meeting": row.meeting, "asked_by": row.source_title,
        "date": row.source_date, **_tags(row.tags), "url": f"/recommendations/{row.reference}",
    }  # fmt: skip


def _meetings(args: MultiDict[str, str], reader: Member | None) -> Pages:
    filters = from_address(MeetingFilters)
    return lambda number: meetings_in(reader=reader, filters=filters, page=number, size=AT_ONCE)


def _meeting(row: Any) -> Row:
    return {
        "reference": row.reference, "title": row.title, "language": row.language, "start_date": row.start_date,
        "end_date": row.end_date, "city": row.city, "country": row.country.code if row.country else None,
        "region": row.region.slug if row.region else None, "kind": row.kind, "format": row.format, "state": row.state,
        "congress": row.congress, "url": f"/meetings/{row.reference}",
    }  # fmt: skip


def _threads(args: MultiDict[str, str], reader: Member | None) -> Pages:
    filters = Filters.from_address(args)
    about = find_entry(filters.about, reader=reader) if filters.about else None
    conditions = filters.conditions(
        regions={region.slug: region.id for region in all_regions()},
        themes={theme.slug: theme.id for theme in all_themes()},
        about_id=about.id if about else None,
    )
    return lambda number: latest_threads(reader=reader, page=number, size=AT_ONCE, **conditions)


def _thread(row: Any) -> Row:
    return {
        "id": row.id, "title": row.title, "language": row.language, "posts": row.post_count,
        "last_activity": row.active_at.strftime("%Y-%m-%dT%H:%M:%SZ"), "closed": "yes" if row.is_closed else "no",
        "author": row.author, "group": row.group_name, **_tags(row), "url": f"/threads/{row.id}",
    }  # fmt: skip


def _search(args: MultiDict[str, str], reader: Member | None) -> Pages:
    typed, asked, language = cleaned(args.get("q", "")), args.to_dict(flat=False), chosen()
    filters, wishes = filters_in(asked), Wishes.of(asked)
    sort = Sort.DATE if args.get("sort") == "date" else Sort.RELEVANCE
    if not (typed or any(filters.values())):
        return lambda number: Page([])
    return lambda number: (
        search(
            engine.current(),
            typed,
            reader=reader,
            language=language,
            filters=filters,
            sort=sort,
            page=number,
            wishes=wishes,
        ).page
    )


def _result(row: Any) -> Row:
    return {
        "kind": row.kind, "reference": row.reference, "title": "".join(piece.text for piece in row.title),
        "language": row.language, "date": row.day or (row.date.strftime("%Y-%m-%d") if row.date else None),
        "author": row.author, "group": row.group, "excerpt": "".join(piece.text for piece in row.excerpt), "url": row.url,
    }  # fmt: skip


def _result_kind(row: Any) -> tuple[Kind, int] | None:
    return (Kind(row.kind), row.entry_id) if row.entry_id and row.kind in list(Kind) else None


def _members(args: MultiDict[str, str], reader: Member | None) -> Pages:
    narrowed = wanted(args)
    return lambda number: members_in(narrowed, reader=reader, number=number, size=AT_ONCE)


def _person(row: Any) -> Row:
    profession = next((p for p in all_professions() if p.id == row.profession_id), None)
    country = next((c for c in all_countries() if c.code == row.country_code), None)
    return {
        "name": row.name, "profession": profession.label("en") if profession else None, "organisation": row.organisation,
        "country": country.label("en") if country else None, "languages": "; ".join(row.languages or ()),
        "url": f"/members/{row.handle}",
    }  # fmt: skip


def of_collection(collection: Collection) -> Listing:
    """What is in a collection its reader loaded, in its order, with what was noted beside each entry."""
    return Listing(
        f"/collections/{collection.id}",
        ("kind", "reference", "title", "language", "note", "url"),
        lambda args, reader: lambda number: Page(items_of(collection, reader=reader)),
        lambda row: {
            "kind": row.entry.kind.value,
            "reference": row.entry.reference,
            "title": row.entry.title,
            "language": row.entry.language,
            "note": row.note,
            "url": row.entry.url,
        },
        lambda row: (row.entry.kind, row.entry.id),
        can_be_cited=True,
    )


FILED = ("regions", "themes", "url")
LISTS: Mapping[str, Listing] = {
    "library": Listing(
        "/library",
        ("id", "title", "type", "year", "publisher", "languages", *FILED),
        _library,
        _resource,
        lambda row: (Kind.RESOURCE, row.id),
        can_be_cited=True,
    ),
    "recommendations": Listing(
        "/recommendations",
        (
            "reference", "title", "text", "language", "basis", "state", "congress", "meeting", "asked_by", "date", *FILED
        ),
        _recommendations,
        _recommendation,
        lambda row: (Kind.RECOMMENDATION, row.id),
        can_be_cited=True,
    ),
    "meetings": Listing(
        "/meetings",
        (
            "reference", "title", "language", "start_date", "end_date", "city", "country", "region", "kind", "format",
            "state", "congress", "url",
        ),
        _meetings,
        _meeting,
        lambda row: (Kind.MEETING, row.id),
        can_be_cited=True,
    ),
    "threads": Listing(
        "/threads",
        ("id", "title", "language", "posts", "last_activity", "closed", "author", "group", *FILED),
        _threads,
        _thread,
    ),
    "search": Listing(
        "/search",
        ("kind", "reference", "title", "language", "date", "author", "group", "excerpt", "url"),
        _search,
        _result,
        _result_kind,
        can_be_cited=True,
    ),
    "members": Listing(
        "/members",
        ("name", "profession", "organisation", "country", "languages", "url"),
        _members,
        _person,
        for_members=True,
    ),
}  # fmt: skip
