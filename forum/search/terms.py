"""The glossary's terms as search meets them: looked up by their words, in any form, in any language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from forum.glossary.queries import ConceptRow, KeptForGlossary, replacements
from forum.search import analysis

#: What stems do not bring together, and glossaries need.
PLURALS = {"children": "child", "women": "woman", "men": "man"}
Places = tuple[frozenset[str], ...]


@dataclass(frozen=True)
class Term:
    """One way to say a concept.

    Args:
        rank: its place among the terms of its language; 0 is preferred.
        exact: the tokens of its words as written.
        former: nobody should use it any longer; it may be in any language.
    """

    slug: str
    language: str
    text: str
    rank: int
    exact: tuple[str, ...]
    former: bool = False


class Lexicon:
    """Every term, by the tokens of its first word."""

    def __init__(self, concepts: Sequence[ConceptRow], replaced: Iterable[tuple[ConceptRow, str]] = ()) -> None:
        self.concepts: Mapping[str, ConceptRow] = {concept.slug: concept for concept in concepts}
        self.languages = tuple(dict.fromkeys(language for concept in concepts for language in concept.terms))
        self._by_first: dict[str, list[tuple[Term, Places]]] = {}
        for concept in concepts:
            for term in terms_of(concept):
                self._keep(term, (term.language,))
            self._keep_former(concept.slug, concept.discouraged)
        for concept, now in replaced:
            if now in self.concepts:
                self._keep_former(now, (word for words in concept.terms.values() for word in words))

    def _keep_former(self, slug: str, texts: Iterable[str]) -> None:
        for text in texts:
            self._keep(Term(slug, "", text, 0, _exact(text), former=True), self.languages)

    def _keep(self, term: Term, languages: tuple[str, ...]) -> None:
        places = tuple(tokens_of(word, languages) for word, _start, _end in analysis.words(term.text))
        for token in places[0] if places else ():
            self._by_first.setdefault(token, []).append((term, places))

    def terms_at(self, typed: Sequence[str], start: int) -> dict[int, list[Term]]:
        """The terms that begin with a word of what was typed, by how many of its words they take.

        Current terms go before former ones, and those written so before those that only have the same stem.
        """
        tokens = [tokens_of(word, self.languages) for word in typed[start:]]
        met = {id(held): held for token in tokens[0] for held in self._by_first.get(token, ())}
        found: dict[int, list[Term]] = {}
        for term, places in met.values():
            if len(places) <= len(tokens) and all(map(frozenset.intersection, places, tokens)):
                found.setdefault(len(places), []).append(term)
        kept = {length: list(_nearest(terms, typed[start : start + length])) for length, terms in found.items()}
        return {length: terms for length, terms in kept.items() if terms}


def terms_of(concept: ConceptRow) -> Iterator[Term]:
    """Its current terms, the preferred one of every language first."""
    for rank in range(max(map(len, concept.terms.values()), default=0)):
        for language, texts in concept.terms.items():
            if rank < len(texts):
                yield Term(concept.slug, language, texts[rank], rank, _exact(texts[rank]))


def tokens_of(word: str, languages: Iterable[str]) -> frozenset[str]:
    """What a word matches by: as written, and by its stems in these languages."""
    singular = PLURALS.get(word.casefold(), word)
    return frozenset().union(
        {analysis.exact(word), analysis.exact(singular)}, *(analysis.stems(word, language) for language in languages)
    )


def _exact(text: str) -> tuple[str, ...]:
    return tuple(analysis.exact(word) for word, _start, _end in analysis.words(text))


def _nearest(terms: Iterable[Term], typed: Sequence[str]) -> Iterator[Term]:
    written = tuple(map(analysis.exact, typed))
    fitting = [term for term in terms if len(written) > 1 or _is_a_form_of(typed[0], term.text)]
    same = [term for term in fitting if term.exact == written] or fitting
    yield from [term for term in same if not term.former] or same


def _is_a_form_of(word: str, other: str) -> bool:
    """Whether two words of one stem differ as singular and plural do: "diverse" has the stem of "diversion"."""
    word, other = analysis.fold(word), analysis.fold(other)
    if PLURALS.get(word, word) == PLURALS.get(other, other) or not (word.isascii() and other.isascii()):
        return True  # Arabic puts its articles in front
    shorter, longer = sorted((word, other), key=len)
    apart = len(longer) - len(shorter)
    return apart <= 1 or (apart == 2 and longer.startswith(shorter))


#: The terms as they are now: an edit of the glossary is followed by the next search.
lexicon = KeptForGlossary(lambda concepts: Lexicon(concepts, replacements()))
