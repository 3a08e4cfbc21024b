"""What a question would cost Tantivy, and how it is kept to what can be afforded.

Tantivy cannot be interrupted, so the cost is reckoned beforehand, from how often each word occurs. Two things keep it low:

* A **guard**: what all that matches lies in, and is much rarer than a word (a rare word asked for as well, the pages of the ten
  results shown, a share of everything). It is joined to each list of a question by itself, because Tantivy reads the lists
  of a union whole, however few of their documents are asked for.
* A **share** of everything, drawn by lot: one in 2, 4, 8 … groups. What divides many results is counted in a share of
  them; a question that would cost too much however it is asked is answered from a share alone, and says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from tantivy import FieldType, Occur, Schema, Searcher
from tantivy import Query as Tantivy

from forum.search.analysis import EXACT
from forum.search.engines.scoring import BOOSTS

#: Seconds, measured on one core of 2026 and rounded up: for an entry of a scored list, of one that only filters, and for a
#: document that has all words of a phrase, whose places must be compared.
SCORED, FILTERED, COMPARED = 25e-9, 6e-9, 160e-9
LEAPT = 80e-9  # for each document of a guard, in each list it is joined to
LEAPT_AND_COMPARED = 300e-9
OPENED = 3e-6  # for each list in each segment
AFFORDED = 0.12  # seconds one reading of a question may take by this reckoning
MOST_KEPT, FEW_KEPT = 20_000, 100
FEWEST = 2**10  # the smallest share is one in so many groups


@dataclass
class Lists:
    """The lists of an index as one commit left it: which there are, and how long each is.

    What was asked is kept, since one search translates its question a dozen times.
    """

    searcher: Searcher
    schema: Schema
    _known: dict[tuple[str, str | int], int] = field(default_factory=dict, init=False)
    _begun: dict[tuple[str, int], list[tuple[str, int]]] = field(default_factory=dict, init=False)

    def length(self, name: str, value: str | int) -> int:
        """In how many documents this is."""
        found = self._known.get((name, value))
        if found is None:
            if len(self._known) >= MOST_KEPT:
                self._known.clear()
            found = self._known[name, value] = self.searcher.doc_freq(name, value)
        return found

    def beginning_with(self, start: str, most: int) -> list[tuple[str, int]]:
        """Exact tokens that begin so, commonest first, with about how many documents have each."""
        found = self._begun.get((start, most))
        if found is None:
            counts: Counter[str] = Counter()
            for name in BOOSTS:
                counts.update(dict(self.searcher.terms_with_prefix(name, EXACT + start, None, 4 * most)))
            found = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:most]
            if len(self._begun) >= FEW_KEPT:
                self._begun.clear()
            self._begun[start, most] = found
        return found

    @property
    def opened(self) -> float:
        """Seconds to open one."""
        return self.searcher.num_segments * OPENED


@dataclass(frozen=True)
class Guard:
    """Something all that is asked for lies in.

    Args:
        query: without a score of its own.
        size: about how many documents that is.
        cost: seconds to read it once.
    """

    query: Tantivy
    size: int
    cost: float = 0.0

    def costs(self, each: float) -> float:
        """Seconds to look for each of its documents in one list."""
        return self.cost + self.size * each


def lottery(group: int) -> list[str]:
    """The shares of everything that a group is in, by the number that stands for it: half of all, a quarter, …"""
    return [str(2**power) for power in range(1, FEWEST.bit_length()) if group < 2**63 >> power]


def power_of_two(wanted: float) -> int:
    """The smallest share that leaves one in so many, or fewer."""
    power = 1
    while power < min(wanted, FEWEST):
        power *= 2
    return power


def one_in(lists: Lists, share: int) -> Guard:
    """One in so many groups; a power of two."""
    try:
        drawn = Tantivy.term_query(lists.schema, "share", str(share))
    except ValueError:  # an index from before there were shares
        drawn = Tantivy.range_query(lists.schema, "group", FieldType.Unsigned, 0, 2**63 // share - 1)
    return Guard(Tantivy.const_score_query(drawn, 0.0), lists.searcher.num_docs // share)


def one_of(schema: Schema, name: str, values: Iterable[str | int]) -> Tantivy:
    """Documents with one of these values, without a score of their own."""
    found = [(Occur.Should, Tantivy.term_query(schema, name, value)) for value in sorted(values, key=str)]
    return Tantivy.const_score_query(Tantivy.boolean_query(found) if found else Tantivy.empty_query(), 0.0)


def those(lists: Lists, name: str, values: Iterable[str | int]) -> Guard:
    """Documents with one of these values."""
    listed = list(values)
    size = sum(lists.length(name, value) for value in listed)
    return Guard(one_of(lists.schema, name, listed), size, size * FILTERED + len(listed) * lists.opened)


def narrowest(*guards: Guard | None) -> Guard | None:
    """The one with the fewest documents."""
    return min((guard for guard in guards if guard is not None), key=lambda guard: guard.size, default=None)
