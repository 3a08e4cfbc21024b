"""A shared page as it is kept: what is the same for all its readers, and between it what is filled for each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from markupsafe import escape

from forum.web.sharing.packing import Run
from forum.web.sharing.places import Making, Open, Standpoint

SIGN = "\x1a"
PLANS = 8  # of one page: most readers give the same answers


#: The name of a standpoint's method, and its arguments.
Question = tuple[str, tuple[Any, ...]]


@dataclass(frozen=True)
class Filled:
    """What is put in by asking the reader's standpoint: its method of this name, with these arguments."""

    name: str
    about: tuple[Any, ...]


@dataclass(frozen=True)
class Settled:
    """Pieces for each answer the reader's standpoint may give."""

    name: str
    about: tuple[Any, ...]
    pieces: dict[Any, Pieces]


@dataclass(frozen=True)
class Pieces:
    """Text and places, in their order."""

    parts: tuple[bytes | Filled | Settled, ...]
    questions: tuple[Question, ...]  # all that have to be settled, those of alternatives too
    plans: dict[tuple[Any, ...], list[Run | bytes | Filled]] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, parts: list[bytes | Filled | Settled]) -> Pieces:
        questions: dict[Question, None] = {}
        for part in parts:
            if isinstance(part, Settled):
                questions[part.name, part.about] = None
                for chosen in part.pieces.values():
                    questions.update(dict.fromkeys(chosen.questions))
        return cls(tuple(parts), tuple(questions))


def cut(html: str, making: Making) -> Pieces:
    """A page with marks (see `Making.mark`), cut at them.

    Raises:
        ValueError: the marks do not fit together.
    """
    parts = re.split(f"{SIGN}{making.nonce}([=?|])([0-9]+){SIGN}", html)
    return _Reader(parts, making.opened).until(None)


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
                return Pieces.of(found)
            sign, number = self.parts[self.at + 1], int(self.parts[self.at + 2])
            self.at += 3
            open_ = self.opened[number]
            if sign == "=":
                found.append(Filled(open_.place.name, open_.about))
            elif sign == "?":
                each = {answer: self.until(number) for answer in open_.place.possible}
                found.append(Settled(open_.place.name, open_.about, each))
            elif number == ends:
                return Pieces.of(found)
            else:
                raise ValueError("the alternatives of a shared page are not nested")


def fill(pieces: Pieces, standpoint: Standpoint) -> list[Run | bytes]:
    """The page for one reader, in parts (see `packing`)."""
    page: list[Run | bytes] = []
    for piece in _plan(pieces, standpoint, packed=True):
        if not isinstance(piece, Filled):
            page.append(piece)
            continue
        answer = getattr(standpoint, piece.name)(*piece.about)
        page.append(_rows(answer) if isinstance(answer, list) else _written(answer))  # a list: parts
    return page


def _rows(parts: list[Any]) -> bytes:
    """The rows of a list, compressed together when they are sent: each alone would lose what they have in common."""
    html: list[bytes] = []
    for part in parts:
        written, key = part.kept.written, part.key
        text = written.get(key)
        if text is None:
            if len(written) >= PLANS:
                written.clear()
            text = written[key] = _row(part)
        html.append(text)
    return b"".join(html)


def _row(part: Any) -> bytes:
    html: list[bytes] = []
    for piece in _plan(part.kept.pieces, part, packed=False):
        if isinstance(piece, bytes):
            html.append(piece)
        elif isinstance(piece, Filled):
            html.append(_written(getattr(part, piece.name)(*piece.about)))
    return b"".join(html)


def _written(answer: Any) -> bytes:
    return str(answer if isinstance(answer, int) else escape(answer)).encode()


def _plan(pieces: Pieces, standpoint: Standpoint, *, packed: bool) -> list[Run | bytes | Filled]:
    """What follows what when this reader's answers are settled on; worked out once for all who give the same."""
    answers = tuple([getattr(standpoint, name)(*about) for name, about in pieces.questions])
    plan = pieces.plans.get(answers)
    if plan is None:
        flat: list[bytes | Filled] = []
        _flatten(pieces, dict(zip(pieces.questions, answers, strict=True)), flat)
        plan = _joined(flat, packed)
        if len(pieces.plans) >= PLANS:
            pieces.plans.clear()
        pieces.plans[answers] = plan
    return plan


def _flatten(pieces: Pieces, answers: Mapping[Question, Any], flat: list[bytes | Filled]) -> None:
    for part in pieces.parts:
        if isinstance(part, Settled):
            _flatten(part.pieces[answers[part.name, part.about]], answers, flat)
        else:
            flat.append(part)


def _joined(flat: list[bytes | Filled], packed: bool) -> list[Run | bytes | Filled]:
    """Neighbouring texts as one, compressed where that will be sent as it is."""
    plan: list[Run | bytes | Filled] = []
    texts: list[bytes] = []
    for part in (*flat, None):
        if isinstance(part, bytes):
            texts.append(part)
            continue
        if texts:
            plan.append(Run.of(texts) if packed else b"".join(texts))
            texts = []
        if part is not None:
            plan.append(part)
    return plan
