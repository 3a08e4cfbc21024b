"""What the Whoosh engine keeps in memory of each document, and how it counts what was found."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Mapping
from itertools import chain
from typing import Any, NamedTuple

from forum.search.engine import FACETS, MOST_PAGES, Found, Hit, Sort
from forum.search.engines.whoosh.store import BETWEEN, STATE


class Row(NamedTuple):
    """One document, as `store.facts_of` stored it."""

    values: tuple[str, ...]  # "language␟en": every filter's name and value
    audience: tuple[str, ...]
    at: float
    signature: str
    parent: str
    number: int | None


class Facts:
    """What filters, facets and sorting need of each document of one segment; None where there is none to show."""

    def __init__(self, reader: Any) -> None:
        self.keys: list[str] = [""] * reader.doc_count_all()
        self.rows: list[Row | None] = [None] * reader.doc_count_all()
        same: dict[Any, Any] = {}  # most documents are seen by the same people, and lie in the same places
        for number, stored in reader.iter_docs():
            if stored["key"] != STATE:
                row = Row(*stored["facts"])
                values = tuple(same.setdefault(value, value) for value in row.values)
                audience = same.setdefault(row.audience, row.audience)
                self.keys[number] = stored["key"]
                self.rows[number] = row._replace(values=same.setdefault(values, values), audience=audience)
        self.languages = frozenset(
            value.partition(BETWEEN)[2] for value in same if isinstance(value, str) and value.startswith("language")
        )
        self.parents = frozenset(row.parent for row in self.rows if row and row.parent)


class Tally:
    """Counts and keeps what matches, for whoever holds the keys, under the filters.

    Args:
        filters: per name the values of which one must hold.
        first: the key of what is shown before all others, if it is found.
        parents: the keys of what has pages: these are counted once, however many of their pages match.
    """

    def __init__(
        self, keys: frozenset[str], filters: Mapping[str, frozenset[str]], first: str, sort: Sort, parents: set[str]
    ) -> None:
        self.keys, self.first, self.sort, self.parents = keys, first, sort, parents
        self.filters = {name: {f"{name}{BETWEEN}{value}" for value in values} for name, values in filters.items()}
        self.complete = True
        self.best: dict[str, tuple[tuple[Any, ...], float]] = {}
        self.pages: dict[str, list[tuple[float, int, str]]] = {}
        # per filter that alone stood in the way ("" when none did): the values found, once for each group with pages
        self.counts: dict[str, Counter[str]] = {name: Counter() for name in ("", *filters)}
        self.shared: dict[str, dict[str, set[str]]] = {name: {} for name in ("", *filters)}
        self._seen: dict[tuple[str, ...], bool] = {}

    def take(self, scores: Mapping[int, float], facts: Facts) -> None:
        lone: dict[str, list[tuple[str, ...]]] = {name: [] for name in self.counts}
        for doc, score in scores.items():
            row = facts.rows[doc]
            if row is None or not self._is_seen(row.audience):
                continue
            failed = [name for name, wanted in self.filters.items() if wanted.isdisjoint(row.values)]
            if len(failed) > 1:
                continue
            reason = failed[0] if failed else ""
            key = row.parent or facts.keys[doc]
            if key in self.parents:
                self.shared[reason].setdefault(key, set()).update(row.values)
            else:
                lone[reason].append(row.values)
            if not failed:
                self._keep(key, facts.keys[doc], score, row)
        for reason, values in lone.items():
            self.counts[reason].update(chain.from_iterable(values))

    def _keep(self, group: str, key: str, score: float, row: Row) -> None:
        order = (-score, -row.at, group) if self.sort is Sort.RELEVANCE else (-row.at, -score, group)
        entry = ((group != self.first, *order), score)
        if group not in self.best or entry < self.best[group]:
            self.best[group] = entry
        if row.number is not None:
            self.pages.setdefault(group, []).append((-score, row.number, key))

    def _is_seen(self, audience: tuple[str, ...]) -> bool:
        seen = self._seen.get(audience)
        if seen is None:
            seen = self._seen[audience] = not self.keys.isdisjoint(audience)
        return seen

    def found(self, page: int, size: int) -> Found:
        best = heapq.nsmallest(page * size, self.best.items(), key=lambda item: item[1][0])
        hits = [Hit(group, score, self._best_pages(group)) for group, (_, score) in best[(page - 1) * size :]]
        return Found(hits, len(self.best), self._facets(), self.complete)

    def _best_pages(self, group: str) -> list[tuple[str, int]]:
        return [(key, number) for _, number, key in heapq.nsmallest(MOST_PAGES, self.pages.get(group, ()))]

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
        total.update(chain.from_iterable(groups.values()))
        return total
