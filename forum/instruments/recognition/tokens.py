"""A text as words, numbers and signs, each with its place, so that law can be read in it in one pass."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

# Marks that may lie over or under letters belong to the word: accents written apart, Arabic vowels and the tatweel.
PART = re.compile(
    r"(?P<word>[^\W\d_][^\W\d_\u0300-\u036f\u064b-\u065f\u0670]*(?:[\u0300-\u036f\u064b-\u065f\u0670]+[^\W\d_]*)*)"
    r"|(?P<number>\d+)|(?P<gap>\n[ \t]*\n)|(?P<sign>[^\w\s]|_)"
)
ALIKE = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ـ": None, "ı": "i"})
#: Longer than any number of a provision; what is longer is no number to us.
DIGITS = 4


class Token(NamedTuple):
    """A piece of a text: `said` is the same for every spelling of a word, digits are always 0 to 9."""

    kind: str
    start: int
    end: int
    raw: str
    said: str


@lru_cache(maxsize=20_000)
def spelled(word: str) -> str:
    """A word without capitals, accents, vowel signs or the variants of a letter."""
    apart = unicodedata.normalize("NFKD", word.casefold().translate(ALIKE))
    return "".join(letter for letter in apart if not unicodedata.combining(letter)).translate(ALIKE)


def tokens_of(text: str) -> list[Token]:
    """The pieces of a text in order; blanks are left out, a blank line is a piece of its own."""
    found = []
    for match in PART.finditer(text):
        kind, raw = match.lastgroup or "sign", match[0]
        if kind == "word":
            said = spelled(raw) if len(raw) <= 40 else ""
        elif kind == "number":
            said = str(int(raw)) if len(raw) <= DIGITS else ""
        else:
            said = raw
        found.append(Token(kind, match.start(), match.end(), raw, said))
    return found
