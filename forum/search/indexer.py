"""The index follows the record: a little behind in time, never different in what it ends up with.

`catch_up` reads what the outbox says changed, puts it in the index together with how far it read, and only then
acknowledges. Killed at any moment, it does some of it again, which changes nothing. `rebuild_a_little` makes the next
generation in small steps that any process can go on with; whatever changes meanwhile is replayed before the swap.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

import structlog
from sqlalchemy import select

from forum.accounts.models import Member
from forum.community.events import GroupVisibilityChanged, ProfileChanged
from forum.entries.events import EntryChanged
from forum.entries.models import Entry
from forum.kernel import bulk
from forum.kernel.db import begin_mode, db
from forum.search.documents import documents_of
from forum.search.engine import Busy, Document, Engine, NotReady, Progress
from forum.search.people import documents_of_members
from forum.search.said import key_of
from forum.search.spoilt import PASSING, one_by_one
from forum.threads.models import Post

log = structlog.get_logger(__name__)
READER = "forum.search"
BATCH = 300
#: Clocks of several machines differ a little; what was acknowledged just before a rebuild began is replayed too.
SLACK = timedelta(minutes=2)
T = TypeVar("T")


@dataclass
class Changed:
    """What a handful of events is about."""

    entries: set[int]
    members: set[int]


def listen() -> None:
    """Let every change of an entry, a profile or a group's visibility leave a row for the index."""
    bulk.read_in_bulk(READER, EntryChanged, ProfileChanged, GroupVisibilityChanged)


def catch_up(engine: Engine, *, limit: int = 500) -> int:
    """Bring the index up to what has been committed; returns how many events were dealt with.

    When the index is missing or damaged, another is built a little further instead.
    """
    try:
        health = engine.health()
        if not health.ready:
            rebuild_a_little(engine)
            return 0
        with engine.writing():
            begin_mode.set("deferred")
            events = bulk.unread(READER, after=health.watermark, limit=limit)
            if not events:
                return 0
            try:
                _follow(engine, _about(events), max(health.watermark, *(e.row_id for e in events)))
            except PASSING:
                raise
            except Exception:
                _one_at_a_time(engine, events, health.watermark)
            bulk.acknowledge([e.row_id for e in events])
            return len(events)
    except Busy:
        return 0
    except NotReady:
        log.warning("search is catching up: its index is not ready")
        return 0
    finally:
        db.session.rollback()


def _one_at_a_time(engine: Engine, events: list[bulk.Unread], watermark: int) -> None:
    def take_in(unread: bulk.Unread) -> None:
        _follow(engine, _about([unread]), max(watermark, unread.row_id))

    one_by_one(READER, events, take_in, lambda unread: unread.event)


def _about(events: Iterable[bulk.Unread]) -> Changed:
    changed = Changed(set(), set())
    groups = set()
    for unread in events:
        event = unread.event
        if isinstance(event, EntryChanged):
            changed.entries.add(event.entry_id)
        elif isinstance(event, ProfileChanged):
            changed.members.add(event.member_id)
        elif isinstance(event, GroupVisibilityChanged):
            groups.add(event.group_id)
    if groups:
        changed.entries |= set(db.session.scalars(select(Entry.id).where(Entry.group_id.in_(groups))))
    return changed


def _follow(engine: Engine, changed: Changed, watermark: int) -> None:
    """Put what changed, and the posts of threads that changed in what their posts inherit."""
    for documents, gone in _in_batches(changed):
        posts = _posts_that_inherit(engine, documents)
        engine.put(documents, gone)
        for some in _some(sorted(posts), BATCH):
            engine.put(*documents_of(some))
    engine.put((), (), watermark=watermark)


def _in_batches(changed: Changed) -> Iterator[tuple[list[Document], list[str]]]:
    for some in _some(sorted(changed.entries), BATCH):
        yield documents_of(some)
    for some in _some(sorted(changed.members), BATCH):
        yield documents_of_members(some)


