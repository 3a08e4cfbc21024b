"""Tokens and queries in PostgreSQL's own spelling.

We give positions and weights ourselves, so PostgreSQL never analyses a text: a token is a lexeme as it is. Fields lie behind one
another in one tsvector, far enough apart that no phrase reaches from one into the next.

One index answers all that may be asked of a row: besides its words a vector holds those of its title and names once more, under a
mark of their own, and what it is filed under.
"""

from __future__ import annotations

import math
from collections.abc import Container, Iterable, Mapping
from datetime import datetime
from itertools import pairwise
from types import MappingProxyType

from forum.search.analysis import EXACT
from forum.search.engine import FILTERS, Document
from forum.search.query import Phrase, Prefix, Word

#: Per field its weight, and how far from the last field's end it may begin at the earliest; the order of places.
WEIGHTS = {"names": "A", "title": "B", "body": "C"}
STEM_IN_BODY = "D"  # a stem counts less than the word as written; in short fields both count the same
GAP = 32  # places between two fields; longer than any phrase
LAST_PLACE = 16_383  # PostgreSQL keeps no higher position
MOST_PLACES = 255  # of one token
IN_HEAD = "^"  # before a token that stands in a title or name
FILED = "#"  # before what a document is filed under; alone it is in every document
PAIR = "~"  # before two common words that stand together
DATED = "at"  # what dates are filed under
YEARS_AHEAD = 10  # how far ahead something may be planned
BETWEEN = "\x1f"  # a filter's name and its value
FIRST_LETTER = 0x100  # after all that separates, escapes and controls
SURROGATES = range(0xD800, 0xE000)  # which are no letters
LONGEST_VALUE = 400  # letters of a value that are compared; a lexeme may have 2,046 bytes


def vector(document: Document, common: Container[str]) -> tuple[str, float]:
    """A document as the text of a tsvector, and its length, by which ranks are divided: longer texts hold more by chance.

    Stems bear no position: nobody asks where they stand.

    Args:
        common: words of which two that stand together become a token of their own.
    """
    exact: dict[str, list[str]] = {}
    stems: dict[str, str] = {}
    pairs: set[str] = set()
    place = 1
    for name, weight in WEIGHTS.items():
        weaker, marks = (STEM_IN_BODY, ("",)) if name == "body" else (weight, ("", IN_HEAD))
        before = ""
        for line in getattr(document, name).split("\n"):
            tokens = line.split()
            last, before = before, next((token for token in tokens if token.startswith(EXACT)), "")
            if last in common and before in common:
                pairs.add(pair(last, before))
            for token in tokens:
                for mark in marks:
                    if not token.startswith(EXACT):
                        stems.setdefault(mark + token, f"{place}{weaker}")
                    elif len(at := exact.setdefault(mark + token, [])) < MOST_PLACES:
                        at.append(f"{place}{weight}")
            place = min(place + 1, LAST_PLACE)
        place = min(place + GAP, LAST_PLACE)
    said = [f"{quoted(token)}:{','.join(at)}" for token, at in exact.items()]
    said += [f"{quoted(token)}:{at}" for token, at in stems.items()]
    filed = {filed_under(name, value) for name in FILTERS for value in document.values(name) if value}
    filed |= {dated(document.at.year), dated(document.at.year, document.at.month)}
    length = sum(len(at) for token, at in exact.items() if not token.startswith(IN_HEAD))
    length += sum(not token.startswith(IN_HEAD) for token in stems)
    words = " ".join((*said, quoted(FILED), *map(quoted, (*sorted(filed), *sorted(pairs)))))
    return words, math.log2(max(length, 1) + 1)


def pair(word: str, following: str) -> str:
    """The lexeme of two common words that stand together."""
    return f"{PAIR}{word}{following}"


def filed_under(name: str, value: str) -> str:
    """The lexeme of a filter's value."""
    return f"{FILED}{name}{BETWEEN}{sayable(value)[:LONGEST_VALUE]}"


def dated(year: int, month: int = 0) -> str:
    """The lexeme of what is of a year, or of a month of it."""
    return filed_under(DATED, f"{year:04}-{month:02}" if month else f"{year:04}")


def not_before(since: datetime, last: datetime) -> list[str]:
    """The lexemes of what is of this month or later: the months of its year, and the years after.

    Args:
        last: about when the latest is; what is dated long after it is left out.
    """
    months = [dated(since.year, month) for month in range(since.month, 13)]
    return [*months, *map(dated, range(since.year + 1, max(since, last).year + YEARS_AHEAD + 1))]


def letter(number: int) -> str:
    """What stands for the value of a facet with this number (from 1), where values are counted."""
    code = FIRST_LETTER + number
    return chr(code if code < SURROGATES.start else code + len(SURROGATES))


def number(letter: str) -> int:
    """The number of the value that a letter stands for."""
    code = ord(letter)
    return (code if code < SURROGATES.start else code - len(SURROGATES)) - FIRST_LETTER


def sayable(text: str) -> str:
    """A text PostgreSQL can be told: it has no NUL."""
    return text.replace("\0", "\ufffd")


def quoted(token: str) -> str:
    escaped = token.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


def any_of(tokens: Iterable[str]) -> str:
    """A tsquery for one of these; what nothing matches when there are none."""
    return " | ".join(map(quoted, sorted(tokens))) or quoted("~nothing")


def _beginning(start: str, mark: str, spelled: Mapping[str, Iterable[str]]) -> str:
    if start in spelled:
        return any_of(mark + token for token in spelled[start])
    return f"{quoted(mark + EXACT + start)}:*"


def asked_for(
    part: Word | Phrase | Prefix,
    known: Container[str],
    common: Container[str],
    *,
    mark: str = "",
    loosely: bool = False,
    spelled: Mapping[str, Iterable[str]] = MappingProxyType({}),
) -> str:
    """A part of a query as a tsquery.

    Args:
        known: the tokens that are in some document; others are not looked for.
        common: words that are in the index by twos; a phrase of them is looked for by these, since few rows that have all of its
            words may have them together.
        mark: IN_HEAD to look in titles and names only.
        loosely: the words of a phrase may stand anywhere.
        spelled: the tokens that a prefix is asked for by, for those that begin too many.
    """
    if isinstance(part, Prefix):
        return f"({' | '.join(_beginning(start, mark, spelled) for start in part.starts)})"
    if isinstance(part, Word):
        return f"({any_of(mark + token for token in (part.exact, *part.stems) if token in known)})"
    together = any_of(())
    if all(token in known for token in part.exact):
        between = " & " if loosely else " <-> "
        pairs = [quoted(pair(a, b)) for a, b in pairwise(part.exact) if a in common and b in common and not mark]
        together = " & ".join((f"({between.join(quoted(mark + token) for token in part.exact)})", *pairs))
    return f"(({together}) | {quoted(mark + part.whole)})" if part.whole else f"({together})"
