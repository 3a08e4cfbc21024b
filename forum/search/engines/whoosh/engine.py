"""The embedded engine: Whoosh in DATA_DIR, for a community of up to some twenty thousand documents."""

from __future__ import annotations

import heapq
import json
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import structlog
from whoosh.query import Or, Term

from forum.kernel import clock
from forum.search.analysis import EXACT
from forum.search.engine import FILTERS, MAKING, Document, Found, Health, NotReady, Progress, Sort, made_by
from forum.search.engines import spelling
from forum.search.engines.scoring import BOOSTS
from forum.search.engines.whoosh.facts import Facts, Row
from forum.search.engines.whoosh.lists import whole
from forum.search.engines.whoosh.matching import OutOfTime, Segment
from forum.search.engines.whoosh.snapshot import Leaf, Snapshot
from forum.search.engines.whoosh.store import STATE, Store, check, read_state, write
from forum.search.engines.whoosh.tally import Tally
from forum.search.patience import is_over, until
from forum.search.query import MOST_EXPANSIONS, Prefix, Query, Word, plainly

log = structlog.get_logger(__name__)
MOST_WAITING = 4_000  # documents that share a commit while an index is built
LITTLE = 1_000  # documents of a segment that is answered from whole, whatever the clock says
PATIENCE = 0.5  # seconds a query may take before it divides and shows what it has, which takes time too


class Opened(threading.local):
    """This thread's searcher: never shared, because Whoosh readers seek in files they keep."""

    snapshot: Snapshot | None = None
    index: Any = None
    version: tuple[str, int] | None = None


@dataclass
class Waiting:
    """What will share a commit, while the next generation is built: joining few large segments costs less than many small ones.

    A kill loses it whole, together with the progress that speaks of it.
    """

    documents: dict[str, Document] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    progress: Progress | None = None

    def take(self, documents: Iterable[Document], remove: Iterable[str], progress: Progress) -> None:
        """Raises: whatever is wrong with one of the documents, while it is known which were asked for."""
        fresh = {document.key: document for document in documents}
        for document in fresh.values():
            check(document)
        for key in remove:
            self.documents.pop(key, None)
            self.gone.add(key)
        self.documents |= fresh
        self.gone -= fresh.keys()
        self.progress = progress

    def clear(self) -> None:
        self.documents, self.gone, self.progress = {}, set(), None


class Held(threading.local):
    """What waits while this thread is `writing()`."""

    waiting: Waiting | None = None


