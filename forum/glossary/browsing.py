"""The glossary as a list: by letter in one language, narrowed by theme or by letters in any term."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from forum.community.queries import theme_called
from forum.glossary.queries import ConceptRow, KeptForGlossary
from forum.kernel.alphabet import looked_up

LONGEST = 80

_all = KeptForGlossary(lambda concepts: concepts)


@dataclass(frozen=True)
class Letter:
    """Concepts whose preferred term begins with the same letter."""

    letter: str
    concepts: Sequence[ConceptRow]


@dataclass(frozen=True)
class Browsed:
    words: str
    theme: str
    count: int
    letters: Sequence[Letter]


def browse(*, words: str, theme: str, language: str) -> Browsed:
    """What fits, sorted as a reader of this language expects, accents aside."""
    words = words.strip()[:LONGEST]
    found: list[ConceptRow] = _all()
    if theme:
        known = theme_called(theme)
        found = [concept for concept in found if known and concept.theme_id == known.id]
    if words:
        wanted = looked_up(words)
        found = [concept for concept in found if any(wanted in looked_up(term) for term in _terms_of(concept))]
    by_letter: dict[str, list[ConceptRow]] = {}
    for concept in sorted(found, key=lambda each: looked_up(each.label(language))):
        by_letter.setdefault(first_letter(concept.label(language)), []).append(concept)
    return Browsed(words, theme, len(found), [Letter(letter, rows) for letter, rows in by_letter.items()])


def _terms_of(concept: ConceptRow) -> list[str]:
    return [*(term for words in concept.terms.values() for term in words), *concept.discouraged]


def first_letter(term: str) -> str:
    return (looked_up(term)[:1] or "#").upper()
