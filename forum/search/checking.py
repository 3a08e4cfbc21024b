"""Compares the index with the database once a day, a sample of a large one, and has put right what is not as it should be."""

from __future__ import annotations

import random
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import func, select

from forum.entries.events import EntryChanged
from forum.entries.models import Entry
from forum.kernel import bulk, clock
from forum.kernel.db import begin_mode, db, save
from forum.kernel.events import record
from forum.search import pages
from forum.search.analysis import EXACT
from forum.search.changes import BATCH, READER, resources_among
from forum.search.documents import documents_of
from forum.search.engine import Document, Engine
from forum.search.models import IndexCheck
from forum.search.query import Query, Word
from forum.search.said import entry_of, key_of
from forum.search.sifting import made_of

EVERY = timedelta(days=1)
SECONDS = 4.0  # the worker has other things to do
EXAMPLES = 20
SAMPLE = 6  # documents of a batch that are asked for by their words
WORDS = 4


@dataclass
class Seen:
    """Keys, each once: a thread is met again with its opening post."""

    compared: set[str] = field(default_factory=set)
    missing: set[str] = field(default_factory=set)
    different: set[str] = field(default_factory=set)
    left_over: set[str] = field(default_factory=set)

    def summed_up(self, examples: list[str]) -> IndexCheck:
        return IndexCheck(
            at=clock.now(),
            compared=len(self.compared),
            missing=len(self.missing),
            different=len(self.different),
            left_over=len(self.left_over),
            examples=examples,
        )


def is_due() -> bool:
    """Whether the last comparison was a day ago."""
    begin_mode.set("deferred")
    last = db.session.scalar(select(func.max(IndexCheck.at)))
    db.session.rollback()
    return last is None or last < clock.now() - EVERY


def compare(engine: Engine, *, seconds: float = SECONDS) -> IndexCheck | None:
    """Compare entries and their pages from a random one on, as far as time allows; what is wrong is indexed again.

    Returns None, and compares nothing, while something waits to be indexed.
    Raises: NotReady.
    """
    begin_mode.set("deferred")
    until, seen = time.monotonic() + seconds, Seen()
    if bulk.unread(READER, limit=1):
        return None
    for ids in _from_a_random_one():
        _compare(engine, ids, seen)
        if time.monotonic() > until:
            break
    wrong = {_entry_key(key) for key in seen.missing | seen.different | seen.left_over} - {key_of(0)}
    db.session.rollback()
    begin_mode.set("immediate")
    check = save(seen.summed_up(sorted(wrong)[:EXAMPLES]))
    for key in sorted(wrong):
        record(EntryChanged(entry_id=entry_of(key)))
    db.session.commit()
    return check


def _from_a_random_one() -> Iterable[list[int]]:
    last = db.session.scalar(select(func.max(Entry.id))) or 0
    start = random.randint(0, last)  # noqa: S311  (where to begin is no secret)
    for low, high in ((start, last), (0, start)):
        at = low
        while ids := list(
            db.session.scalars(select(Entry.id).where(Entry.id > at, Entry.id <= high).order_by(Entry.id).limit(BATCH))
        ):
            yield ids
            at = ids[-1]


def _compare(engine: Engine, ids: list[int], seen: Seen) -> None:
    """See which of these entries and their pages are not in the index as they should be."""
    made = made_of(documents_of, ids)
    resources = resources_among(made.documents)
    should = {document.key: document.signature for document in made.documents} | pages.all_signatures(resources)
    gone = [key for key in made.gone if key not in should]
    stored = engine.signatures([*should, *gone])
    kept = engine.pages_of([document.key for document in resources])
    seen.compared |= should.keys()
    seen.missing |= should.keys() - stored.keys()
    seen.different |= {key for key, signature in should.items() if stored.get(key, signature) != signature}
    seen.different |= _not_found_by_their_words(engine, [d for d in _some_of(made.documents) if d.key in stored])
    seen.left_over |= {key for key in gone if key in stored} | (kept - should.keys())


def _some_of(documents: Sequence[Document]) -> list[Document]:
    """A few of these, and a few pages of the resources among them."""
    some = random.sample(documents, min(SAMPLE, len(documents)))
    places = [place for batch in pages.places_in(entry_of(d.key) for d in resources_among(some)) for place in batch]
    return [*some, *pages.documents_of_pages(random.sample(places, min(SAMPLE, len(places))))]


def _not_found_by_their_words(engine: Engine, documents: Iterable[Document]) -> set[str]:
    """The keys of those that do not answer to some of the longest words they should hold."""
    wrong = set()
    for document in documents:
        words = {token for token in f"{document.title}\n{document.body}".split() if token.startswith(EXACT)}
        longest = sorted(words, key=lambda token: (-len(token), token))[:WORDS]
        query = Query(tuple((Word(token, frozenset()),) for token in longest))
        if longest:
            found = engine.find(query, keys=document.audience, filters={"within": [document.group]}, size=1)
            if found.complete and not found.total:
                wrong.add(document.key)
    return wrong


def _entry_key(key: str) -> str:
    """The key of the entry to index again: a page's resource, or the entry itself."""
    if not key.startswith("page/"):
        return key
    resource = pages.resource_of(key)
    return key_of(resource) if resource is not None else key_of(0)