class WhooshEngine:
    """See `forum.search.engine.Engine`, whose words these are."""

    name = "whoosh"
    comfortable = 20_000

    def __init__(self, folder: Path) -> None:
        self.store = Store(folder)
        self._opened, self._held = Opened(), Held()
        self._facts: dict[str, Facts] = {}
        self._lock = threading.Lock()

    # asking

    def find(
        self,
        query: Query,
        *,
        keys: frozenset[str],
        filters: Mapping[str, Sequence[str]] | None = None,
        sort: Sort = Sort.RELEVANCE,
        page: int = 1,
        size: int = 10,
        any_clause: bool = False,
        first: str = "",
    ) -> Found:
        if is_over():
            return Found((), 0, complete=False, hurried=True)
        wanted = {name: frozenset(values) for name, values in (filters or {}).items() if values and name in FILTERS}
        snapshot = self._snapshot()
        tally = Tally(keys, wanted, first, sort, page * size + 1)
        try:
            self._collect(snapshot, query, any_clause, tally)
        except OutOfTime:
            tally.complete = False
        except Exception as error:
            if self._is_sound():
                raise
            raise self._damaged(error, self.store.pointed("CURRENT")) from error
        return tally.found(page, size)

    def _collect(self, snapshot: Snapshot, query: Query, any_clause: bool, tally: Tally) -> None:
        deadline = until(PATIENCE)
        expansions = self._expansions(snapshot, query)
        for leaf in snapshot.leaves:
            segment = Segment(snapshot, leaf, expansions, deadline)
            if query.clauses:
                tally.take(segment.matches(query, any_clause=any_clause), leaf)
            else:
                gone = {doc for part in query.without for doc in segment.part(part, None)}
                tally.take({doc: 1.0 for doc in range(len(leaf.facts.keys)) if doc not in gone}, leaf)
            if len(leaf.facts.keys) > LITTLE and time.monotonic() > deadline:
                raise OutOfTime

    def _expansions(self, snapshot: Snapshot, query: Query) -> dict[Prefix, list[str]]:
        all_parts = (*query.without, *(part for clause in query.clauses for part in clause))
        prefixes = {part for part in (plainly(part)[0] for part in all_parts) if isinstance(part, Prefix)}
        return {prefix: _commonest(snapshot, MOST_EXPANSIONS, *prefix.starts) for prefix in prefixes}

    def suggest(self, start: str, *, keys: frozenset[str], limit: int = 8) -> list[str]:
        candidates = _commonest(self._snapshot(), 4 * limit, start)
        shown = (t.removeprefix(EXACT) for t in candidates if self._is_seen(t, keys))
        return list(islice(shown, limit))

    def alike(self, word: str, *, keys: frozenset[str]) -> str | None:
        if is_over():
            return None
        snapshot = self._snapshot()
        near = spelling.nearest(
            word, self.frequencies, lambda word, most: list(snapshot.beginning_with(word[:2], most).items())
        )
        found = next((token for token in near if self._is_seen(token, keys)), None)
        return found and found.removeprefix(EXACT)

    def _is_seen(self, token: str, keys: frozenset[str]) -> bool:
        """Whether the word occurs in something a holder of the keys may see: else even naming it would tell."""
        return self.find(Query(((Word(token, frozenset()),),)), keys=keys, size=1).total > 0

    def frequencies(self, tokens: Iterable[str]) -> dict[str, int]:
        snapshot = self._snapshot()
        counts = {token: snapshot.frequency(token) for token in set(tokens)}
        return {token: count for token, count in counts.items() if count}

    def pages_of(self, parents: Iterable[str]) -> set[str]:
        searcher, found, wanted = self._snapshot().searcher, set(), list(parents)
        for start in range(0, len(wanted), 400):
            query = Or([Term("parent", parent) for parent in wanted[start : start + 400]])
            found |= {searcher.stored_fields(number)["key"] for number in searcher.docs_for_query(query)}
        return found

    def signatures(self, keys: Iterable[str]) -> dict[str, str]:
        searcher, found = self._snapshot().searcher, {}
        wanted = list(keys)
        for start in range(0, len(wanted), 400):
            query = Or([Term("key", key) for key in wanted[start : start + 400]])
            for number in searcher.docs_for_query(query):
                stored = searcher.stored_fields(number)
                found[stored["key"]] = Row(*stored["facts"]).signature
        return found

    def keys_in(self, lot: int, lots: int) -> list[str]:
        found = []
        for leaf in self._snapshot().leaves:
            keys = leaf.facts.keys
            numbers = range(len(keys) * lot // lots, len(keys) * (lot + 1) // lots)
            found += [keys[number] for number in numbers if keys[number] and number not in leaf.deleted]
        return found

    def languages(self) -> frozenset[str]:
        return frozenset().union(*(leaf.facts.languages for leaf in self._snapshot().leaves))

    def count(self) -> int:
        searcher = self._snapshot().searcher
        return int(searcher.doc_count()) - (1 if self._state(searcher) else 0)

    def health(self) -> Health:
        try:
            searcher = self._snapshot().searcher
            state = self._state(searcher)
            generation = (self._opened.version or ("", 0))[0]
            documents = int(searcher.doc_count()) - bool(state)
            return Health(True, documents, int(state.get("watermark", 0)), generation, making=made_by(state))
        except Exception as error:
            return Health(False, trouble=str(error) or repr(error))

    def _state(self, searcher: Any) -> dict[str, Any]:
        found = searcher.document(key=STATE)
        state: dict[str, Any] = json.loads(found["state"]) if found else {}
        return state

    # writing

    def writing(self, what: str = "present") -> AbstractContextManager[None]:
        return self._writing(what)

    @contextmanager
    def _writing(self, what: str) -> Iterator[None]:
        with self.store.lock(what):
            outermost, self._held.waiting = self._held.waiting is None, self._held.waiting or Waiting()
            try:
                yield
                if outermost:
                    self._write_what_waits()
            finally:
                if outermost:
                    self._held.waiting = None

    def put(self, documents: Iterable[Document], remove: Iterable[str] = (), *, watermark: int | None = None) -> None:
        ready = list(documents)
        index = self.store.open(self.store.pointed("CURRENT"))
        write(index, ready, remove, {} if watermark is None else {"watermark": watermark})

    def begin(self, mark: int, *, afresh: bool = False) -> Progress:
        begun = None if afresh else self.store.pointed("NEXT")
        if begun is not None:
            try:
                state = read_state(self.store.open(begun))
                return Progress(**state["progress"])
            except Exception:
                log.warning("the half-built index cannot be read; beginning again", generation=begun.name)
        progress = Progress(mark=mark, began_at=clock.now().isoformat(), making=MAKING)
        made = self.store.create()
        write(self.store.open(made), (), (), {"progress": asdict(progress)})
        self.store.point("NEXT", made)
        return progress

    def add(self, documents: Iterable[Document], progress: Progress, remove: Iterable[str] = ()) -> None:
        waiting = self._held.waiting or Waiting()
        waiting.take(documents, remove, progress)
        if self._held.waiting is None or len(waiting.documents) > MOST_WAITING:
            self._write(waiting)

    def _write_what_waits(self) -> None:
        if self._held.waiting and self._held.waiting.progress:
            self._write(self._held.waiting)

    def _write(self, waiting: Waiting) -> None:
        state = {"progress": asdict(waiting.progress)} if waiting.progress else {}
        write(self.store.open(self.store.pointed("NEXT")), waiting.documents.values(), waiting.gone, state)
        waiting.clear()

    def settle(self) -> None:
        pass  # every commit is ready to be asked

    def swap(self, watermark: int) -> None:
        built = self.store.pointed("NEXT")
        if built is None:
            raise NotReady("there is no next generation")
        self._write_what_waits()
        write(self.store.open(built), (), (), {"watermark": watermark})
        self.store.point("CURRENT", built)
        self.store.forget("NEXT")
        self.store.clear_away()

    def close(self) -> None:
        if self._opened.snapshot is not None:
            self._opened.snapshot.searcher.close()
            self._opened.index.close()
        self._opened.snapshot = self._opened.index = self._opened.version = None

    # keeping a searcher

    def _snapshot(self) -> Snapshot:
        """The index as its last commit left it, opened anew when the generation or its last commit is another."""
        generation = self.store.pointed("CURRENT")
        if generation is None:
            raise NotReady("there is no index yet")
        try:
            index = self._opened.index
            if index is None or (self._opened.version or ("",))[0] != generation.name:
                index = self.store.open(generation)
            version = (generation.name, index.latest_generation())
            if self._opened.version != version:
                fresh = index.searcher()
                if self._opened.snapshot is not None:
                    self._opened.snapshot.searcher.close()
                self._opened.snapshot, self._opened.index, self._opened.version = None, index, version
                self._opened.snapshot = Snapshot(fresh, self._facts_of)
                self._forget_old_facts(fresh)
        except Exception as error:
            raise self._damaged(error, generation) from error
        assert self._opened.snapshot is not None
        return self._opened.snapshot

    def _facts_of(self, reader: Any) -> Facts:
        name = f"{self._opened.version and self._opened.version[0]}/{reader.segment().segment_id()}"
        found = self._facts.get(name)
        if found is None:
            found = Facts(reader)
            with self._lock:
                self._facts[name] = found
        return found

    def _forget_old_facts(self, searcher: Any) -> None:
        leaves = (leaf.reader().segment() for leaf, _ in searcher.leaf_searchers())
        present = {f"{self._opened.version and self._opened.version[0]}/{s.segment_id()}" for s in leaves if s}
        with self._lock:
            if len(self._facts) > 2 * len(present) + 8:
                self._facts = {name: facts for name, facts in self._facts.items() if name in present}

    # noticing damage

    def _is_sound(self) -> bool:
        """Whether every document and some of every word list can be read: an error was ours, then, not the disk's."""
        try:
            with self.store.open(self.store.pointed("CURRENT")).searcher() as searcher:
                for leaf, _ in searcher.leaf_searchers():
                    opened = Leaf(leaf.reader(), Facts(leaf.reader()))
                    for name in BOOSTS:
                        for token in islice(leaf.reader().lexicon(name), 50):
                            if listed := opened.listed(name, token.decode()):
                                whole(listed.packed())
        except Exception:
            return False
        return True

    def _damaged(self, error: Exception, generation: Path | None) -> NotReady:
        """Put the damaged generation out of use, so that the worker builds another."""
        self._opened.snapshot = self._opened.index = self._opened.version = None
        if generation is not None and self.store.pointed("CURRENT") == generation:
            log.error("the search index is damaged and will be rebuilt", error=repr(error))
            self.store.forget("CURRENT")
        return NotReady("the index is damaged")


def _commonest(snapshot: Snapshot, most: int, *starts: str) -> list[str]:
    """Exact tokens that begin in one of these ways, the commonest first."""
    counts = {token: count for start in starts for token, count in snapshot.beginning_with(start, 4 * most).items()}
    return heapq.nsmallest(most, counts, key=lambda token: (-counts[token], token))
