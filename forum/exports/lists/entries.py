"""Lists of what one can follow and find: the library, the record, conversations, what a search found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import ServiceUnavailable

from forum.accounts.models import Member
from forum.catalogue.queries import find_entry
from forum.collections.models import Collection
from forum.collections.queries import items_of, latest_collections
from forum.community.models import Group
from forum.community.queries import all_regions, all_themes
from forum.entries.models import Kind
from forum.exports.files import Row
from forum.exports.lists.listing import AT_ONCE, FILED, Listing, Pages, slugs, whole
from forum.kernel.paging import Page
from forum.library.queries import ResourceFilters, latest_resources
from forum.meetings.queries import MeetingFilters, all_congresses, meetings_in
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


def _library(args: MultiDict[str, str], reader: Member | None) -> Pages:
    filters = from_address(ResourceFilters)
    return lambda number: latest_resources(reader=reader, filters=filters, page=number, size=AT_ONCE)


def _resource(row: Any) -> Row:
    return {
        "id": row.id, "title": row.title, "type": row.type, "year": row.year, "publisher": row.publisher,
        "languages": "; ".join(row.languages), **slugs(row.tags), "url": f"/library/{row.id}",
    }  # fmt: skip


def _recommendations(args: MultiDict[str, str], reader: Member | None) -> Pages:
    filters = from_address(RecommendationFilters)
    return lambda number: recommendations_in(reader=reader, filters=filters, page=number, size=AT_ONCE)


def _recommendation(row: Any) -> Row:
    return {
        "reference": row.reference, "title": row.title, "text": row.text, "language": row.language, "basis": row.basis,
        "state": row.state, "congress": row.congress, "meeting": row.meeting, "asked_by": row.source_title,
        "date": row.source_date, **slugs(row.tags), "url": f"/recommendations/{row.reference}",
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


def _congresses(args: MultiDict[str, str], reader: Member | None) -> Pages:
    return whole(all_congresses(reader=reader))


def _congress(row: Any) -> Row:
    return {
        "reference": row.reference, "title": row.title, "language": row.language, "number": row.number,
        "start_date": row.start_date, "end_date": row.end_date, "city": row.city, "country": row.country_code,
        "stage": row.stage.value, "participants": row.participants_count, "url": f"/congresses/{row.reference}",
    }  # fmt: skip


def _collections(args: MultiDict[str, str], reader: Member | None) -> Pages:
    return lambda number: latest_collections(reader=reader, page=number, size=AT_ONCE)


def _collection(row: Any) -> Row:
    return {
        "id": row.id, "title": row.title, "language": row.language, "note": row.note, "author": row.author,
        "entries": row.items, "url": f"/collections/{row.id}",
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
        "author": row.author, "group": row.group_name, **slugs(row), "url": f"/threads/{row.id}",
    }  # fmt: skip


def _search(args: MultiDict[str, str], reader: Member | None) -> Pages:
    typed, asked, language = cleaned(args.get("q", "")), args.to_dict(flat=False), chosen()
    filters, wishes = filters_in(asked), Wishes.of(asked)
    sort = Sort.DATE if args.get("sort") == "date" else Sort.RELEVANCE
    if not (typed or any(filters.values())):
        return lambda number: Page([])
    asked_for: Any = {"filters": filters, "sort": sort, "wishes": wishes}

    def found(number: int) -> Page[Any]:
        answer = search(engine.current(), typed, reader=reader, language=language, page=number, **asked_for)
        if (answer.found.hurried or answer.catching_up) and not answer.page:
            raise ServiceUnavailable  # an empty file would say that there is nothing
        return answer.page

    return found


def _result(row: Any) -> Row:
    return {
        "kind": row.kind, "reference": row.reference, "title": "".join(piece.text for piece in row.title),
        "language": row.language, "date": row.day or (row.date.strftime("%Y-%m-%d") if row.date else None),
        "author": row.author, "group": row.group, "excerpt": "".join(piece.text for piece in row.excerpt), "url": row.url,
    }  # fmt: skip


def _result_kind(row: Any) -> tuple[Kind, int] | None:
    return (Kind(row.kind), row.entry_id) if row.entry_id and row.kind in list(Kind) else None


def of_collection(collection: Collection) -> Listing:
    """What is in a collection its reader loaded, in its order, with what was noted beside each entry."""
    return Listing(
        f"/collections/{collection.id}",
        ("kind", "reference", "title", "language", "note", "url"),
        lambda args, reader: whole(items_of(collection, reader=reader)),
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


THREADS = ("id", "title", "language", "posts", "last_activity", "closed", "author", "group", *FILED)


def of_group(group: Group) -> Listing:
    """What is talked about in a group its reader loaded."""

    def open(args: MultiDict[str, str], reader: Member | None) -> Pages:
        return lambda number: latest_threads(reader=reader, group_id=group.id, page=number, size=AT_ONCE)

    return Listing(f"/groups/{group.slug}", THREADS, open, _thread)


ENTRIES: Mapping[str, Listing] = {
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
        THREADS,
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
    "congresses": Listing(
        "/congresses",
        (
            "reference", "title", "language", "number", "start_date", "end_date", "city", "country", "stage",
            "participants", "url",
        ),
        _congresses,
        _congress,
        lambda row: (Kind.CONGRESS, row.id),
        can_be_cited=True,
    ),
    "collections": Listing(
        "/collections", ("id", "title", "language", "note", "author", "entries", "url"), _collections, _collection
    ),
}  # fmt: skip
