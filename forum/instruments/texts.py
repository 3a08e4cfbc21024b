"""What entries say, for whoever reads law in it. Each slice above registers how the texts of its kind are read.

A slice does so in its `cited.py`:

    register(Kind.RECOMMENDATION, texts_of_recommendations)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement

from forum.accounts.models import Member
from forum.entries.models import Kind
from forum.entries.titles import Named
from forum.instruments.models import Place
from forum.kernel import bulk
from forum.kernel.events import Event


@dataclass(frozen=True)
class Text:
    """One text of an entry.

    Args:
        words: what it says.
        file, page: where, when it is a page of a file.
        own: code of the instrument this text is of; an instrument does not cite itself.
    """

    place: Place
    words: str
    file: int = 0
    page: int = 0
    own: str = ""


#: Takes ids of entries of one kind; gives each text with the id of its entry, in a fixed number of statements.
Reader = Callable[[list[int]], Iterable[tuple[int, Text]]]
#: Takes ids of entries of one kind the reader may see; gives what each is called.
Namer = Callable[[list[int]], Mapping[int, Named]]
#: A WHERE clause over Entry for a kind that can be seen only together with another entry.
Within = Callable[[Member | None], ColumnElement[bool]]
#: Takes ids of resources in the record; gives the addresses of those the reader may see.
Finder = Callable[..., Mapping[str, str]]
#: In whose name the worker follows what changes.
WORKER = "forum.instruments"
READERS: dict[Kind, Reader] = {}
NAMERS: dict[Kind, Namer] = {}
WITHIN: dict[Kind, Within] = {}
AFTER: dict[type[Event], Callable[[Any], int]] = {}
FINDERS: list[Finder] = []


def register(kind: Kind, reader: Reader, *, named: Namer | None = None, within: Within | None = None) -> None:
    """Say how the texts of this kind of entry are read. Called once, when the slice is imported.

    Args:
        named: how they are called, for a kind that has no title of its own.
        within: what else must hold for them to be seen.
    """
    READERS[kind] = reader
    if named is not None:
        NAMERS[kind] = named
    if within is not None:
        WITHIN[kind] = within


def also_after(event: type[Event], entry_of: Callable[[Any], int]) -> None:
    """Say that after such an event, too, the texts of an entry are others."""
    AFTER[event] = entry_of
    bulk.read_in_bulk(WORKER, event)


def register_finder(finder: Finder) -> None:
    """Say how the resource that is an instrument is found, by its id in the record."""
    FINDERS.append(finder)


def texts_of(ids_by_kind: Mapping[Kind, list[int]]) -> Iterator[tuple[int, Text]]:
    """Every text of these entries; kinds nobody registered say nothing."""
    for kind, ids in ids_by_kind.items():
        if kind in READERS and ids:
            yield from READERS[kind](ids)
