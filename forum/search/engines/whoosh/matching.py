"""Which documents of one Whoosh segment match a query, and how well.

We walk the posting lists ourselves: rarest first, skipping to the candidates that are left, with a deadline. That keeps the
cost of any query bounded, and keeps away from Whoosh's composite matchers, whose top-N under block optimisation
differs from the exhaustive order (2.7.4).
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from forum.search.engines.scoring import BOOSTS, EXACTLY, WHOLE
from forum.search.query import Part, Phrase, Prefix, Query, Word, plainly

Scores = dict[int, float]


class OutOfTime(Exception):
    """The deadline passed; what was found so far is what can be shown."""


@dataclass
class Segment:
    """One leaf of the index, being asked.

    Args:
        expansions: what each prefix of the query stands for in the whole index.
        deadline: `time.monotonic()` after which to give up.
    """

    searcher: Any
    expansions: dict[str, list[str]]
    deadline: float

    def matches(self, query: Query, *, any_clause: bool = False) -> Scores:
        """Documents that match every clause (or any), without the excluded ones. Needs at least one clause."""
        found = self._any(query.clauses) if any_clause else self._every(query.clauses)
        for part in query.without:
            for gone in self.part(part, found):
                found.pop(gone, None)
        return found

    def _every(self, clauses: tuple[tuple[Part, ...], ...]) -> Scores:
        found: Scores | None = None
        for clause in sorted(clauses, key=self._cost):
            scores = self._clause(clause, found)
            found = scores if found is None else {doc: found[doc] + more for doc, more in scores.items()}
            if not found:
                return {}
        return found or {}

    def _any(self, clauses: tuple[tuple[Part, ...], ...]) -> Scores:
        found: Scores = {}
        met: dict[int, int] = {}
        for clause in clauses:
            for doc, score in self._clause(clause, None).items():
                found[doc] = found.get(doc, 0.0) + score
                met[doc] = met.get(doc, 0) + 1
        return {doc: score * (met[doc] / len(clauses)) ** 2 for doc, score in found.items()}

    def _clause(self, clause: tuple[Part, ...], within: Scores | None) -> Scores:
        found: Scores = {}
        for part in clause:
            for doc, score in self.part(part, within).items():
                found[doc] = max(score, found.get(doc, 0.0))
        return found

    def _cost(self, clause: tuple[Part, ...]) -> int:
        reader = self.searcher.reader()

        def cost(part: Part) -> int:
            part, _weight = plainly(part)
            if isinstance(part, Prefix):
                return 1_000_000
            tokens: Iterable[str] = part.exact if isinstance(part, Phrase) else part.stems | {part.exact}
            counts = [reader.doc_frequency("body", t) + reader.doc_frequency("title", t) for t in tokens]
            return min(counts) if isinstance(part, Phrase) else sum(counts)

        return sum(cost(part) for part in clause)

    def part(self, part: Part, within: Scores | None) -> Scores:
        """Documents in which one part of the query occurs."""
        part, weight = plainly(part)
        found = self._part(part, within)
        return found if weight == 1.0 else {doc: score * weight for doc, score in found.items()}

    def _part(self, part: Word | Phrase | Prefix, within: Scores | None) -> Scores:
        if isinstance(part, Phrase):
            found = self.phrase(part.exact, within)
            if part.whole:
                _add(found, self.token("names", part.whole, WHOLE * BOOSTS["names"], within))
            return found
        weights = self._weights(part)
        found = {}
        for name, boost in BOOSTS.items():
            best: Scores = {}
            for token, weight in weights.items():
                for doc, score in self.token(name, token, boost * weight, within).items():
                    best[doc] = max(score, best.get(doc, 0.0))
            _add(found, best)
        return found

    def _weights(self, part: Word | Prefix) -> dict[str, float]:
        if isinstance(part, Prefix):
            return dict.fromkeys(self.expansions.get(part.start, ()), 1.0)
        return {**dict.fromkeys(part.stems, 1.0), part.exact: EXACTLY}

    def token(self, name: str, token: str, boost: float, within: Scores | None) -> Scores:
        """Documents whose field has the token, with their BM25F score."""
        matcher = self._postings(name, token)
        found: Scores = {}
        if matcher is None:
            return found
        if within is not None and len(within) * 8 < self.searcher.reader().doc_frequency(name, token):
            for doc in sorted(within):
                if not _reach(matcher, doc):
                    break
                if matcher.id() == doc:
                    found[doc] = matcher.score() * boost
            return found
        steps = 0
        while matcher.is_active():
            doc = matcher.id()
            if within is None or doc in within:
                found[doc] = matcher.score() * boost
            matcher.next()
            steps += 1
            if not steps % 512:
                self._look_at_the_clock()
        return found

    def phrase(self, tokens: tuple[str, ...], within: Scores | None) -> Scores:
        """Documents with the tokens in a row, in one field."""
        found: Scores = {}
        reader = self.searcher.reader()
        for name, boost in BOOSTS.items():
            order = sorted(range(len(tokens)), key=lambda i: reader.doc_frequency(name, tokens[i]))
            starts: dict[int, set[int]] | None = None
            scores: Scores = {}
            for i in order:
                starts = self._starts(name, tokens[i], i, within if starts is None else starts, starts, scores)
                if not starts:
                    break
            _add(found, {doc: scores[doc] * boost * EXACTLY for doc in starts or ()})
        return found

    def _starts(
        self,
        name: str,
        token: str,
        offset: int,
        among: Iterable[int] | None,
        before: dict[int, set[int]] | None,
        scores: Scores,
    ) -> dict[int, set[int]]:
        """Where a phrase may start, per document, given that its `offset`-th token is this one."""
        matcher = self._postings(name, token)
        if matcher is None:
            return {}
        after: dict[int, set[int]] = {}
        for doc in self._walk(matcher, among):
            places = {p - offset for p in matcher.value_as("positions")}
            if before is not None:
                places &= before[doc]
            if places:
                after[doc] = places
                scores[doc] = scores.get(doc, 0.0) + matcher.score()
        return after

    def _walk(self, matcher: Any, among: Iterable[int] | None) -> Iterable[int]:
        steps = 0
        if among is not None:
            for doc in sorted(among):
                if not _reach(matcher, doc):
                    return
                if matcher.id() == doc:
                    yield doc
                steps += 1
                if not steps % 256:
                    self._look_at_the_clock()
            return
        while matcher.is_active():
            yield matcher.id()
            matcher.next()
            steps += 1
            if not steps % 256:
                self._look_at_the_clock()

    def _postings(self, name: str, token: str) -> Any:
        if (name, token) not in self.searcher.reader():
            return None
        return self.searcher.postings(name, token)

    def _look_at_the_clock(self) -> None:
        if time.monotonic() > self.deadline:
            raise OutOfTime


def _reach(matcher: Any, doc: int) -> bool:
    """Move to the first posting not before this document; False when there is none."""
    if matcher.is_active() and matcher.id() < doc:
        matcher.skip_to(doc)
    return bool(matcher.is_active())


def _add(scores: Scores, more: Scores) -> None:
    for doc, score in more.items():
        scores[doc] = scores.get(doc, 0.0) + score
