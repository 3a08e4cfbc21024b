"""Tokens and queries in PostgreSQL's own spelling.

We give positions and weights ourselves, so PostgreSQL never analyses a text: a token is a lexeme as it is. Fields lie behind one
another in one tsvector, far enough apart that no phrase reaches from one into the next.
"""

from __future__ import annotations

from collections.abc import Iterable

from forum.search.analysis import EXACT
from forum.search.engine import Document
from forum.search.query import Phrase, Prefix, Word

#: Per field its weight, and how far from the last field's end it may begin at the earliest; the order of places.
WEIGHTS = {"names": "A", "title": "B", "body": "C"}
STEM_IN_BODY = "D"  # a stem counts less than the word as written; in short fields both count the same
GAP = 32  # places between two fields; longer than any phrase
LAST_PLACE = 16_383  # PostgreSQL keeps no higher position
MOST_PLACES = 255  # of one token


def vector(document: Document, fields: Iterable[str] = WEIGHTS) -> str:
    """A document as the text of a tsvector. Stems bear no position: nobody asks where they stand."""
    exact: dict[str, list[str]] = {}
    stems: dict[str, str] = {}
    place = 1
    for name in fields:
        weight = WEIGHTS[name]
        weaker = STEM_IN_BODY if name == "body" else weight
        for line in getattr(document, name).split("\n"):
            for token in line.split():
                if not token.startswith(EXACT):
                    stems.setdefault(token, f"{place}{weaker}")
                elif len(at := exact.setdefault(token, [])) < MOST_PLACES:
                    at.append(f"{place}{weight}")
            place = min(place + 1, LAST_PLACE)
        place = min(place + GAP, LAST_PLACE)
    said = [f"{quoted(token)}:{','.join(at)}" for token, at in exact.items()]
    said += [f"{quoted(token)}:{at}" for token, at in stems.items()]
    return " ".join(said)


def sayable(text: str) -> str:
    """A text PostgreSQL can be told: it has no NUL."""
    return text.replace("\0", "\ufffd")


def quoted(token: str) -> str:
    escaped = token.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


def any_of(tokens: Iterable[str]) -> str:
    """A tsquery for one of these; what nothing matches when there are none."""
    return " | ".join(map(quoted, sorted(tokens))) or quoted("~nothing")


def asked_for(part: Word | Phrase | Prefix, expansions: Iterable[str] = ()) -> str:
    """A part of a query as a tsquery.

    Args:
        expansions: what a prefix stands for.
    """
    if isinstance(part, Prefix):
        return f"({any_of(expansions)})"
    if isinstance(part, Word):
        return f"({any_of({part.exact, *part.stems})})"
    phrase = " <-> ".join(map(quoted, part.exact))
    return f"(({phrase}) | {quoted(part.whole)})" if part.whole else f"({phrase})"
