"""A shared page as it is kept: what is the same for all its readers, and between it what is filled for each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import escape

from forum.web.sharing.places import Making, Open, Standpoint

SIGN = "\x1a"


@dataclass(frozen=True)
class Filled:
    """What is put in by asking the reader's standpoint: its method of this name, with these arguments."""

    name: str
    about: tuple[Any, ...]
    passing: bool


@dataclass(frozen=True)
class Settled:
    """Pieces for each answer the reader's standpoint may give."""

    name: str
    about: tuple[Any, ...]
    pieces: dict[Any, Pieces]


Pieces = Sequence["bytes | Filled | Settled"]


def cut(html: str, making: Making) -> Pieces:
    """A page with marks (see `Making.mark`), cut at them.

    Raises:
        ValueError: the marks do not fit together.
    """
    parts = re.split(f"{SIGN}{making.nonce}([=?|])([0-9]+){SIGN}", html)
    reader = _Reader(parts, making.opened)
    pieces = reader.until(None)
    return pieces


class _Reader:
    """Reads text, sign, number, text, sign, number, … text."""

    def __init__(self, parts: list[str], opened: list[Open]) -> None:
        self.parts, self.opened, self.at = parts, opened, 0

    def until(self, ends: int | None) -> Pieces:
        """The pieces up to the end of this alternative, or of the page."""
        found: list[bytes | Filled | Settled] = []
        while True:
            if text := self.parts[self.at]:
                found.append(text.encode())
            if self.at + 1 >= len(self.parts):
                if ends is not None:
                    raise ValueError("a shared page ends amid alternatives")
                return found
            sign, number = self.parts[self.at + 1], int(self.parts[self.at + 2])
            self.at += 3
            open_ = self.opened[number]
            if sign == "=":
                found.append(Filled(open_.place.name, open_.about, open_.place.passing))
            elif sign == "?":
                each = {answer: self.until(number) for answer in open_.place.possible}
                found.append(Settled(open_.place.name, open_.about, each))
            elif number == ends:
                return found
            else:
                raise ValueError("the alternatives of a shared page are not nested")


def fill(pieces: Pieces, standpoint: Standpoint, html: list[bytes], told: list[Any]) -> None:
    """Put the page together for one reader.

    Args:
        html: its parts are added here.
        told: every answer that makes this another page than that of another reader is added here.
    """
    for piece in pieces:
        if type(piece) is bytes:
            html.append(piece)
            continue
        assert not isinstance(piece, bytes)
        answer = getattr(standpoint, piece.name)(*piece.about)
        if type(piece) is Settled:
            told.append(answer)
            fill(piece.pieces[answer], standpoint, html, told)
        elif isinstance(answer, list):  # parts: the rows of a list
            for part in answer:
                told.append(part.kept.digest)
                fill(part.kept.pieces, part, html, told)
        else:
            assert isinstance(piece, Filled)
            if not piece.passing:
                told.append(answer)
            html.append(str(answer if isinstance(answer, int) else escape(answer)).encode())
