"""Our query tree in Tantivy's terms, kept to what can be answered in time.

Tantivy cannot be interrupted, so what a query will cost is known beforehand: the lists it would read are added up, and the
commonest of a prefix's expansions are left out when there would be too many.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tantivy import Occur, Schema, Searcher
from tantivy import Query as Tantivy

from forum.search.analysis import EXACT
from forum.search.engines.scoring import BOOSTS, EXACTLY, WHOLE
from forum.search.query import MOST_EXPANSIONS, Part, Phrase, Prefix, Query, Word, plainly

#: Entries of posting lists one query may read, about: some 250 million are read in a second, several times a query.
MOST_READ = 20_000_000
#: What each clause that matches adds when any will do, so that many clauses count more than one that is rare.
PER_CLAUSE = 24.0


@dataclass
class Reading:
    """A query being translated for one state of the index.

    Args:
        left: how much may still be read; prefixes take from it.
    """

    searcher: Searcher
    schema: Schema
    left: int = MOST_READ
    cut: bool = field(default=False, init=False)  # something was left out

    def query(self, query: Query, *, any_clause: bool = False) -> Tantivy:
        """What must match, scored; without what may not."""
        how = Occur.Should if any_clause else Occur.Must
        wanted = [(how, self.clause(clause)) for clause in query.clauses]
        if any_clause and len(wanted) > 1:
            wanted += [(how, Tantivy.const_score_query(clause, PER_CLAUSE)) for _, clause in wanted]
        scored = Tantivy.boolean_query(wanted) if wanted else Tantivy.const_score_query(Tantivy.all_query(), 1.0)
        without = [(Occur.MustNot, self.part(part)) for part in query.without]
        return Tantivy.boolean_query([(Occur.Must, scored), *without])

    def clause(self, clause: Sequence[Part]) -> Tantivy:
        return self._best([self.part(part) for part in clause])

    def part(self, part: Part) -> Tantivy:
        bare, weight = plainly(part)
        if isinstance(bare, Phrase):
            found = self._phrase(bare)
        elif isinstance(bare, Prefix):
            tokens = self._expansions(bare.start)
            found = self._in_all_fields({name: [(name, token, 1.0) for token in tokens] for name in BOOSTS})
        else:
            found = self._word(bare)
        return Tantivy.boost_query(found, weight) if weight != 1.0 else found

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
            if all(self.searcher.doc_freq(name, token) for token in phrase.exact):
                if len(phrase.exact) == 1:
                    found = self._term(name, phrase.exact[0])
                else:
                    found = Tantivy.phrase_query(self.schema, name, list(phrase.exact))
                fields.append(Tantivy.boost_query(found, boost * EXACTLY))
        if phrase.whole:
            fields.append(Tantivy.boost_query(self._term("names", phrase.whole), WHOLE * BOOSTS["names"]))
        return self._sum(fields)

    def _in_all_fields(self, terms: Mapping[str, Iterable[tuple[str, str, float]]]) -> Tantivy:
        """The sum over fields of the best of each field's terms (name, token, weight)."""
        fields = []
        for name, wanted in terms.items():
            best = []
            for of, token, weight in wanted:
                if frequency := self.searcher.doc_freq(of, token):
                    self.left -= frequency
                    term = self._term(of, token)
                    best.append(Tantivy.boost_query(term, weight) if weight != 1.0 else term)
            if best:
                fields.append(Tantivy.boost_query(self._best(best), BOOSTS[name]))
        return self._sum(fields)

    def _expansions(self, start: str) -> list[str]:
        """Words that begin so, the commonest first, as far as they can be afforded."""
        kept, share = [], self.left // 4
        for token, frequency in beginning_with(self.searcher, start, MOST_EXPANSIONS):
            if frequency > share:
                self.cut = True
                continue
            share -= frequency
            kept.append(token)
        return kept

    def _term(self, name: str, token: str) -> Tantivy:
        return Tantivy.term_query(self.schema, name, token)

    def _best(self, queries: Sequence[Tantivy]) -> Tantivy:
        if len(queries) == 1:
            return queries[0]
        return Tantivy.disjunction_max_query(queries) if queries else Tantivy.empty_query()

    def _sum(self, queries: Sequence[Tantivy]) -> Tantivy:
        if len(queries) == 1:
            return queries[0]
        return Tantivy.boolean_query([(Occur.Should, q) for q in queries]) if queries else Tantivy.empty_query()


def one_of(schema: Schema, name: str, values: Iterable[str | int]) -> Tantivy:
    """Documents with one of these values, without a score of their own."""
    found = [(Occur.Should, Tantivy.term_query(schema, name, value)) for value in sorted(values, key=str)]
    return Tantivy.const_score_query(Tantivy.boolean_query(found) if found else Tantivy.empty_query(), 0.0)


def beginning_with(searcher: Searcher, start: str, most: int, among: Tantivy | None = None) -> list[tuple[str, int]]:
    """Exact tokens that begin so, commonest first, with how many documents have each.

    Args:
        among: count only these documents.
    """
    counts: dict[str, int] = {}
    for name in BOOSTS:
        for token, frequency in searcher.terms_with_prefix(name, EXACT + start, among, 4 * most):
            counts[token] = counts.get(token, 0) + frequency
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:most]
