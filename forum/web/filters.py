"""What a list is narrowed to, read from the address."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, TypeVar

from flask import request

F = TypeVar("F")
LONGEST = 60


def from_address(kind: type[F]) -> F:
    """An instance of a dataclass of texts, each from the parameter of its name; too long or strange is cut away."""
    parts: Any = fields(kind)  # type: ignore[arg-type]
    return kind(**{part.name: _plain(request.args.get(part.name, "")) for part in parts})


def _plain(text: str) -> str:
    return "".join(letter for letter in text[:LONGEST] if letter.isprintable()).strip()
