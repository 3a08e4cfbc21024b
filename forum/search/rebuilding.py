"""The next generation of the index: made in small steps that any process can go on with, while the present one answers.

Entries come first, then members, then the pages of files. What changes meanwhile is replayed before the swap.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select

from forum.accounts.models import Member
from forum.community.events import ProfileChanged
from forum.entries.events import EntryChanged
from forum.entries.models import Entry
from forum.kernel import bulk
from forum.kernel.db import begin_mode, db
from forum.search import pages, people
from forum.search.changes import BATCH, READER, about, in_batches, posts_of, resources_among, some
from forum.search.documents import documents_of
from forum.search.engine import MAKING, Busy, Document, Engine, Progress
from forum.search.people import documents_of_members
from forum.search.said import entry_of, key_of
from forum.search.sifting import Made, made_of, put

log = structlog.get_logger(__name__)
#: Clocks of several machines differ a little; what was acknowledged just before a rebuild began is replayed too.
SLACK = timedelta(minutes=2)
FIRST_MEMBER, FIRST_PAGE = "member/0", pages.key_of(0, 0)


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
            if progress.making != MAKING:  # begun before an upgrade
                progress = engine.begin(bulk.latest(READER), afresh=True)
            while True:
                batch = _next_batch(progress)
                if batch is None:
                    _take_over(engine, progress, for_this_site)
                    return None
                made, progress = batch
                not_taken = _add(engine, progress, made.documents)
                db.session.rollback()
                _give_up(made.failed | not_taken)
                if time.monotonic() > until:
                    return progress
    finally:
        db.session.rollback()


def renew_a_little(engine: Engine, *, seconds: float) -> bool:
    """Go on building an index anew that was made by older rules, while it answers; returns whether that is still to be done."""
    if not engine.health().is_old:
        return False
    try:
        return rebuild_a_little(engine, seconds=seconds) is not None
    except Busy:
        return True


def _add(engine: Engine, progress: Progress, documents: list[Document], gone: Iterable[str] = ()) -> dict[str, str]:
    return put(lambda those, out: engine.add(those, progress, out), documents, list(gone))


def _give_up(failed: dict[str, str]) -> None:
    """Keep for a person what could not be taken in, as if it had just changed."""
    for key, why in failed.items():
        what, number, *_rest = key.split("/")
        if what == "entry":
            bulk.give_up(READER, EntryChanged(entry_id=int(number)), why)
        elif what == "member":
            bulk.give_up(READER, ProfileChanged(member_id=int(number)), why)
    begin_mode.set("deferred")


def _next_batch(progress: Progress) -> tuple[Made, Progress] | None:
    last = progress.last_key or key_of(0)
    if last.startswith("entry/"):
        ids = list(
            db.session.scalars(select(Entry.id).where(Entry.id > entry_of(last)).order_by(Entry.id).limit(BATCH))
        )
        made, last = made_of(documents_of, ids), key_of(ids[-1]) if ids else FIRST_MEMBER
    elif last.startswith("member/"):
        after = int(last.split("/")[1])
        ids = list(db.session.scalars(select(Member.id).where(Member.id > after).order_by(Member.id).limit(BATCH)))
        made = made_of(documents_of_members, ids, people.key_of)
        last = people.key_of(ids[-1]) if ids else FIRST_PAGE
    else:
        places = pages.places_after(pages.place_of(last), pages.CHUNK)
        if not places:
            return None
        made, last = Made(pages.documents_of_pages(places)), pages.key_of(*places[-1])
    return made, replace(progress, last_key=last, documents=progress.documents + len(made.documents))


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
            for made in in_batches(about(fresh)):
                _add(engine, progress, made.documents, made.gone)
                for documents, gone in _dependants(made):
                    _add(engine, progress, documents, gone)
            seen |= {event.row_id for event in fresh}
        if for_this_site:
            engine.swap(max(seen, default=progress.mark))
            bulk.acknowledge(sorted(seen))
        else:
            engine.swap(progress.mark)


def _dependants(made: Made) -> Iterator[tuple[list[Document], list[str]]]:
    """The posts of threads and the pages of resources that changed."""
    threads = [entry_of(document.key) for document in made.documents if document.kind == "thread"]
    for ids in some(posts_of(threads), BATCH):
        yield made_of(documents_of, ids).documents, []
    resources = resources_among(made.documents)
    for places in pages.places_in(entry_of(document.key) for document in resources):
        documents = pages.documents_of_pages(places, resources)
        standing = {document.key for document in documents}
        yield documents, [key for place in places if (key := pages.key_of(*place)) not in standing]
