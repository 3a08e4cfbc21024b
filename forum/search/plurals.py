"""The other number of a term: texts say "menores em conflito com a lei" where the glossary has "menor".

Phrases are looked for as written, since only exact words keep their places. So a term of several words that nobody typed is
asked for in one other form too. The rules are those of school grammars, on words without accents; a form they get wrong
finds nothing and does no harm.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from forum.search.analysis import EXACT, stop_words

#: What a word ends in when it is one of several, and when it is one, the first that fits; in both directions.
Endings = Sequence[tuple[str, str]]
ENDINGS: Mapping[str, Endings] = {
    "en": (("children", "child"), ("women", "woman"), ("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch"), ("s", "")),
    "es": (("ces", "z"), *((f"{end}es", end) for end in ("or", "ar", "al", "il", "on", "an", "en", "ad", "ud", "ol", "ul")), ("s", "")),
    "fr": (("eaux", "eau"), ("aux", "al"), ("s", "")),
    "pt": (("coes", "cao"), ("soes", "sao"), ("ais", "al"), ("eis", "el"), ("ens", "em"), ("res", "r"), ("zes", "z"), ("s", "")),
}  # fmt: skip
ARTICLE = "ال"


def other_form(exact: tuple[str, ...], language: str) -> tuple[str, ...] | None:
    """A term in plural if it is in singular, and the other way; in Arabic with its articles or without. None if there is none.

    Args:
        exact: its tokens; what changes are the words before the first small one ("menor | em conflito com a lei").
    """
    words = [token.removeprefix(EXACT) for token in exact]
    change = _changes(language)
    head = next((i for i, word in enumerate(words) if word in stop_words(language)), len(words))
    if change is None or not head:
        return None
    first = head - 1 if language == "en" else 0  # English adjectives stay as they are
    changed = [*words[:first], *_agreeing(words[first:head], change), *words[head:]]
    return tuple(EXACT + word for word in changed) if changed != words else None


def _changes(language: str) -> Callable[[Sequence[str], bool], list[str]] | None:
    if language == "ar":
        return _with_articles
    endings = ENDINGS.get(language)
    if endings is None:
        return None
    return lambda words, one: [_one(word, endings) if one else _many(word, endings) for word in words]


def _agreeing(words: Sequence[str], change: Callable[[Sequence[str], bool], list[str]]) -> list[str]:
    """All of the words in the other number than the first has."""
    return change(words, words[0].endswith(("s", "x", "children", "women")) or words[0].startswith(ARTICLE))


def _one(word: str, endings: Endings) -> str:
    ending, single = next(((many, one) for many, one in endings if word.endswith(many)), ("", ""))
    return word.removesuffix(ending) + single if len(word) > 3 else word


def _many(word: str, endings: Endings) -> str:
    if word.endswith("s"):
        return word
    many, single = next((many, one) for many, one in endings if word.endswith(one))
    return word.removesuffix(single) + many


def _with_articles(words: Sequence[str], bare: bool) -> list[str]:
    return [word.removeprefix(ARTICLE) if bare else ARTICLE + word.removeprefix(ARTICLE) for word in words]
