"""The words around what matched, and which of them to mark. Pieces of plain text: the template escapes and marks."""

from __future__ import annotations

from dataclasses import dataclass

from forum.search import analysis
from forum.search.patience import is_over

LENGTH = 260
MOST_LETTERS, FEW_LETTERS = 20_000, 2_000  # of a text that are looked through; few when the search has no time left


@dataclass(frozen=True)
class Piece:
    text: str
    marked: bool = False


def marked(text: str, tokens: frozenset[str], language: str) -> list[Piece]:
    """The whole text, in pieces."""
    return _pieces(text, _places(text, tokens, language), 0, len(text))


def excerpt(text: str, tokens: frozenset[str], language: str) -> list[Piece]:
    """The stretch of the text in which most of the different words occur; its beginning when none does."""
    places = _places(text[: FEW_LETTERS if is_over() else MOST_LETTERS], tokens, language)
    start = _best_start(places)
    end = min(len(text), start + LENGTH)
    if start > 0:
        start = text.find(" ", start) + 1 or start
    if end < len(text):
        end = max(start, text.rfind(" ", start, end)) if " " in text[start:end] else end
    pieces = _pieces(text, places, start, end)
    before, after = "… " if start > 0 else "", " …" if end < len(text) else ""
    return [Piece(before), *pieces, Piece(after)] if before or after else pieces


def _places(text: str, tokens: frozenset[str], language: str) -> list[tuple[int, int, str]]:
    starts = tuple(token[:-1] for token in tokens if token.endswith("*"))
    found = []
    for word, start, end in analysis.words(text):
        exact = analysis.exact(word)
        hit = {exact, *analysis.stems(word, language)} & tokens
        if hit or (starts and exact.startswith(starts)):
            found.append((start, end, min(hit, default=exact)))
    return found


def _best_start(places: list[tuple[int, int, str]]) -> int:
    best, best_count = 0, 0
    for i, (start, _end, _token) in enumerate(places[:200]):
        inside = {token for s, e, token in places[i : i + 60] if e <= start + LENGTH - 60}
        if len(inside) > best_count:
            best, best_count = start, len(inside)
    return max(0, best - 60) if best > 80 else 0


def _pieces(text: str, places: list[tuple[int, int, str]], start: int, end: int) -> list[Piece]:
    made, at = [], start
    for from_, to, _token in places:
        if from_ < at or to > end:
            continue
        if from_ > at:
            made.append(Piece(text[at:from_]))
        made.append(Piece(text[from_:to], marked=True))
        at = to
    if at < end:
        made.append(Piece(text[at:end]))
    return made
