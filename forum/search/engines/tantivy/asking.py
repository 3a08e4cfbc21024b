"""One question to a Tantivy index: its hits by group, their number, and what they divide into.

Pages of a file count as the one entry they belong to. Few are counted one by one; of many the number of different groups
is estimated, to about two in a hundred (of very many from an eighth of the groups), and the answer says so.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import tantivy
from tantivy import Occur, Order
from tantivy import Query as Tantivy

from forum.search.engine import FACETS, MOST_PAGES, Found, Hit, Sort
from forum.search.engines.tantivy.bounds import (
    AFFORDED,
    FEWEST,
    Guard,
    Lists,
    narrowest,
    one_in,
    one_of,
    power_of_two,
    those,
)
from forum.search.engines.tantivy.matching import Reading, rarest
from forum.search.engines.tantivy.store import STATE, number_of
from forum.search.query import Query

PATIENCE = 0.6  # seconds after which nothing more is asked; what is being asked then ends soon, see `bounds`
COUNTED = 1_000  # matching documents up to which groups are counted one by one
DIVIDED = 16_000  # matching documents above which facets are counted for a share of the groups
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
        self.lists = Lists(self.searcher, self.schema)

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


@dataclass(frozen=True)
class Read:
    """A question in Tantivy's terms, and about how many seconds it will take."""

    query: Tantivy
    cost: float


