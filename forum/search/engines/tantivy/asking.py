"""One question to a Tantivy index: its hits by group, their number, and what they divide into.

Pages of a file count as the one entry they belong to. Few are counted one by one; of many the number of different groups
is estimated, to about two in a hundred (of very many from an eighth of the groups), and the answer says so.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import tantivy
from tantivy import FieldType, Occur, Order
from tantivy import Query as Tantivy

from forum.search.engine import FACETS, MOST_PAGES, Found, Hit, Sort
from forum.search.engines.tantivy.matching import Reading, one_of
from forum.search.engines.tantivy.store import STATE, number_of
from forum.search.query import Query

PATIENCE = 0.6  # seconds after which no further facet is counted
COUNTED = 1_000  # matching documents up to which groups are counted one by one
SHARED = 50_000  # matching documents above which facets are counted for a share of the groups
SHARE = 8
MOST_VALUES = 200  # of one facet
MOST_OF_SHOWN = 2_000  # matching pages of the groups shown that are looked through at once
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
        self.complete, self.estimated = True, False
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
        best, count = self._best_groups(wanted + 1, sort)
        if first and self._hits(self.within(one_of(self.schema, "group", [number_of(first)])), 1, sort):
            best = self._first(number_of(first), best, sort)
        shown = list(best.items())[(page - 1) * size : wanted]
        pages = self._best_pages([group for group, _ in shown]) if self.has_pages and shown else {}
        hits = [self._hit(score, address, pages.get(group, ())) for group, (score, address) in shown]
        total, facets = self._divided(self.within(), count, [name for name in FACETS if name not in self.filters])
        for name in self.filters:
            if name in FACETS and time.monotonic() < self.deadline:
                without = self.within(without=name)
                facets |= self._divided(without, self._count(without), [name])[1]
        complete = self.complete and time.monotonic() < self.deadline
        return Found(hits, total, {name: facets.get(name, {}) for name in FACETS}, complete, self.estimated)

    def _hits(self, query: Tantivy, limit: int, sort: Sort) -> list[tuple[Any, Any]]:
        return self._search(query, limit, sort, count=False).hits

    def _search(self, query: Tantivy, limit: int, sort: Sort, *, count: bool) -> Any:
        if sort is Sort.RELEVANCE:
            return self.searcher.search(query, limit, count=count)
        return self.searcher.search(query, limit, count=count, order_by_field="at", order=Order.Desc)

    def _best_groups(self, wanted: int, sort: Sort) -> tuple[dict[int, tuple[float, Any]], int]:
        """The best hit of each of the best groups, best first; and how many documents match."""
        limit = wanted * 4 if self.has_pages else wanted
        found = self._search(self.within(), limit, sort, count=True)
        count = int(found.count or 0)
        while True:
            hits = found.hits
            groups: dict[int, tuple[float, Any]] = {}
            numbers = self.searcher.fast_field_values("group", [address for _, address in hits])
            for group, (score, address) in zip(numbers, hits, strict=True):
                groups.setdefault(int(group or 0), (float(score), address))
            if len(groups) >= wanted or len(hits) < limit or limit >= MOST_READ:
                return groups, count
            limit = min(4 * limit, MOST_READ)
            found = self._search(self.within(), limit, sort, count=False)

    def _first(self, group: int, best: dict[int, tuple[float, Any]], sort: Sort) -> dict[int, tuple[float, Any]]:
        own = self._hits(self.within(one_of(self.schema, "group", [group])), 1, sort)[0]
        return {group: own, **{other: hit for other, hit in best.items() if other != group}}

    def _hit(self, score: float, address: Any, pages: Iterable[Any]) -> Hit:
        document = self.searcher.doc(address)
        key = document.get_first("parent") or document.get_first("key")
        return Hit(str(key), score, [self._page(page) for page in pages])

    def _page(self, address: Any) -> tuple[str, int]:
        document = self.searcher.doc(address)
        return str(document.get_first("key")), int(document.get_first("number") or 0)

    def _best_pages(self, groups: Sequence[int]) -> dict[int, list[Any]]:
        """Where the best pages of each group lie. Asked for all at once: a question costs as much for one of them."""
        pages = (one_of(self.schema, "group", groups), one_of(self.schema, "is_page", [1]))
        hits = self.searcher.search(self.within(*pages), MOST_OF_SHOWN, count=False).hits
        addresses = [address for _, address in hits]
        best: dict[int, list[Any]] = {group: [] for group in groups}
        for group, address in zip(self.searcher.fast_field_values("group", addresses), addresses, strict=True):
            if len(best[int(group or 0)]) < MOST_PAGES:
                best[int(group or 0)].append(address)
        if len(hits) == MOST_OF_SHOWN and len(groups) > 1:  # the pages of some may have left no room for others
            for group in groups:
                if len(best[group]) < MOST_PAGES:
                    best |= self._best_pages([group])
        return best

    def _count(self, query: Tantivy) -> int:
        return int(self.searcher.search(query, 1).count or 0)  # type: ignore[attr-defined]

    # what it divides into

    def _divided(self, query: Tantivy, count: int, names: Iterable[str]) -> tuple[int, dict[str, dict[str, int]]]:
        """How many groups match, and how many of them have each value of these facets."""
        if not count:
            return 0, {}
        by_group = self._by_group(count)
        inner = {"aggs": {"groups": by_group}} if by_group else {}
        asked: dict[str, Any] = {name: {"terms": {"field": name, "size": MOST_VALUES}, **inner} for name in names}
        if by_group:
            asked |= {"~groups": by_group, "~pages": {"max": {"field": "number"}}}
        share = SHARE if by_group and count > SHARED else 1
        answer = self.searcher.aggregate(self._share(query, share), asked) if asked else {}
        are_pages = bool(by_group and answer["~pages"]["value"])
        facets = {
            name: {
                b["key"]: share * (_groups_in(b["groups"], b["doc_count"]) if are_pages else int(b["doc_count"]))
                for b in answer[name]["buckets"]
            }
            for name in names
        }
        if not are_pages:
            return count, facets
        self.estimated = self.estimated or count > COUNTED
        return min(count, share * _groups_in(answer["~groups"], count)), facets

    def _share(self, query: Tantivy, share: int) -> Tantivy:
        """One in so many groups, taken by the numbers that stand for them, which are as good as drawn by lot."""
        if share == 1:
            return query
        lot = Tantivy.range_query(self.schema, "group", FieldType.Unsigned, 0, 2**63 // share)
        return Tantivy.boolean_query([(Occur.Must, query), (Occur.Must, Tantivy.const_score_query(lot, 0.0))])

    def _by_group(self, count: int) -> dict[str, Any]:
        """How different groups are counted, {} when each document is its own."""
        if not self.has_pages:
            return {}
        if count <= COUNTED:
            return {"terms": {"field": "group", "size": COUNTED}}
        return {"cardinality": {"field": "group"}}


def _groups_in(found: Mapping[str, Any], documents: int) -> int:
    return len(found["buckets"]) if "buckets" in found else min(int(documents), int(found["value"]))