def _posts_that_inherit(engine: Engine, documents: list[Document]) -> set[int]:
    threads = {document.key: document.signature for document in documents if document.kind == "thread"}
    known = engine.signatures(threads)
    ids = [int(key.split("/")[1]) for key in threads if key in known and known[key] != threads[key]]
    if not ids:
        return set()
    return set(db.session.scalars(select(Post.__table__.c.id).where(Post.__table__.c.thread_id.in_(ids))))


def _some(items: list[T], size: int) -> Iterator[list[T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def rebuild_a_little(
    engine: Engine, *, seconds: float = 1.5, afresh: bool = False, for_this_site: bool = True
) -> Progress | None:
    """Go on building the next generation for so long; returns how far it is, None once it has taken over.

    Args:
        for_this_site: whether this is the engine that answers here. One that is built beforehand leaves the outbox
            as it is, and reads again what came since, once it is the one that answers.
    Raises:
        Busy: another process is at it.
    """
    until = time.monotonic() + seconds
    try:
        with engine.writing("next"):
            begin_mode.set("deferred")
            progress = engine.begin(bulk.latest(READER), afresh=afresh)
            while True:
                batch = _next_batch(progress)
                if batch is None:
                    _take_over(engine, progress, for_this_site)
                    return None
                documents, progress = batch
                engine.add(documents, progress)
                db.session.rollback()
                if time.monotonic() > until:
                    return progress
    finally:
        db.session.rollback()


def _next_batch(progress: Progress) -> tuple[list[Document], Progress] | None:
    kind, _, last = (progress.last_key or key_of(0)).partition("/")
    if kind == "entry":
        ids = list(db.session.scalars(select(Entry.id).where(Entry.id > int(last)).order_by(Entry.id).limit(BATCH)))
        documents = _those_that_can_be_read(ids)
        last_key = key_of(ids[-1]) if ids else "member/0"
    else:
        ids = list(db.session.scalars(select(Member.id).where(Member.id > int(last)).order_by(Member.id).limit(BATCH)))
        if not ids:
            return None
        documents, last_key = documents_of_members(ids)[0], f"member/{ids[-1]}"
    return documents, replace(progress, last_key=last_key, documents=progress.documents + len(documents))


def _those_that_can_be_read(ids: list[int]) -> list[Document]:
    try:
        return documents_of(ids)[0] if ids else []
    except PASSING:
        raise
    except Exception:
        found: list[Document] = []

        def read(entry_id: int) -> None:
            found.extend(documents_of([entry_id])[0])

        one_by_one(READER, ids, read, lambda entry_id: EntryChanged(entry_id=entry_id))
        return found


def _take_over(engine: Engine, progress: Progress, for_this_site: bool) -> None:
    """Replay what changed since the rebuild began, then let the new generation answer; nobody writes meanwhile."""
    engine.settle()
    with engine.writing():
        since = datetime.fromisoformat(progress.began_at) - SLACK
        seen: set[int] = set()
        while True:
            db.session.rollback()
            begin_mode.set("deferred")
            events = bulk.unread(READER, after=progress.mark, since=since, limit=100_000)
            fresh = [event for event in events if event.row_id not in seen]
            if not fresh:
                break
            for documents, gone in _in_batches(_about(fresh)):
                engine.add(documents, progress, gone)
            threads = [e.event.entry_id for e in fresh if isinstance(e.event, EntryChanged)]
            inherit = select(Post.__table__.c.id).where(Post.__table__.c.thread_id.in_(threads))
            for some in _some(sorted(db.session.scalars(inherit)), BATCH):
                engine.add(documents_of(some)[0], progress)
            seen |= {event.row_id for event in fresh}
        if for_this_site:
            engine.swap(max(seen, default=progress.mark))
            bulk.acknowledge(sorted(seen))
        else:
            engine.swap(progress.mark)
