"""Which documents of one Whoosh segment match a query, and how well.

We read the lists ourselves, rarest first, a block at a time and only blocks that can hold one of the candidates that are left, with a
deadline. That keeps the cost of any query bounded, and keeps away from Whoosh's composite matchers, whose top-N under block
optimisation differs from the exhaustive order (2.7.4).
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from forum.search.engines.scoring import BOOSTS, EXACTLY, WHOLE
from forum.search.engines.whoosh.lists import BLOCK, List, blocks
from forum.search.engines.whoosh.snapshot import Leaf, Snapshot
from forum.search.query import Part, Phrase, Prefix, Query, Word, plainly

Scores = dict[int, float]
PLACES = 24  # bits of a number that say where in a document


class OutOfTime(Exception):
    """The deadline passed; what was found so far is what can be shown."""


@dataclass
class Segment:
    """One leaf of the index, being asked.

    Args:
        expansions: what each prefix of the query stands for in the whole index.
        deadline: `time.monotonic()` after which to give up.
    """

    snapshot: Snapshot
    leaf: Leaf
    expansions: dict[Prefix, list[str]]
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
            _better(found, self.part(part, within))
        return found

    def _cost(self, clause: tuple[Part, ...]) -> int:
        def cost(part: Part) -> int:
            part, _weight = plainly(part)
            if isinstance(part, Prefix):
                return 1_000_000
            tokens: Iterable[str] = part.exact if isinstance(part, Phrase) else part.stems | {part.exact}
            counts = [sum(self._count(name, token) for name in BOOSTS) for token in tokens]
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
                _better(best, self.token(name, token, boost * weight, within))
            _add(found, best)
        return found

    def _weights(self, part: Word | Prefix) -> dict[str, float]:
        if isinstance(part, Prefix):
            return dict.fromkeys(self.expansions.get(part, ()), 1.0)
        return {**dict.fromkeys(part.stems, 1.0), part.exact: EXACTLY}

    def _count(self, name: str, token: str) -> int:
        found = self.leaf.listed(name, token)
        return found.documents if found else 0

    def token(self, name: str, token: str, boost: float, within: Collection[int] | None) -> Scores:
        """Documents whose field has the token, with their BM25F score."""
        found: Scores = {}
        lengths, norms = self.leaf.facts.lengths[name], self.snapshot.norms[name]
        if not self._count(name, token):
            return found
        weight = boost * self.snapshot.weight(name, token)
        for block in self._blocks(name, token, within):
            docs = zip(block.docs, block.times, strict=True)
            if within is None:
                found.update({doc: weight * times / (times + norms[lengths[doc]]) for doc, times in docs})
            else:
                kept = ((doc, times) for doc, times in docs if doc in within)
                found.update({doc: weight * times / (times + norms[lengths[doc]]) for doc, times in kept})
        return found

    def phrase(self, tokens: tuple[str, ...], within: Collection[int] | None) -> Scores:
        """Documents with the tokens in a row, in one field."""
        found: Scores = {}
        for name, boost in BOOSTS.items():
            docs = self._with_phrase(name, tokens, within)
            for token in tokens if docs else ():
                _add(found, self.token(name, token, boost * EXACTLY, docs))
        return found

    def _with_phrase(self, name: str, tokens: tuple[str, ...], within: Collection[int] | None) -> set[int]:
        order = sorted(range(len(tokens)), key=lambda i: self._count(name, tokens[i]))
        if not self._count(name, tokens[order[0]]):
            return set()
        starts: set[int] | None = None
        for i in order:
            here = self._places(name, tokens[i], i, within)
            starts = here if starts is None else starts & here
            within = {start >> PLACES for start in starts}
            if not starts:
                break
        return set(within or ())

    def _places(self, name: str, token: str, offset: int, within: Collection[int] | None) -> set[int]:
        """Where a phrase may start, given that its `offset`-th token is this one: document and place in one number."""
        found: set[int] = set()
        for block in self._blocks(name, token, within):
            at, places = 0, block.places
            for doc, times in zip(block.docs, block.times, strict=True):
                if within is None or doc in within:
                    base = (doc << PLACES) - offset
                    found.update([base + place for place in places[at : at + times]])
                at += times
        return found

    def _blocks(self, name: str, token: str, within: Collection[int] | None) -> Iterable[List]:
        listed = self.leaf.listed(name, token)
        if listed is None:
            return
        few = within is not None and 8 * len(within) < listed.documents
        for block in blocks(listed.packed(), sorted(within) if within is not None and few else None):
            yield block
            # the last block is always taken whole: a machine that stood still is no reason to find nothing of little
            if len(block.docs) == BLOCK and time.monotonic() > self.deadline:
                raise OutOfTime


def _better(scores: Scores, more: Scores) -> None:
    """Let each document keep the better of its two scores."""
    if not scores:
        scores.update(more)
        return
    known = scores.get
    scores.update({doc: score for doc, score in more.items() if score > known(doc, 0.0)})


def _add(scores: Scores, more: Scores) -> None:
    if not scores:
        scores.update(more)
        return
    for doc, score in more.items():
        scores[doc] = scores.get(doc, 0.0) + score
