"""A Whoosh index as one commit left it, opened by one thread: its segments, and what scoring needs of them together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import log
from typing import Any, NamedTuple

from whoosh.codec.whoosh3 import W3TermInfo
from whoosh.system import pack_ushort
from whoosh.util.numeric import byte_to_length

from forum.search.analysis import EXACT
from forum.search.engines.scoring import BOOSTS
from forum.search.engines.whoosh.codec import packed_of
from forum.search.engines.whoosh.facts import Facts

K1, B = 1.2, 0.75  # of BM25, as Whoosh has them
MOST_KEPT = 5_000  # terms that were looked up


class Listed(NamedTuple):
    """A token in one segment: in how many documents, and their list."""

    documents: int
    packed: Callable[[], bytes]


class Leaf:
    """One segment.

    Args:
        groups: per document what it is counted as, "" when that is itself alone; None when nothing here has pages.
    """

    def __init__(self, reader: Any, facts: Facts) -> None:
        self.reader, self.facts = reader, facts
        self.deleted = frozenset(reader.segment().deleted_docs())
        self.groups: list[str] | None = None
        self._listed: dict[tuple[str, str], Listed | None] = {}

    def group_under(self, parents: frozenset[str]) -> None:
        if parents:
            both = zip(self.facts.parents, self.facts.keys, strict=True)
            groups = [parent or (key if key in parents else "") for parent, key in both]
            self.groups = groups if any(groups) else None

    def listed(self, name: str, token: str) -> Listed | None:
        """Where a token's list lies, None when it is not in this field."""
        known = (name, token)
        if known not in self._listed:
            if len(self._listed) >= MOST_KEPT:
                self._listed.clear()
            self._listed[known] = self._looked_up(name, token)
        return self._listed[known]

    def _looked_up(self, name: str, token: str) -> Listed | None:
        terms = self.reader._terms
        number = terms._fieldmap.get(name)
        if number is None:
            return None
        try:
            found = terms._tindex[pack_ushort(number) + token.encode()]
        except KeyError:
            return None
        info = W3TermInfo.from_bytes(found)
        return Listed(info.doc_frequency(), lambda: packed_of(terms._postfile, info))

    def beginning_with(self, name: str, start: str, most: int) -> list[tuple[str, int]]:
        """Tokens of a field that begin so, in order, with how many documents have each; at most so many."""
        terms = self.reader._terms
        number = terms._fieldmap.get(name)
        if number is None:
            return []
        prefix, file, found = pack_ushort(number) + (EXACT + start).encode(), terms._dbfile, list[tuple[str, int]]()
        for at, length, data, _ in terms._tindex.ranges_from(prefix):
            key = file.get(at, length)
            if len(found) >= most or not key.startswith(prefix):
                break
            found.append((key[2:].decode(), int(W3TermInfo.read_doc_freq(file, data))))
        return found


class Snapshot:
    """All segments, the last written first."""

    def __init__(self, searcher: Any, facts_of: Callable[[Any], Facts]) -> None:
        self.searcher = searcher
        readers = [leaf.reader() for leaf, _offset in reversed(searcher.leaf_searchers())]
        self.leaves = [Leaf(reader, facts_of(reader)) for reader in readers if reader.segment() is not None]
        parents: frozenset[str] = frozenset().union(*(leaf.facts.parents_named for leaf in self.leaves))
        for leaf in self.leaves:
            leaf.group_under(parents)
        self.documents = int(searcher.doc_count_all())
        self.norms = {name: self._norms(name) for name in BOOSTS}
        self._weights: dict[tuple[str, str], float] = {}

    def _norms(self, name: str) -> list[float]:
        """What a document's length adds to the frequency of a token, by the byte that stands for it."""
        average = self.searcher.field_length(name) / (self.documents or 1) or 1
        return [K1 * (1 - B + B * byte_to_length(byte) / average) for byte in range(256)]

    def weight(self, name: str, token: str) -> float:
        """What one occurrence counts at most: more, the fewer documents have it."""
        known = (name, token)
        if known not in self._weights:
            if len(self._weights) >= MOST_KEPT:
                self._weights.clear()
            self._weights[known] = (K1 + 1) * (log(self.documents / (self.count(name, token) + 1)) + 1)
        return self._weights[known]

    def count(self, name: str, token: str) -> int:
        """In how many documents a field has a token."""
        return sum(found.documents for leaf in self.leaves if (found := leaf.listed(name, token)))

    def frequency(self, token: str) -> int:
        return max(self.count(name, token) for name in BOOSTS)

    def beginning_with(self, start: str, most: int) -> dict[str, int]:
        """Exact tokens that begin so, with how many documents have each: of each field the first `most` in order."""
        counts: dict[str, int] = {}
        for name in BOOSTS:
            each = [leaf.beginning_with(name, start, most) for leaf in self.leaves]
            # what lies beyond the last one of a segment that was cut short was not counted there
            bound = min((found[-1][0] for found in each if len(found) == most), default=None)
            for token, count in _all(each):
                if bound is None or token <= bound:
                    counts[token] = counts.get(token, 0) + count
        return counts


def _all(each: Iterable[Iterable[tuple[str, int]]]) -> Iterable[tuple[str, int]]:
    return (pair for found in each for pair in found)
