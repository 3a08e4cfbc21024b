"""Our query tree as two pieces of SQL: a tsquery for what must match, an expression for how well.

`ts_rank` knows nothing of how rare a word is, nor that a stem counts less than the word as typed; so each clause is
ranked by itself, the better of its parts counts, and rarity comes from the table of words.
"""

from __future__ import annotations

import math
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from forum.search.engines.postgres.literals import asked_for
from forum.search.engines.scoring import BOOSTS, EXACTLY
from forum.search.query import Part, Phrase, Prefix, Query, Word, plainly

#: Weights of D, C, B and A, which may not exceed 1.
RANKS = [BOOSTS["body"], EXACTLY * BOOSTS["body"], BOOSTS["title"], BOOSTS["names"]]
SCALED = "{" + ",".join(f"{rank / max(RANKS):.4f}" for rank in RANKS) + "}"


def parts_of(query: Query) -> list[Word | Phrase | Prefix]:
    """Every part, without its wrapping."""
    parts = (*query.without, *(part for clause in query.clauses for part in clause))
    return [plainly(part)[0] for part in parts]


def tokens_of(query: Query) -> set[str]:
    """The tokens whose rarity matters."""
    found: set[str] = set()
    for part in parts_of(query):
        if isinstance(part, Word):
            found |= {part.exact, *part.stems}
        elif isinstance(part, Phrase):
            found |= {*part.exact, part.whole} - {""}
    return found


def is_phrase(part: Part) -> bool:
    """Whether a part is several words in their order."""
    bare, _weight = plainly(part)
    return isinstance(bare, Phrase) and len(bare.exact) > 1


@dataclass
class Reading:
    """A query being put in SQL.

    Args:
        beginning: about how many documents have a word that begins so, for each prefix.
        frequencies: about how many documents have each token.
        documents: how many there are.
        common_words: those that are in the index by twos as well.
        spelled: the tokens that prefixes are asked for by which begin too many.
    """

    query: Query
    any_clause: bool
    beginning: Mapping[str, int]
    frequencies: Mapping[str, int]
    documents: int
    common_words: Container[str]
    spelled: Mapping[str, Sequence[str]] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)  # what the SQL's names stand for

    def matching(self, *, mark: str = "", loosely: bool = False) -> str:
        """The tsquery, "" when everything matches.

        Args:
            mark: IN_HEAD for what matches in its title or name alone.
            loosely: the words of phrases may stand anywhere; then the index knows the answer without reading a row.
        """
        how = " | " if self.any_clause else " & "
        clauses = ((self._asked(part, mark=mark, loosely=loosely) for part in clause) for clause in self.query.clauses)
        wanted = how.join(f"({' | '.join(clause)})" for clause in clauses)
        # what may not match is not left out for having its words somewhere
        without = [f"!{self._asked(part)}" for part in self.query.without if not (loosely and is_phrase(part))]
        return " & ".join([f"({wanted})", *without] if wanted else without)

    @property
    def has_phrases(self) -> bool:
        """Whether rows must be read to know that they match."""
        return any(is_phrase(part) for part in (*self.query.without, *chain.from_iterable(self.query.clauses)))

    @property
    def common(self) -> int:
        """About how many documents match at most: as many as have the rarest clause, or any."""
        counts = [self._frequency(clause) for clause in self.query.clauses]
        if not counts:
            return self.documents
        return sum(counts) if self.any_clause else min(counts)

    @property
    def expected(self) -> float:
        """About how many documents would match if words met by chance."""
        shares = [self._frequency(clause) / max(self.documents, 1) for clause in self.query.clauses]
        return self.documents * (min(1.0, sum(shares)) if self.any_clause else math.prod(shares))

    def ranking(self) -> str:
        """An SQL expression for how well a row matches, over its `words` and `length`."""
        if not self.query.clauses:
            return "1.0"
        clauses = [self._clause(clause) for clause in self.query.clauses]
        total = f"({' + '.join(clauses)}) / length"
        if not self.any_clause or len(clauses) == 1:
            return total
        met = " + ".join(f"(({clause}) > 0)::int" for clause in clauses)
        return f"{total} * ({met}) / {len(clauses)}.0"

    def _clause(self, clause: Sequence[Part]) -> str:
        rarity = math.log(1 + self.documents / max(self._frequency(clause), 1))
        return f"{rarity:.4f} * GREATEST({', '.join(self._part(part) for part in clause)})"

    def _part(self, part: Part) -> str:
        bare, weight = plainly(part)
        # ts_rank divides by the number of tokens asked for, of which one stem and one word are found
        factor = 1
        if isinstance(bare, Word):
            factor = max(1, sum(token in self.frequencies for token in (bare.exact, *bare.stems)))
        elif isinstance(bare, Prefix):
            factor = len(bare.starts)
        # pairs of words say where to look, not how well a phrase is met
        return self._rank(asked_for(bare, self.frequencies, (), spelled=self.spelled), weight * factor)

    def _rank(self, tsquery: str, weight: float) -> str:
        name = f"q{len(self.values)}"
        self.values[name] = tsquery
        return f"{weight:.4f} * ts_rank('{SCALED}', words, CAST(%({name})s AS tsquery))"

    def _asked(self, part: Part, *, mark: str = "", loosely: bool = False) -> str:
        bare, _weight = plainly(part)
        known, common = self.frequencies, self.common_words
        return asked_for(bare, known, common, mark=mark, loosely=loosely, spelled=self.spelled)

    def _frequency(self, clause: Iterable[Part]) -> int:
        """About how many documents have some part of a clause."""
        count = 0
        for part in clause:
            bare, _weight = plainly(part)
            if isinstance(bare, Word):
                count += max(self.frequencies.get(token, 0) for token in (bare.exact, *bare.stems))
            elif isinstance(bare, Phrase):
                count += min(self.frequencies.get(token, 0) for token in bare.exact)
            else:
                count += sum(self.beginning[start] for start in bare.starts)
        return min(count, self.documents)
