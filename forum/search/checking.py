"""Compares the index with the record once a day, a sample of a large one, and has put right what is not as it should be.

Both ways: whether what the record holds is stored, and made of what the record says now (by its signature); and whether
what is stored is held by the record, and once.
"""

from __future__ import annotations

import random
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from forum.accounts.models import Member
from forum.community.events import ProfileChanged
from forum.entries.events import EntryChanged
from forum.entries.models import Entry
from forum.kernel import bulk, clock
from forum.kernel.db import begin_mode, db, save
from forum.kernel.events import record
from forum.search import pages, people
from forum.search.analysis import EXACT
from forum.search.changes import BATCH, READER, resources_among, some
from forum.search.documents import documents_of
from forum.search.engine import Busy, Document, Engine
from forum.search.models import IndexCheck
from forum.search.query import Query, Word
from forum.search.said import entry_of, key_of
from forum.search.sifting import made_of
from forum.search.signing import differ

EVERY = timedelta(days=1)
SECONDS = 4.0  # the worker has other things to do
EXAMPLES = 20
SAMPLE = 6  # documents of a batch that are asked for by their words
WORDS = 4
LOT = 2_000  # keys of the index that are looked at together
KEY = re.compile(r"entry/\d{1,18}|member/\d{1,18}(?:/visitors)?|page/\d{1,18}/\d{1,9}", re.ASCII)


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
    """Compare what is in the record with the index, and what is in the index with the record, each from a random place
    on and as far as time allows; what is wrong is taken out or indexed again.

    Returns None, and compares nothing, while something waits to be indexed or somebody else writes to the index.
    Raises: NotReady.
    """
    begin_mode.set("deferred")
    began, seen = time.monotonic(), Seen()
    if bulk.unread(READER, limit=1):
        return None
    for compare_some, share in ((_entries, 0.6), (_members, 0.7), (_stored, 1.0)):
        compare_some(engine, seen, until=began + share * seconds)
    db.session.rollback()
    begin_mode.set("immediate")
    try:
        return _put_right(engine, seen)
    except Busy:
        return None


def _put_right(engine: Engine, seen: Seen) -> IndexCheck:
    """Take out what should not be there, have the worker index again what is missing or different, and note it."""
    seen.left_over = _not_to_be_found(seen.left_over)  # what was indexed while we looked is in the record now
    wrong = seen.missing | seen.different
    # a page is indexed again only when it is not there
    engine.put((), sorted(seen.left_over | {key for key in wrong if key.startswith("page/")}))
    again = {_whole(key) for key in wrong} - {key_of(0)}
    check = save(seen.summed_up(sorted(again | seen.left_over)[:EXAMPLES]))
    for key in sorted(again):
        number = entry_of(key)
        record(ProfileChanged(member_id=number) if key.startswith("member/") else EntryChanged(entry_id=number))
    db.session.commit()
    return check


def _entries(engine: Engine, seen: Seen, *, until: float) -> None:
    for ids in _from_a_random_one(Entry.id):
        _compare(engine, ids, seen)
        if time.monotonic() > until:
            break


def _members(engine: Engine, seen: Seen, *, until: float) -> None:
    for ids in _from_a_random_one(Member.id):
        made = made_of(people.documents_of_members, ids, people.key_of)
        _see(engine, {document.key: document.signature for document in made.documents}, made.gone, seen)
        if time.monotonic() > until:
            break


def _stored(engine: Engine, seen: Seen, *, until: float) -> None:
    """See what the index keeps of things that are not there any more, and what it keeps twice."""
    lots = max(1, engine.count() // LOT)
    first = random.randrange(lots)  # noqa: S311  (where to begin is no secret)
    met: set[str] = set()
    for lot in range(lots):
        keys = engine.keys_in((first + lot) % lots, lots)
        times = Counter(keys)
        seen.different |= {key for key in times if times[key] > 1 or key in met}
        seen.left_over |= _not_there(keys)
        met |= times.keys()
        if time.monotonic() > until:
            break


def _from_a_random_one(id: Any) -> Iterator[list[int]]:
    last = db.session.scalar(select(func.max(id))) or 0
    start = random.randint(0, last)  # noqa: S311  (where to begin is no secret)
    for low, high in ((start, last), (0, start)):
        at = low
        while ids := list(db.session.scalars(select(id).where(id > at, id <= high).order_by(id).limit(BATCH))):
            yield ids
            at = ids[-1]


def _compare(engine: Engine, ids: list[int], seen: Seen) -> None:
    """See which of these entries and their pages are not in the index as they should be."""
    made = made_of(documents_of, ids)
    resources = resources_among(made.documents)
    chosen = _some_of(made.documents)
    should = {document.key: document.signature for document in made.documents} | pages.all_signatures(resources)
    should |= {document.key: document.signature for document in chosen}
    gone = [key for key in made.gone if key not in should]
    stored = _see(engine, should, gone, seen)
    seen.different |= _not_found_by_their_words(engine, [document for document in chosen if document.key in stored])
    seen.left_over |= engine.pages_of([document.key for document in resources]) - should.keys()


def _see(engine: Engine, should: Mapping[str, str], gone: Sequence[str], seen: Seen) -> Mapping[str, str]:
    """Compare what should be stored, by its signatures, and what should not; returns what is."""
    stored = engine.signatures([*should, *gone])
    seen.compared |= should.keys()
    seen.missing |= should.keys() - stored.keys()
    seen.different |= {key for key, made in should.items() if key in stored and differ(stored[key], made)}
    seen.left_over |= {key for key in gone if key in stored}
    return stored


def _not_there(keys: Iterable[str]) -> set[str]:
    """Those of these keys that stand for nothing in the record: what can be said of many without reading what they say."""
    return _without(keys, _existing(Entry.id, key_of), _existing(Member.id, people.key_of))


def _not_to_be_found(keys: Iterable[str]) -> set[str]:
    """Those of these keys for which the record, as it is now, has nothing that could be found."""
    return _without(
        keys,
        lambda ids: {document.key for document in made_of(documents_of, ids).documents},
        lambda ids: {d.key for d in made_of(people.documents_of_members, ids, people.key_of).documents},
    )


def _without(
    keys: Iterable[str], entries: Callable[[list[int]], set[str]], members: Callable[[list[int]], set[str]]
) -> set[str]:
    by_kind: dict[str, set[str]] = {kind: set() for kind in ("entry", "member", "page", "")}
    for key in keys:
        by_kind[key.split("/")[0] if KEY.fullmatch(key) else ""].add(key)
    there: set[str] = set()
    for kind, keys_of_some in (("entry", entries), ("member", members)):
        for ids in some(sorted({entry_of(key) for key in by_kind[kind]}), BATCH):
            there |= keys_of_some(ids)
    for places in some(sorted(map(pages.place_of, by_kind["page"])), BATCH):
        there |= pages.standing(places)
    return {key for kept in by_kind.values() for key in kept if key not in there}


def _existing(id: Any, key: Callable[[int], str]) -> Callable[[list[int]], set[str]]:
    return lambda ids: {
        name for one in db.session.scalars(select(id).where(id.in_(ids))) for name in (key(one), f"{key(one)}/visitors")
    }


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


def _whole(key: str) -> str:
    """The key of what is indexed again: a page's resource, a member for both of their documents, or the entry itself."""
    if key.startswith("member/"):
        return people.key_of(entry_of(key))
    if not key.startswith("page/"):
        return key
    resource = pages.resource_of(key)
    return key_of(resource) if resource is not None else key_of(0)
