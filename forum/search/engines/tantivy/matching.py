"""Our query tree in Tantivy's terms, with what it will cost to answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from tantivy import Occur
from tantivy import Query as Tantivy

from forum.search.engines.scoring import BOOSTS, EXACTLY, WHOLE
from forum.search.engines.tantivy.bounds import (
    COMPARED,
    FILTERED,
    LEAPT,
    LEAPT_AND_COMPARED,
    SCORED,
    Guard,
    Lists,
    narrowest,
)
from forum.search.query import MOST_EXPANSIONS, Part, Phrase, Prefix, Query, Word, plainly

#: What each clause that matches adds when any will do, so that many clauses count more than one that is rare.
PER_CLAUSE = 24.0
ALL_EXPANSIONS = 2 * MOST_EXPANSIONS  # of all prefixes of a query together


@dataclass
class Reading:
    """A query being translated for one state of the index.

    Args:
        guard: what all that matches lies in; joined to each list that is much longer.
        cost: seconds it will take to read what was translated so far.
        documents: at most so many match one of its lists.
    """

    lists: Lists
    guard: Guard | None = None
    cost: float = field(default=0.0, init=False)
    documents: int = field(default=0, init=False)
    cut: bool = field(default=False, init=False)  # something was left out
    expansions: int = field(default=MOST_EXPANSIONS, init=False)

    def query(self, query: Query, *, any_clause: bool = False) -> Tantivy:
        """What must match, scored; without what may not."""
        prefixes = sum(isinstance(plainly(p)[0], Prefix) for c in (*query.clauses, query.without) for p in c)
        self.expansions = min(MOST_EXPANSIONS, ALL_EXPANSIONS // max(1, prefixes))
        how = Occur.Should if any_clause else Occur.Must
        wanted = [(how, self.clause(clause)) for clause in query.clauses]
        if any_clause and len(wanted) > 1:
            self.cost *= 2
            wanted += [(how, Tantivy.const_score_query(clause, PER_CLAUSE)) for _, clause in wanted]
        scored = Tantivy.boolean_query(wanted) if wanted else self._everything()
        without = [(Occur.MustNot, self.part(part)) for part in query.without]
        return Tantivy.boolean_query([(Occur.Must, scored), *without])

    def _everything(self) -> Tantivy:
        everything = self._listed(Tantivy.all_query(), self.lists.searcher.num_docs, FILTERED, LEAPT)
        return Tantivy.const_score_query(everything, 1.0)

    def clause(self, clause: Sequence[Part]) -> Tantivy:
        return self._best([self.part(part) for part in clause])

    def part(self, part: Part) -> Tantivy:
        bare, weight = plainly(part)
        if isinstance(bare, Phrase):
            found = self._phrase(bare)
        elif isinstance(bare, Prefix):
            tokens = self._expansions(bare)
            found = self._in_all_fields({name: [(name, token, 1.0) for token in tokens] for name in BOOSTS})
        else:
            found = self._word(bare)
        return Tantivy.boost_query(found, weight) if weight != 1.0 else found

    def filter(self, name: str, values: Iterable[str | int]) -> Tantivy:
        """What has one of these values, without a score."""
        found = []
        for value in sorted(values, key=str):
            if frequency := self.lists.length(name, value):
                term = Tantivy.term_query(self.lists.schema, name, value)
                found.append((Occur.Should, self._listed(term, frequency, FILTERED, LEAPT)))
        return Tantivy.const_score_query(Tantivy.boolean_query(found) if found else Tantivy.empty_query(), 0.0)

    def _word(self, word: Word) -> Tantivy:
        return self._in_all_fields(
            {
                name: [(name, word.exact, EXACTLY), *((f"{name}_stems", stem, 1.0) for stem in word.stems)]
                for name in BOOSTS
            }
        )

    def _phrase(self, phrase: Phrase) -> Tantivy:
        fields = []
        for name, boost in BOOSTS.items():
            frequency = min((self.lists.length(name, token) for token in phrase.exact), default=0)
            if not frequency:
                continue
            if len(phrase.exact) == 1:
                found = self._listed(self._term(name, phrase.exact[0]), frequency, SCORED, LEAPT)
            else:
                together = Tantivy.phrase_query(self.lists.schema, name, list(phrase.exact))
                found = self._listed(together, frequency, COMPARED, LEAPT_AND_COMPARED)
            fields.append(Tantivy.boost_query(found, boost * EXACTLY))
        if phrase.whole and (frequency := self.lists.length("names", phrase.whole)):
            found = self._listed(self._term("names", phrase.whole), frequency, SCORED, LEAPT)
            fields.append(Tantivy.boost_query(found, WHOLE * BOOSTS["names"]))
        return self._sum(fields)

    def _in_all_fields(self, terms: Mapping[str, Iterable[tuple[str, str, float]]]) -> Tantivy:
        """The sum over fields of the best of each field's terms (name, token, weight)."""
        fields = []
        for name, wanted in terms.items():
            best = []
            for of, token, weight in wanted:
                if frequency := self.lists.length(of, token):
                    term = self._listed(self._term(of, token), frequency, SCORED, LEAPT)
                    best.append(Tantivy.boost_query(term, weight) if weight != 1.0 else term)
            if best:
                fields.append(Tantivy.boost_query(self._best(best), BOOSTS[name]))
        return self._sum(fields)

    def _expansions(self, prefix: Prefix) -> list[str]:
        """Words that begin so, the commonest first, as many as a query may have."""
        each = (self.lists.beginning_with(start, self.expansions + 1) for start in prefix.starts)
        found = sorted({*chain.from_iterable(each)}, key=lambda item: (-item[1], item[0]))
        self.cut = self.cut or (len(found) > self.expansions and self.expansions < MOST_EXPANSIONS)
        return [token for token, _frequency in found[: self.expansions]]

    def _listed(self, query: Tantivy, frequency: int, each: float, leapt: float) -> Tantivy:
        """A list of so many documents, as it is or within the guard, whichever costs less."""
        self.documents += frequency
        self.cost += self.lists.opened
        whole = frequency * each
        if self.guard is None or (within := self.guard.costs(leapt)) >= whole:
            self.cost += whole
            return query
        self.cost += within
        return Tantivy.boolean_query([(Occur.Must, query), (Occur.Must, self.guard.query)])

    def _term(self, name: str, token: str) -> Tantivy:
        return Tantivy.term_query(self.lists.schema, name, token)

    def _best(self, queries: Sequence[Tantivy]) -> Tantivy:
        if len(queries) == 1:
            return queries[0]
        return Tantivy.disjunction_max_query(queries) if queries else Tantivy.empty_query()

    def _sum(self, queries: Sequence[Tantivy]) -> Tantivy:
        if len(queries) == 1:
            return queries[0]
        return Tantivy.boolean_query([(Occur.Should, q) for q in queries]) if queries else Tantivy.empty_query()


def rarest(lists: Lists, query: Query) -> Guard | None:
    """The words that must occur and do so most seldom; None where nothing must."""
    guards = []
    for clause in query.clauses:
        alone = Reading(lists)
        found = Tantivy.const_score_query(alone.clause(clause), 0.0)
        guards.append(Guard(found, alone.documents, alone.cost))
    return narrowest(*guards)
