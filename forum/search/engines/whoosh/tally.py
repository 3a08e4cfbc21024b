"""Counting what was found in a Whoosh index, for whoever holds the keys: hits, total and facets."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from forum.search.engine import FACETS, MOST_PAGES, Found, Hit, Sort
from forum.search.engines.whoosh.facts import Facts
from forum.search.engines.whoosh.snapshot import Leaf
from forum.search.engines.whoosh.store import BETWEEN

Best = tuple[tuple[float, float], str, float]  # what orders it, its key, its score


class Paged(NamedTuple):
    """Pages of one segment that were found."""

    facts: Facts
    docs: list[int]
    groups: list[str]
    scores: Mapping[int, float]


class Tally:
    """Takes what matches, segment by segment.

    Args:
        filters: per name the values of which one must hold.
        first: the key of what is shown before all others, if it is found.
        most: how many of the best will be asked for.
    """

    def __init__(
        self, keys: frozenset[str], filters: Mapping[str, frozenset[str]], first: str, sort: Sort, most: int
    ) -> None:
        self.keys, self.first, self.sort, self.most = keys, first, sort, most
        self.filters = {name: {f"{name}{BETWEEN}{value}" for value in values} for name, values in filters.items()}
        self.complete = True
        self.total = 0  # of what has no pages
        self.best: list[Best] = []
        self.groups: dict[str, tuple[tuple[float, float], float]] = {}  # of what has pages: its best match
        self.paged: list[Paged] = []
        self.foremost: Best | None = None
        # per filter that alone stood in the way ("" when none did): the values found, once for each group with pages
        self.counts: dict[str, Counter[str]] = {name: Counter() for name in ("", *filters)}
        self.shared: dict[str, dict[str, set[str]]] = {name: {} for name in ("", *filters)}

    def take(self, scores: Mapping[int, float], leaf: Leaf) -> None:
        facts = leaf.facts
        seen = [not self.keys.isdisjoint(audience) for audience in facts.audiences]
        audience, deleted = facts.audience, leaf.deleted
        docs = [doc for doc in scores if seen[audience[doc]] and doc not in deleted]
        for reason, stopped in self._sorted_out(docs, facts).items():
            lone = stopped
            if leaf.groups is not None:
                of = leaf.groups
                lone, paged = [d for d in stopped if not of[d]], [d for d in stopped if of[d]]
                self._share(reason, paged, [of[d] for d in paged], facts)
                if not reason:
                    self._keep_paged(Paged(facts, paged, [of[d] for d in paged], scores))
            for place, count in Counter(map(facts.place.__getitem__, lone)).items():
                counts = self.counts[reason]
                for value in facts.places[place]:
                    counts[value] += count
            if not reason:
                self._keep(lone, scores, facts)

    def _sorted_out(self, docs: list[int], facts: Facts) -> dict[str, list[int]]:
        """The documents by the one filter that stops them, "" when none does; what two of them stop is left out."""
        if not self.filters:
            return {"": docs}
        sorted_out: dict[str, list[int]] = {name: [] for name in self.counts}
        by_value = {name: wanted for name, wanted in self.filters.items() if name != "within"}
        # a few tuples in all: thousands of new lists would have the garbage collector look through everything we keep
        same: dict[tuple[str, ...], tuple[str, ...]] = {}
        failed = []
        for values in facts.places:
            stops = tuple(name for name, wanted in by_value.items() if wanted.isdisjoint(values))
            failed.append(same.setdefault(stops, stops))
        within = self.filters.get("within")
        for doc in docs:
            reasons = failed[facts.place[doc]]
            if within and within.isdisjoint(facts.within[doc]):
                reasons = (*reasons, "within")
            if len(reasons) < 2:
                sorted_out[reasons[0] if reasons else ""].append(doc)
        return sorted_out

    def _share(self, reason: str, docs: list[int], groups: list[str], facts: Facts) -> None:
        shared = self.shared[reason]
        for group, place in set(zip(groups, map(facts.place.__getitem__, docs), strict=True)):
            shared.setdefault(group, set()).update(facts.places[place])

    def _orders(self, docs: list[int], scores: Mapping[int, float], facts: Facts) -> Iterator[tuple[float, float]]:
        by_score = [-scores[doc] for doc in docs]
        by_date = [-facts.ats[doc] for doc in docs]
        return (
            zip(by_score, by_date, strict=True) if self.sort is Sort.RELEVANCE else zip(by_date, by_score, strict=True)
        )

    def _keep(self, docs: list[int], scores: Mapping[int, float], facts: Facts) -> None:
        self.total += len(docs)
        keys = [facts.keys[doc] for doc in docs]
        ranked = zip(self._orders(docs, scores, facts), keys, map(scores.__getitem__, docs), strict=True)
        self.best = heapq.nsmallest(self.most, [*self.best, *heapq.nsmallest(self.most, ranked)])
        if self.first and self.first in keys:
            self._put_first(scores[docs[keys.index(self.first)]])

    def _keep_paged(self, paged: Paged) -> None:
        self.paged.append(paged)
        best = self.groups
        orders = self._orders(paged.docs, paged.scores, paged.facts)
        for group, order, doc in zip(paged.groups, orders, paged.docs, strict=True):
            known = best.get(group)
            if known is None or order < known[0]:
                best[group] = (order, paged.scores[doc])
        if self.first in best:
            self._put_first(best[self.first][1])

    def _put_first(self, score: float) -> None:
        self.foremost = ((float("-inf"), 0.0), self.first, score)

    def found(self, page: int, size: int) -> Found:
        paged: Iterable[Best] = ((order, group, score) for group, (order, score) in self.groups.items())
        best = heapq.nsmallest(page * size + 1, [*self.best, *heapq.nsmallest(page * size + 1, paged)])
        if self.foremost:
            best = [self.foremost, *(other for other in best if other[1] != self.first)]
        shown = best[(page - 1) * size : page * size]
        pages = self._best_pages({key for _, key, _ in shown if key in self.groups})
        hits = [Hit(key, score, pages.get(key, ())) for _, key, score in shown]
        total = self.total + len(self.groups)
        return Found(hits, total, self._facets(), self.complete, hurried=not self.complete)

    def _best_pages(self, groups: set[str]) -> dict[str, Sequence[tuple[str, int]]]:
        pages: dict[str, list[tuple[float, int, str]]] = {group: [] for group in groups}
        for facts, docs, of, scores in self.paged:
            for doc, group in zip(docs, of, strict=True):
                number = facts.numbers[doc]
                if group in groups and number is not None:
                    pages[group].append((-scores[doc], number, facts.keys[doc]))
        return {
            group: [(key, number) for _, number, key in heapq.nsmallest(MOST_PAGES, found)]
            for group, found in pages.items()
        }

    def _facets(self) -> dict[str, dict[str, int]]:
        """Each value with what would be found if it were chosen: what passed, and what only its own filter stopped."""
        facets: dict[str, dict[str, int]] = {name: {} for name in FACETS}
        for name in facets:
            if name in self.filters:
                facets[name] = self._counted(name, "", name)
        for value, count in self._together("").items():
            name, _, bare = value.partition(BETWEEN)
            if name in facets and name not in self.filters:
                facets[name][bare] = count
        return facets

    def _counted(self, facet: str, *reasons: str) -> dict[str, int]:
        start = facet + BETWEEN
        found = self._together(*reasons)
        return {value.removeprefix(start): count for value, count in found.items() if value.startswith(start)}

    def _together(self, *reasons: str) -> Counter[str]:
        """How many groups have each value, among documents that passed or were stopped by these filters alone."""
        total: Counter[str] = Counter()
        groups: dict[str, set[str]] = {}
        for reason in reasons:
            total.update(self.counts[reason])
            for group, values in self.shared[reason].items():
                groups.setdefault(group, set()).update(values)
        for values in groups.values():
            total.update(values)
        return total
