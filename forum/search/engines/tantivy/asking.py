"""One question to a Tantivy index: its hits by group, their number, and what they divide into.

Pages of a file count as the one entry they belong to. Few are counted one by one; of many the number of different groups
is estimated, to about two in a hundred, and the answer says so.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import tantivy
from tantivy import Occur, Order
from tantivy import Query as Tantivy

from forum.search.engine import FACETS, MOST_PAGES, Found, Hit, Sort
from forum.search.engines.tantivy.matching import Reading, one_of
from forum.search.engines.tantivy.store import STATE, number_of
from forum.search.query import Query

PATIENCE = 0.6  # seconds after which no further facet is counted
COUNTED = 1_000  # matching documents up to which groups are counted one by one
MOST_VALUES = 200  # of one facet
MOST_READ = 20_000  # hits looked through for different groups


class Opened:
    """An index as one commit left it."""

    def __init__(self, generation: Path, index: tantivy.Index) -> None:
        self.generation, self.index, self.schema = generation, index, index.schema
        self.written = self._written()
        index.reload()
        self.searcher = index.searcher()

    def _written(self) -> tuple[int, int]:
        found = (self.generation / "meta.json").stat()
        return found.st_mtime_ns, found.st_ino

    def is_old(self) -> bool:
        """Whether there was another commit since."""
        return self._written() != self.written

    @cached_property
    def has_pages(self) -> bool:
        return bool(self.searcher.doc_freq("is_page", 1))

    @cached_property
    def count(self) -> int:
        return self.searcher.num_docs - self.searcher.search(one_of(self.schema, "key", [STATE]), 1).count  # type: ignore[attr-defined]

    @cached_property
    def languages(self) -> frozenset[str]:
        found = self.searcher.aggregate(Tantivy.all_query(), {"language": {"terms": {"field": "language"}}})
        return frozenset(bucket["key"] for bucket in found["language"]["buckets"])


class Asking:
    """A query under filters, for whoever holds the keys."""

    def __init__(
        self,
        opened: Opened,
        query: Query,
        keys: frozenset[str],
        filters: Mapping[str, frozenset[str]],
        *,
        any_clause: bool = False,
    ) -> None:
        self.searcher, self.schema, self.has_pages = opened.searcher, opened.schema, opened.has_pages
        self.deadline = time.monotonic() + PATIENCE
        reading = Reading(self.searcher, self.schema)
        self.complete = True
        self.asked = Tantivy.boolean_query(
            [
                (Occur.Must, reading.query(query, any_clause=any_clause)),
                (Occur.Must, one_of(self.schema, "audience", keys)),
            ]
        )
        if reading.cut:
            self.complete = False
        self.filters = {name: one_of(self.schema, name, values) for name, values in filters.items()}

    def within(self, *more: Tantivy, without: str = "") -> Tantivy:
        """What is asked, under all filters but one, and more."""
        filters = [query for name, query in self.filters.items() if name != without]
        return Tantivy.boolean_query([(Occur.Must, query) for query in (self.asked, *filters, *more)])

    def is_anything(self) -> bool:
        return bool(self.searcher.search(self.within(), 1, count=False).hits)

    def found(self, *, sort: Sort, page: int, size: int, first: str) -> Found:
        """One page of what matches."""
        wanted = page * size
        best = self._best_groups(wanted + 1, sort)
        if first and self._hits(self.within(one_of(self.schema, "group", [number_of(first)])), 1, sort):
            best = self._first(number_of(first), best, sort)
        shown = list(best.items())[(page - 1) * size : wanted]
        hits = [self._hit(group, *hit) for group, hit in shown]
        total = self._total(self.within())
        return Found(hits, total, self._facets(), self.complete)

    def _hits(self, query: Tantivy, limit: int, sort: Sort) -> list[tuple[Any, Any]]:
        if sort is Sort.RELEVANCE:
            return self.searcher.search(query, limit, count=False).hits
        return self.searcher.search(query, limit, count=False, order_by_field="at", order=Order.Desc).hits

    def _best_groups(self, wanted: int, sort: Sort) -> dict[int, tuple[float, Any]]:
        """The best hit of each of the best groups, best first."""
        limit = wanted * 4 if self.has_pages else wanted
        while True:
            hits = self._hits(self.within(), limit, sort)
            groups: dict[int, tuple[float, Any]] = {}
            numbers = self.searcher.fast_field_values("group", [address for _, address in hits])
            for group, (score, address) in zip(numbers, hits, strict=True):
                groups.setdefault(int(group or 0), (float(score), address))
            if len(groups) >= wanted or len(hits) < limit or limit >= MOST_READ:
                return groups
            limit = min(4 * limit, MOST_READ)

    def _first(self, group: int, best: dict[int, tuple[float, Any]], sort: Sort) -> dict[int, tuple[float, Any]]:
        own = self._hits(self.within(one_of(self.schema, "group", [group])), 1, sort)[0]
        return {group: own, **{other: hit for other, hit in best.items() if other != group}}

    def _hit(self, group: int, score: float, address: Any) -> Hit:
        document = self.searcher.doc(address)
        key = document.get_first("parent") or document.get_first("key")
        return Hit(str(key), score, self._best_pages(group) if self.has_pages else ())

    def _best_pages(self, group: int) -> list[tuple[str, int]]:
        pages = (one_of(self.schema, "group", [group]), one_of(self.schema, "is_page", [1]))
        hits = self.searcher.search(self.within(*pages), MOST_PAGES, count=False).hits
        documents = [self.searcher.doc(address) for _, address in hits]
        return [(str(d.get_first("key")), int(d.get_first("number") or 0)) for d in documents]

    def _total(self, query: Tantivy) -> int:
        count = self._count(query)
        if not self._pages_among(query):
            return count
        if count <= COUNTED:
            return len(self._groups(query, count))
        self.complete = False
        return min(count, int(self.searcher.cardinality(query, "group")))

    def _groups(self, query: Tantivy, count: int) -> set[Any]:
        addresses = [address for _, address in self.searcher.search(query, max(count, 1), count=False).hits]
        return set(self.searcher.fast_field_values("group", addresses))

    def _count(self, query: Tantivy) -> int:
        return int(self.searcher.search(query, 1).count or 0)  # type: ignore[attr-defined]

    def _pages_among(self, query: Tantivy) -> bool:
        pages = Tantivy.boolean_query([(Occur.Must, query), (Occur.Must, one_of(self.schema, "is_page", [1]))])
        return self.has_pages and bool(self.searcher.search(pages, 1, count=False).hits)

    def _facets(self) -> dict[str, dict[str, int]]:
        """Per facet what would be found if one value alone were chosen in it, the other filters staying."""
        facets = self._divided(self.within(), [name for name in FACETS if name not in self.filters])
        for name in self.filters:
            if name in FACETS and time.monotonic() < self.deadline:
                facets |= self._divided(self.within(without=name), [name])
        self.complete = self.complete and time.monotonic() < self.deadline
        return {name: facets.get(name, {}) for name in FACETS}

    def _divided(self, query: Tantivy, names: Iterable[str]) -> dict[str, dict[str, int]]:
        inner: dict[str, Any] = {}
        if self._pages_among(query):
            few = self._count(query) <= COUNTED
            inner = {"aggs": {"groups": self.BY_GROUP if few else self.ABOUT_BY_GROUP}}
        asked = {name: {"terms": {"field": name, "size": MOST_VALUES}, **inner} for name in names}
        answer = self.searcher.aggregate(query, asked) if asked else {}
        return {name: {b["key"]: self._number(b) for b in answer[name]["buckets"]} for name in names}

    BY_GROUP = {"terms": {"field": "group", "size": COUNTED}}
    ABOUT_BY_GROUP = {"cardinality": {"field": "group"}}

    @staticmethod
    def _number(bucket: Mapping[str, Any]) -> int:
        groups = bucket.get("groups")
        if groups is None:
            return int(bucket["doc_count"])
        return len(groups["buckets"]) if "buckets" in groups else min(int(bucket["doc_count"]), int(groups["value"]))
