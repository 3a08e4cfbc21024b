"""The index follows the record: a little behind in time, never different in what it ends up with.

`catch_up` reads what the outbox says changed, puts it in the index together with how far it read, and only then
acknowledges. Killed at any moment, it does some of it again, which changes nothing. What cannot be indexed is set
aside with its reason; pages of files are gone through for a moment in each turn, so that a book keeps nobody waiting.
"""

from __future__ import annotations

import time
from collections.abc import Iterable

import structlog

from forum.kernel import bulk
from forum.kernel.db import begin_mode, db
from forum.search import pages
from forum.search.changes import (
    BATCH,
    QUICK,
    READER,
    SLOW,
    about,
    in_batches,
    posts_of,
    resources_among,
    some,
    subject_of,
)
from forum.search.documents import documents_of
from forum.search.engine import Busy, Document, Engine, NotReady
from forum.search.rebuilding import rebuild_a_little
from forum.search.said import entry_of
from forum.search.sifting import made_of, put
from forum.search.signing import inherited

log = structlog.get_logger(__name__)
FILES_AT_ONCE = 20
PATIENCE = 1.5  # seconds a turn may spend on pages; then whatever else waits has its turn


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
            events = bulk.unread(READER, kinds=QUICK, after=health.watermark, limit=limit)
            if len(events) < limit:
                events += bulk.unread(READER, kinds=SLOW, after=health.watermark, limit=FILES_AT_ONCE)
            return _follow(engine, events, health.watermark) if events else 0
    except Busy:
        return 0
    except NotReady:
        log.warning("search is catching up: its index is not ready")
        return 0
    finally:
        db.session.rollback()


def _follow(engine: Engine, events: list[bulk.Unread], watermark: int) -> int:
    """Put what changed, and what inherits from it; acknowledge what is finished, and give up what cannot be indexed."""
    until = time.monotonic() + PATIENCE
    failed: dict[str, str] = {}
    resources: list[Document] = []
    for made in in_batches(about(events)):
        # what inherits goes first: killed between the two, the difference that tells of it must still be there
        _put_posts_that_inherit(engine, made.documents)
        not_taken = put(engine.put, made.documents, made.gone)
        failed |= made.failed | not_taken
        resources += resources_among(made.documents)
        if orphans := engine.pages_of(made.gone):
            engine.put((), sorted(orphans))
    unfinished = pages.follow(engine, resources, until=until)
    engine.put((), (), watermark=max(watermark, *(event.row_id for event in events)))
    return _settle(events, unfinished, failed)


def _settle(events: Iterable[bulk.Unread], unfinished: set[str], failed: dict[str, str]) -> int:
    done, broken = [], []
    for unread in events:
        subject = subject_of(unread.event)
        if subject in failed:
            broken.append(unread.event)
        elif subject not in unfinished:
            done.append(unread.row_id)
    bulk.acknowledge(done)
    for event in broken:
        bulk.give_up(READER, event, failed[subject_of(event)])
    return len(done) + len(broken)


def _put_posts_that_inherit(engine: Engine, documents: list[Document]) -> None:
    threads = {document.key: inherited(document.signature) for document in documents if document.kind == "thread"}
    known = engine.signatures(threads)
    changed = [entry_of(key) for key in threads if key in known and inherited(known[key]) != threads[key]]
    for ids in some(posts_of(changed), BATCH):
        made = made_of(documents_of, ids)
        # the thread itself comes with its opening post, and is put afterwards
        put(engine.put, [d for d in made.documents if d.kind != "thread"], made.gone)
