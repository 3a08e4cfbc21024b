"""From one language to the others: a question's words that are terms of the glossary are searched in every language.

What is added counts less than what was typed, is said on the page, and can be refused there: as a whole, by concept or
by language. Words in quotes are taken as they are, and so is what a minus leaves out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from forum.glossary.queries import ConceptRow
from forum.search import analysis
from forum.search.plurals import other_form
from forum.search.query import Part, Phrase, Query, Weaker, Word, parts_in_quotes, runs
from forum.search.terms import Lexicon, Term, lexicon, terms_of

MOST_CONCEPTS = 5
MOST_LANGUAGES = 5
MOST_TERMS = 4  # of one concept in one language
MOST_ADDED = 30  # parts of one query, each counted in every clause it joins: what bounds the work of an engine
PREFERRED, SYNONYM = 0.7, 0.5
LONGEST, MOST_VALUES = 80, 10
#: What an address may say about all this. Never a filter: engines do not know of it.
PARAMETERS = ("across", "without", "concept")


@dataclass(frozen=True)
class Wishes:
    """How far a question may go beyond its words.

    Args:
        off: not at all.
        languages: only into these; none means all.
        without: concepts to leave out.
        concepts: what ambiguous words are meant to say.
    """

    off: bool = False
    languages: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    concepts: tuple[str, ...] = ()

    @classmethod
    def of(cls, asked: Mapping[str, Sequence[str]]) -> Wishes:
        """Those of an address."""
        across, without, concepts = (
            tuple(dict.fromkeys(v for v in asked.get(name, ()) if 0 < len(v) <= LONGEST))[:MOST_VALUES]
            for name in PARAMETERS
        )
        return cls("off" in across, tuple(v for v in across if v != "off"), without, concepts)

    @property
    def parameters(self) -> dict[str, Sequence[str]]:
        """The same for an address."""
        across = ("off",) if self.off else self.languages
        return {"across": across, "without": self.without, "concept": self.concepts}

    def switched(self) -> Wishes:
        return replace(self, off=not self.off)

    def toggled(self, language: str) -> Wishes:
        return replace(self, languages=_toggled(self.languages, language))

    def leaving_out(self, slug: str) -> Wishes:
        return replace(self, without=_toggled(self.without, slug))

    def meaning(self, slug: str, *, among: Iterable[ConceptRow]) -> Wishes:
        """With one of several meanings chosen; chosen already, all of them again."""
        others = {concept.slug for concept in among}
        kept = tuple(each for each in self.concepts if each not in others)
        return replace(self, concepts=kept if slug in self.concepts else (*kept, slug))


def _toggled(values: tuple[str, ...], value: str) -> tuple[str, ...]:
    return tuple(each for each in values if each != value) if value in values else (*values, value)


@dataclass(frozen=True)
class Bridge:
    """A concept that was typed.

    Args:
        typed: in these words.
        added: what was searched too.
        former: nobody should say it like this any longer.
    """

    typed: str
    concept: ConceptRow
    added: tuple[Term, ...] = ()
    former: bool = False


@dataclass(frozen=True)
class Across:
    """What the page says about it.

    Args:
        left_out: concepts that were typed, and that the reader does not want.
        open: words that mean several concepts.
    """

    wishes: Wishes = Wishes()
    bridges: tuple[Bridge, ...] = ()
    left_out: tuple[ConceptRow, ...] = ()
    open: tuple[tuple[str, tuple[ConceptRow, ...]], ...] = ()
    languages: tuple[str, ...] = ()


@dataclass(frozen=True)
class Met:
    """Words of the question that are a term of one or several concepts."""

    typed: str
    exact: tuple[str, ...]
    concepts: tuple[ConceptRow, ...]
    former: bool


def widened(query: Query, typed: str, wishes: Wishes) -> tuple[Query, Across]:
    """A query with the terms of other languages as weaker alternatives, and what to say about that."""
    if wishes.off or not query.clauses:
        return query, Across(wishes)
    known: Lexicon = lexicon()
    quoted = parts_in_quotes(typed)
    bridges: list[tuple[Bridge, Met, tuple[int, ...]]] = []
    left_out: dict[str, ConceptRow] = {}
    open_: list[tuple[str, tuple[ConceptRow, ...]]] = []
    for met in _met(typed, known):
        touched = tuple(i for i, clause in enumerate(query.clauses) if _holds(clause, met.exact, quoted))
        wanted = [concept for concept in met.concepts if concept.slug not in wishes.without]
        left_out |= {concept.slug: concept for concept in met.concepts if concept.slug in wishes.without}
        if not touched or not wanted:
            continue
        if len(wanted) > 1:
            open_.append((met.typed, tuple(wanted)))
        chosen = [concept for concept in wanted if concept.slug in wishes.concepts] or wanted
        bridges += [(Bridge(met.typed, concept, (), met.former), met, touched) for concept in chosen]
    bridges = bridges[:MOST_CONCEPTS]
    each = max(1, MOST_ADDED // max(1, sum(len(touched) for _bridge, _met, touched in bridges)))
    clauses, shown = list(query.clauses), []
    for bridge, met, touched in bridges:
        added = tuple(_worth_adding(bridge.concept, met.exact, wishes.languages))[:each]
        for i in touched:
            clauses[i] = (*clauses[i], *_parts(added)[:each])
        if added:
            shown.append(replace(bridge, added=added))
    across = Across(wishes, tuple(shown), tuple(left_out.values()), tuple(open_), known.languages[:MOST_LANGUAGES])
    return replace(query, clauses=tuple(clauses)), across


def _met(typed: str, known: Lexicon) -> Iterator[Met]:
    """The terms in a question, longest first, none within another; each once."""
    met: dict[tuple[str, ...], Met] = {}
    for run in runs(typed):
        found = [(length, i, terms) for i in range(len(run)) for length, terms in known.terms_at(run, i).items()]
        taken: set[int] = set()
        for length, start, terms in sorted(found, key=lambda each: (-each[0], each[1])):
            words, here = run[start : start + length], range(start, start + length)
            if taken.isdisjoint(here):
                taken.update(here)
                concepts = tuple(known.concepts[slug] for slug in dict.fromkeys(term.slug for term in terms))
                exact = tuple(map(analysis.exact, words))
                met.setdefault(exact, Met(" ".join(words), exact, concepts, terms[0].former))
    yield from met.values()


def _holds(clause: tuple[Part, ...], exact: tuple[str, ...], quoted: frozenset[Part]) -> bool:
    """Whether some of a clause was typed within these words."""
    return any(
        (isinstance(part, Word) and part.exact in exact)
        or (isinstance(part, Phrase) and part not in quoted and set(part.exact) <= set(exact))
        for part in clause
    )


def _worth_adding(concept: ConceptRow, exact: tuple[str, ...], languages: tuple[str, ...]) -> Iterator[Term]:
    """Terms that find something the typed words do not, the preferred ones first."""
    seen: set[tuple[str, ...]] = set()
    spoken = [language for language in concept.terms if not languages or language in languages][:MOST_LANGUAGES]
    for term in terms_of(concept):
        if term.language not in spoken or term.rank >= MOST_TERMS or term.exact in seen or not term.exact:
            continue
        seen.add(term.exact)
        if not set(exact) <= set(term.exact):
            yield term


def as_said(concept: ConceptRow) -> list[Weaker]:
    """A concept in every language, as alternatives that nobody typed."""
    return _parts([term for term in terms_of(concept) if term.rank < MOST_TERMS and term.exact])[:MOST_ADDED]


def _parts(terms: Sequence[Term]) -> list[Weaker]:
    """The terms, then the other forms of those of several words."""
    others = ((other_form(term.exact, term.language), term) for term in terms if len(term.exact) > 1)
    return [*map(_part, terms), *(Weaker(Phrase(form), _weight(term)) for form, term in others if form)]


def _weight(term: Term) -> float:
    return SYNONYM if term.rank else PREFERRED


def _part(term: Term) -> Weaker:
    weight = _weight(term)
    if len(term.exact) > 1:
        return Weaker(Phrase(term.exact), weight)
    word = next(word for word, _start, _end in analysis.words(term.text))
    return Weaker(Word(term.exact[0], analysis.stems(word, term.language)), weight)
