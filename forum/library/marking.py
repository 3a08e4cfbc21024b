"""The words somebody came for, marked in the text of a page.

Which spellings and forms count as the same word is known to search, which lies above: it registers how (`marks_words`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Piece:
    """A stretch of plain text; the template escapes and marks."""

    text: str
    marked: bool = False


@dataclass(frozen=True)
class Marking:
    """How to mark: each takes the text, its language, and what was typed.

    Attributes:
        whole: the whole text in pieces.
        around: only the stretch of it where most of what was typed stands.
    """

    whole: Callable[[str, str, str], Sequence[Piece]]
    around: Callable[[str, str, str], Sequence[Piece]]


_known: list[Marking] = []


def marks_words(marking: Marking) -> Marking:
    """Register how words are marked; the latest counts."""
    _known.append(marking)
    return marking


def marked(text: str, language: str, typed: str) -> Sequence[Piece]:
    """The whole text, with what was typed marked."""
    return _known[-1].whole(text, language, typed) if _known and typed else [Piece(text)]


def quoted(text: str, language: str, typed: str) -> Sequence[Piece]:
    """A short quotation around what was typed; nothing where nothing of it occurs."""
    pieces = _known[-1].around(text, language, typed) if _known and typed else []
    return pieces if any(piece.marked for piece in pieces) else []
