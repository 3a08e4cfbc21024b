"""The embedded engine: Whoosh in DATA_DIR, for a community of up to some twenty thousand documents."""

from __future__ import annotations

import heapq
import json
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any

import structlog
from whoosh.query import Or, Term

from forum.kernel import clock
from forum.search.analysis import EXACT
from forum.search.engine import FILTERS, Document, Found, Health, NotReady, Progress, Sort
from forum.search.engines.scoring import BOOSTS
from forum.search.engines.whoosh.facts import Facts, Row, Tally
from forum.search.engines.whoosh.matching import OutOfTime, Segment
from forum.search.engines.whoosh.store import STATE, Store, read_state, write
from forum.search.query import MOST_EXPANSIONS, Prefix, Query, Word, plainly

log = structlog.get_logger(__name__)
PATIENCE = 0.7  # seconds a query may take before it shows what it has


class Opened(threading.local):
    """This thread's searcher: never shared, because Whoosh readers seek in files they keep."""

    searcher: Any = None
    index: Any = None
    version: tuple[str, int] | None = None


class WhooshEngine:
    """See `forum.search.engine.Engine`, whose words these are."""

    name = "whoosh"
    comfortable = 20_000

    def __init__(self, folder: Path) -> None:
        self.store = Store(folder)
        self._opened = Opened()
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
        wanted = {name: frozenset(values) for name, values in (filters or {}).items() if values and name in FILTERS}
        searcher = self._searcher()
        try:
            leaves = [leaf for leaf, _offset in reversed(searcher.leaf_searchers())]
            parents = set().union(*(self._facts_of(leaf.reader()).parents for leaf in leaves))
            tally = Tally(keys, wanted, first, sort, parents)
            self._collect(searcher, query, any_clause, tally)
        except OutOfTime:
            tally.complete = False
        except Exception as error:
            if self._is_sound():
                raise
            raise self._damaged(error, self.store.pointed("CURRENT")) from error
        return tally.found(page, size)

    def _collect(self, searcher: Any, query: Query, any_clause: bool, tally: Tally) -> None:
        deadline = time.monotonic() + PATIENCE
        expansions = self._expansions(searcher, query)
        for leaf, _offset in reversed(searcher.leaf_searchers()):
            facts = self._facts_of(leaf.reader())
            segment = Segment(leaf, expansions, deadline)
            if query.clauses:
                tally.take(segment.matches(query, any_clause=any_clause), facts)
            else:
                gone = {doc for part in query.without for doc in segment.part(part, None)}
                alive = (doc for doc, row in enumerate(facts.rows) if row and doc not in gone)
                tally.take({doc: 1.0 for doc in alive if not leaf.reader().is_deleted(doc)}, facts)
            if time.monotonic() > deadline:
                raise OutOfTime

    def _expansions(self, searcher: Any, query: Query) -> dict[str, list[str]]:
        all_parts = (*query.without, *(part for clause in query.clauses for part in clause))
        parts = (plainly(part)[0] for part in all_parts)
        return {
            part.start: self._beginning_with(searcher, part.start, MOST_EXPANSIONS)
            for part in parts
            if isinstance(part, Prefix)
        }

    def _beginning_with(self, searcher: Any, start: str, most: int) -> list[str]:
        reader = searcher.reader()
        counts: dict[str, int] = {}
        for name in BOOSTS:
            if name not in reader.schema or not reader.doc_count():
                continue
            for token in islice(reader.expand_prefix(name, EXACT + start), 4 * most):
                text = token.decode()
                counts[text] = counts.get(text, 0) + reader.doc_frequency(name, text)
        return heapq.nsmallest(most, counts, key=lambda text: (-counts[text], text))

    def suggest(self, start: str, *, keys: frozenset[str], limit: int = 8) -> list[str]:
        candidates = self._beginning_with(self._searcher(), start, 4 * limit)
        shown = (t.removeprefix(EXACT) for t in candidates if self._is_seen(t, keys))
        return list(islice(shown, limit))

    def alike(self, word: str, *, keys: frozenset[str]) -> str | None:
        if not 4 <= len(word) <= 30:
            return None
        reader = self._searcher().reader()
        for distance in (1, 2) if len(word) > 5 else (1,):
            near: dict[str, int] = {}
            for name in BOOSTS:
                # the mark and the first letter stay: what makes walking the vocabulary quick
                for token in reader.terms_within(name, EXACT + word, distance, prefix=2):
                    if token.startswith(EXACT) and token != EXACT + word:
                        near[token] = near.get(token, 0) + reader.doc_frequency(name, token)
            for token in heapq.nsmallest(5, near, key=lambda t: (-near[t], t)):
                if self._is_seen(token, keys):
                    return token.removeprefix(EXACT)
        return None

    def _is_seen(self, token: str, keys: frozenset[str]) -> bool:
        """Whether the word occurs in something a holder of the keys may see: else even naming it would tell."""
        return self.find(Query(((Word(token, frozenset()),),)), keys=keys, size=1).total > 0

    def frequencies(self, tokens: Iterable[str]) -> dict[str, int]:
        reader = self._searcher().reader()
        counts = {token: max(reader.doc_frequency(name, token) for name in BOOSTS) for token in set(tokens)}
        return {token: count for token, count in counts.items() if count}

    def pages_of(self, parents: Iterable[str]) -> set[str]:
        searcher, found, wanted = self._searcher(), set(), list(parents)
        for start in range(0, len(wanted), 400):
            query = Or([Term("parent", parent) for parent in wanted[start : start + 400]])
            found |= {searcher.stored_fields(number)["key"] for number in searcher.docs_for_query(query)}
        return found

    def signatures(self, keys: Iterable[str]) -> dict[str, str]:
        searcher, found = self._searcher(), {}
        wanted = list(keys)
        for start in range(0, len(wanted), 400):
            query = Or([Term("key", key) for key in wanted[start : start + 400]])
            for number in searcher.docs_for_query(query):
                stored = searcher.stored_fields(number)
                found[stored["key"]] = Row(*stored["facts"]).signature
        return found

    def languages(self) -> frozenset[str]:
        leaves = self._searcher().leaf_searchers()
        return frozenset().union(*(self._facts_of(leaf.reader()).languages for leaf, _ in leaves))

    def count(self) -> int:
        searcher = self._searcher()
        return int(searcher.doc_count()) - (1 if self._state(searcher) else 0)

    def health(self) -> Health:
        try:
            searcher = self._searcher()
            state = self._state(searcher)
            generation = (self._opened.version or ("", 0))[0]
            return Health(True, int(searcher.doc_count()) - bool(state), int(state.get("watermark", 0)), generation)
        except Exception as error:
            return Health(False, trouble=str(error) or repr(error))

    def _state(self, searcher: Any) -> dict[str, Any]:
        found = searcher.document(key=STATE)
        state: dict[str, Any] = json.loads(found["state"]) if found else {}
        return state

    # writing

    def writing(self, what: str = "present") -> AbstractContextManager[None]:
        return self.store.lock(what)

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
        progress = Progress(mark=mark, began_at=clock.now().isoformat())
        made = self.store.create()
        write(self.store.open(made), (), (), {"progress": asdict(progress)})
        self.store.point("NEXT", made)
        return progress

    def add(self, documents: Iterable[Document], progress: Progress, remove: Iterable[str] = ()) -> None:
        ready = list(documents)
        write(self.store.open(self.store.pointed("NEXT")), ready, remove, {"progress": asdict(progress)})

    def settle(self) -> None:
        pass  # every commit is ready to be asked

    def swap(self, watermark: int) -> None:
        built = self.store.pointed("NEXT")
        if built is None:
            raise NotReady("there is no next generation")
        write(self.store.open(built), (), (), {"watermark": watermark})
        self.store.point("CURRENT", built)
        self.store.forget("NEXT")
        self.store.clear_away()

    def close(self) -> None:
        if self._opened.searcher is not None:
            self._opened.searcher.close()
            self._opened.index.close()
        self._opened.searcher = self._opened.index = self._opened.version = None
        self._facts.clear()

    # keeping a searcher

    def _searcher(self) -> Any:
        """This thread's searcher, opened anew when the generation or its last commit is another."""
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
                if self._opened.searcher is not None:
                    self._opened.searcher.close()
                self._opened.searcher, self._opened.index, self._opened.version = fresh, index, version
                self._forget_old_facts(fresh)
        except Exception as error:
            raise self._damaged(error, generation) from error
        return self._opened.searcher

    def _facts_of(self, reader: Any) -> Facts:
        segment = reader.segment()
        if segment is None:
            return Facts(reader)
        name = f"{self._opened.version and self._opened.version[0]}/{segment.segment_id()}"
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
                    Facts(leaf.reader())
                    for name in BOOSTS:
                        for token in islice(leaf.reader().lexicon(name), 50):
                            list(leaf.reader().postings(name, token).all_ids())
        except Exception:
            return False
        return True

    def _damaged(self, error: Exception, generation: Path | None) -> NotReady:
        """Put the damaged generation out of use, so that the worker builds another."""
        self._opened.searcher = self._opened.index = self._opened.version = None
        if generation is not None and self.store.pointed("CURRENT") == generation:
            log.error("the search index is damaged and will be rebuilt", error=repr(error))
            self.store.forget("CURRENT")
        return NotReady("the index is damaged")