class Asking:
    """A query under filters, for whoever holds the keys.

    Args:
        until: `time.monotonic()` after which nothing more is asked.
    """

    def __init__(
        self,
        opened: Opened,
        query: Query,
        keys: frozenset[str],
        filters: Mapping[str, frozenset[str]],
        *,
        any_clause: bool = False,
        until: float = math.inf,
    ) -> None:
        self.searcher, self.schema, self.has_pages = opened.searcher, opened.schema, opened.has_pages
        self.deadline = until
        self.query, self.keys, self.filters, self.any_clause = query, keys, filters, any_clause
        self.complete, self.estimated, self.hurried = True, False, False
        self.lists = opened.lists
        self.rarest = None if any_clause else rarest(self.lists, query)
        self.share = self._afforded(1)  # one in so many groups is looked at
        self.cost = self._read(share=self.share).cost
        if self.share > 1:
            self.complete, self.estimated, self.hurried = False, True, True

    def _afforded(self, share: int, *, part: float = 1.0, without: str = "") -> int:
        """This share, or a smaller one when that would cost more than such a part of what can be afforded."""
        most = part * AFFORDED
        cost = self._read(share=share, without=without).cost
        if cost > most:
            share = max(2 * share, power_of_two(share * cost / most) // 4)
        while share < FEWEST and self._read(share=share, without=without).cost > most:
            share *= 2
        return share

    def within(self, *guards: Guard, without: str = "", share: int = 0) -> Tantivy:
        """What is asked, under all filters but one, of what lies in all of the guards.

        Args:
            share: of one in so many groups; as many as can be afforded, unless it is said.
        """
        return self._read(*guards, without=without, share=share or self.share).query

    def _read(self, *guards: Guard, share: int, without: str = "") -> Read:
        lots = [one_in(self.lists, share)] if share > 1 else []
        filters = {name: values for name, values in self.filters.items() if name != without}
        chosen = (those(self.lists, name, values) for name, values in filters.items())
        reading = Reading(self.lists, narrowest(self.rarest, *chosen, *guards, *lots))
        asked = [reading.query(self.query, any_clause=self.any_clause), reading.filter("audience", self.keys)]
        asked += [reading.filter(name, values) for name, values in filters.items()]
        asked += [guard.query for guard in (*guards, *lots)]
        if reading.cut:
            self.complete, self.hurried = False, True
        return Read(Tantivy.boolean_query([(Occur.Must, query) for query in asked]), reading.cost)

    def is_anything(self) -> bool:
        """Whether anything matches: looked for in a few groups first, since what is common is among them."""
        shares = (share for share in (256, 8, 1) if share >= self.share)
        return any(self.searcher.search(self.within(share=share), 1, count=False).hits for share in shares)

    def found(self, *, sort: Sort, page: int, size: int, first: str) -> Found:
        """One page of what matches."""
        if not self._has_time():
            return Found((), 0, complete=False, hurried=True)
        wanted = page * size
        best, count = self._best_groups(wanted + 1, sort)
        if first and (own := self._hits(self.within(self._groups([number_of(first)])), 1, sort)):
            best = {
                number_of(first): own[0],
                **{group: hit for group, hit in best.items() if group != number_of(first)},
            }
        shown = list(best.items())[(page - 1) * size : wanted]
        pages = self._best_pages([group for group, _ in shown]) if self.has_pages and shown else {}
        hits = [self._hit(score, address, pages.get(group, ())) for group, (score, address) in shown]
        total, facets = self._divided(count, [name for name in FACETS if name not in self.filters])
        for name in self.filters:
            if name in FACETS and self._has_time():
                facets |= self._divided_without(name)
        found = {name: facets.get(name, {}) for name in FACETS}
        self.hurried = self.hurried or not self._has_time()
        return Found(hits, total, found, self.complete and self._has_time(), self.estimated, self.hurried)

    def _has_time(self) -> bool:
        return time.monotonic() < self.deadline

    def _groups(self, numbers: Sequence[int]) -> Guard:
        return those(self.lists, "group", numbers)

    def _hits(self, query: Tantivy, limit: int, sort: Sort) -> list[tuple[Any, Any]]:
        return self._search(query, limit, sort, count=False).hits

    def _search(self, query: Tantivy, limit: int, sort: Sort, *, count: bool) -> Any:
        if sort is Sort.RELEVANCE:
            return self.searcher.search(query, limit, count=count)
        return self.searcher.search(query, limit, count=count, order_by_field="at", order=Order.Desc)

    def _best_groups(self, wanted: int, sort: Sort) -> tuple[dict[int, tuple[float, Any]], int]:
        """The best hit of each of the best groups, best first; and how many documents match."""
        asked = self.within()
        limit = wanted * 4 if self.has_pages else wanted
        found = self._search(asked, limit, sort, count=True)
        groups, count = self._by_groups(found.hits), self.share * int(found.count or 0)
        if len(groups) < wanted and len(found.hits) == limit < MOST_READ and self._has_time():
            # a large file is before all others
            groups = self._by_groups(self._hits(asked, MOST_READ, sort))
        return groups, count

    def _by_groups(self, hits: Sequence[tuple[Any, Any]]) -> dict[int, tuple[float, Any]]:
        groups: dict[int, tuple[float, Any]] = {}
        numbers = self.searcher.fast_field_values("group", [address for _, address in hits])
        for group, (score, address) in zip(numbers, hits, strict=True):
            groups.setdefault(int(group or 0), (float(score), address))
        return groups

    def _hit(self, score: float, address: Any, pages: Iterable[Any]) -> Hit:
        document = self.searcher.doc(address)
        key = document.get_first("parent") or document.get_first("key")
        return Hit(str(key), score, [self._page(page) for page in pages])

    def _page(self, address: Any) -> tuple[str, int]:
        document = self.searcher.doc(address)
        return str(document.get_first("key")), int(document.get_first("number") or 0)

    def _best_pages(self, groups: Sequence[int]) -> dict[int, list[Any]]:
        """Where the best pages of each group lie. Asked for all at once: a question costs as much for one of them."""
        best: dict[int, list[Any]] = {group: [] for group in groups}
        if not self._has_time():
            return best
        pages = Guard(one_of(self.schema, "is_page", [1]), self.searcher.num_docs)
        hits = self.searcher.search(self.within(self._groups(groups), pages), MOST_OF_SHOWN, count=False).hits
        addresses = [address for _, address in hits]
        for group, address in zip(self.searcher.fast_field_values("group", addresses), addresses, strict=True):
            if len(best[int(group or 0)]) < MOST_PAGES:
                best[int(group or 0)].append(address)
        if len(hits) == MOST_OF_SHOWN and len(groups) > 1:  # the pages of some may have left no room for others
            for group in groups:
                if len(best[group]) < MOST_PAGES:
                    best |= self._best_pages([group])
        return best

    # what it divides into

    def _divided_without(self, filter: str) -> dict[str, dict[str, int]]:
        """What the results would divide into, in the facet of one filter, if that were not chosen."""
        most = min([self.searcher.num_docs, *([self.rarest.size] if self.rarest else [])])
        share = self._afforded(max(self.share, power_of_two(most / DIVIDED)), part=0.25, without=filter)
        found: Any = self.searcher.search(self.within(without=filter, share=share), 1, count=True)
        return self._divided(share * int(found.count or 0), [filter], without=filter)[1]

    def _divided(self, count: int, names: Iterable[str], *, without: str = "") -> tuple[int, dict[str, dict[str, int]]]:
        """How many groups match, and how many of them have each value of these facets.

        Args:
            count: how many documents match.
        """
        if not count or not self._has_time():
            return count, {}
        by_group = self._by_group(count)
        inner = {"aggs": {"groups": by_group}} if by_group else {}
        asked: dict[str, Any] = {name: {"terms": {"field": name, "size": MOST_VALUES}, **inner} for name in names}
        if by_group:
            asked |= {"~groups": by_group, "~pages": {"max": {"field": "number"}}}
        share = self._afforded(max(self.share, power_of_two(count / DIVIDED)), part=0.5, without=without)
        answer = self.searcher.aggregate(self.within(share=share, without=without), asked) if asked else {}
        are_pages = bool(by_group and answer["~pages"]["value"])
        facets = {
            name: {
                b["key"]: share * (_groups_in(b["groups"], b["doc_count"]) if are_pages else int(b["doc_count"]))
                for b in answer[name]["buckets"]
            }
            for name in names
        }
        self.estimated = self.estimated or share > 1 or (are_pages and count > COUNTED)
        return (min(count, share * _groups_in(answer["~groups"], count)) if are_pages else count), facets

    def _by_group(self, count: int) -> dict[str, Any]:
        """How different groups are counted, {} when each document is its own."""
        if not self.has_pages:
            return {}
        if count <= COUNTED:
            return {"terms": {"field": "group", "size": COUNTED}}
        return {"cardinality": {"field": "group"}}


def _groups_in(found: Mapping[str, Any], documents: int) -> int:
    return len(found["buckets"]) if "buckets" in found else min(int(documents), int(found["value"]))
