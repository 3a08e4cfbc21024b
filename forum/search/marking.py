"""Marks the words of a question in the text of a page, by the same rules by which the page was found."""

from __future__ import annotations

from forum.library.marking import Marking, Piece, marks_words
from forum.search import excerpts
from forum.search.query import parse


def _tokens(typed: str, language: str) -> frozenset[str]:
    return parse(typed, [language]).tokens()


def _whole(text: str, language: str, typed: str) -> list[Piece]:
    return _pieces(excerpts.marked(text, _tokens(typed, language), language))


def _around(text: str, language: str, typed: str) -> list[Piece]:
    return _pieces(excerpts.excerpt(text, _tokens(typed, language), language))


def _pieces(found: list[excerpts.Piece]) -> list[Piece]:
    return [Piece(piece.text, piece.marked) for piece in found]


marks_words(Marking(_whole, _around))
