"""Comparing what came lately with kept searches: asked of the index, of new entries only, as the member who keeps it.

An entry is compared some minutes after it came, when the index has surely caught up. A resource is compared again when
one of its files has been read.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import select, union

from forum.entries.models import Entry
from forum.kernel import clock
from forum.kernel.db import db, insert_or
from forum.library.models import ResourceFile
from forum.notices.models import Notice, NoticeKind, Reason
from forum.notices.operations import withdraw
from forum.notices.telling import tell
from forum.search.across import Wishes, widened
from forum.search.audience import keys_of
from forum.search.documents import documents_of
from forum.search.engine import Engine
from forum.search.query import parse
from forum.search.said import entry_of, key_of
from forum.search.showing import results
from forum.searches.models import SavedSearch, SearchNews, path_of
from forum.searches.queries import news_counted

BEHIND = timedelta(minutes=3)
MOST_NEW = 500  # entries compared at once; after a large import only the latest are told of


def watch(engine: Engine, searches: Iterable[SavedSearch]) -> int:
    """Note what came that answers these; returns how much did. Doing it again notes nothing twice.

    Raises:
        NotReady: there is no index to ask; nothing is marked as compared.
    """
    until = clock.now() - BEHIND
    came: dict[datetime, dict[str, frozenset[str]]] = {}
    noted = 0
    for search in searches:
        since = search.watched_until
        if since >= until:
            continue
        if since not in came:
            came[since] = _came_between(since, until)
        found = _answers(engine, search, came[since])
        _note(search, found)
        search.watched_until = until
        noted += len(found)
    return noted


def take_back(searches: Iterable[SavedSearch]) -> None:
    """Take back what a member was told and has not read, where nothing of it is left that they may see: it was hidden, deleted
    or made private meanwhile, and would lead to an empty page. For searches of one or of many members.
    """
    paths = {path_of(search): search for search in searches}
    whose = {search.member_id for search in paths.values()}
    unread = select(Notice.path).where(Notice.member_id.in_(whose), Notice.read_at.is_(None), Notice.path.in_(paths))
    for path in db.session.scalars(unread.distinct()).all():
        search = paths[path]
        if not news_counted(search.member, [search.id]):
            withdraw(path, of=search.member)


def _came_between(since: datetime, until: datetime) -> dict[str, frozenset[str]]:
    """The keys of what is new or newly read, each with what it lies within."""
    read = select(ResourceFile.resource_id).where(ResourceFile.read_at > since, ResourceFile.read_at <= until)
    made = select(Entry.id).where(Entry.created_at > since, Entry.created_at <= until)
    ids = sorted(db.session.scalars(union(made, read)))[-MOST_NEW:]
    return {document.key: frozenset(document.values("within")) for document in documents_of(ids)[0]}


def _answers(engine: Engine, search: SavedSearch, came: dict[str, frozenset[str]]) -> list[int]:
    places = set(search.filters.get("within", ()))
    among = {key for key, within in came.items() if not places or places & within}
    if not among or not search.member.is_admitted:
        return []
    typed = parse(search.question, [search.member.language, *sorted(engine.languages())])
    query, _across = widened(typed, search.question, Wishes.of(search.wishes))
    filters = {**search.filters, "within": sorted(among)}
    found = engine.find(query, keys=keys_of(search.member), filters=filters, size=MOST_NEW)
    hits = [hit for hit in found.hits if hit.key in among]
    seen = results(hits, tokens=frozenset(), reader=search.member)
    return [entry_of(result.key) for result in seen if result.key.startswith(key_of(0)[:-1])]


def _note(search: SavedSearch, entry_ids: list[int]) -> None:
    """Keep what was found, and tell the member once a day that something was."""
    if entry_ids:
        rows = [{"search_id": search.id, "entry_id": id, "found_at": clock.now()} for id in entry_ids]
        db.session.execute(insert_or(SearchNews).values(rows).on_conflict_do_nothing())
        tell(
            [search.member_id],
            NoticeKind.FOUND,
            Reason.KEPT,
            key=f"found-{search.id}-{clock.now():%Y%m%d}",
            said=search.name,
            path=path_of(search),
        )
