"""What the Whoosh engine keeps in memory of each document of a segment: whose it is, where it lies, when it was."""

from __future__ import annotations

from array import array
from typing import Any, NamedTuple

from whoosh.codec.whoosh3 import LENGTHS_COLUMN

from forum.search.engines.scoring import BOOSTS
from forum.search.engines.whoosh.store import BETWEEN, STATE

WITHIN = f"within{BETWEEN}"


class Row(NamedTuple):
    """One document, as `store.facts_of` stored it."""

    values: tuple[str, ...]  # "language␟en": every filter's name and value
    audience: tuple[str, ...]
    at: float
    signature: str
    parent: str
    number: int | None


class Facts:
    """What filters, facets, sorting and scoring need of each document of one segment, by its number there.

    Most documents are seen by the same people and lie in the same places: what they share is kept once, in `audiences` and
    `places`, and each document says which of these it has. Audience 0 is nobody: of what cannot be shown. Numbers lie in
    arrays: processes that share them copy nothing by reading them.
    """

    def __init__(self, reader: Any) -> None:
        size = reader.doc_count_all()
        self.keys, self.parents, self.ats = [""] * size, [""] * size, array("d", bytes(8 * size))
        self.numbers: list[int | None] = [None] * size
        self.within: list[tuple[str, ...]] = [()] * size
        self.audience, self.place = array("L", bytes(8 * size)), array("L", bytes(8 * size))
        audiences: dict[tuple[str, ...], int] = {(): 0}
        places: dict[tuple[str, ...], int] = {(): 0}
        same: dict[Any, Any] = {}
        for number, stored in reader.iter_docs():
            if stored["key"] == STATE:
                continue
            row = Row(*stored["facts"])
            self.keys[number], self.ats[number], self.numbers[number] = stored["key"], row.at, row.number
            self.parents[number] = same.setdefault(row.parent, row.parent)
            within = tuple(same.setdefault(value, value) for value in row.values if value.startswith(WITHIN))
            self.within[number] = same.setdefault(within, within)
            if row.audience not in audiences:
                audiences[tuple(same.setdefault(key, key) for key in row.audience)] = len(audiences)
            self.audience[number] = audiences[row.audience]
            values = tuple(same.setdefault(value, value) for value in row.values if not value.startswith(WITHIN))
            self.place[number] = places.setdefault(values, len(places))
        self.audiences, self.places = list(audiences), list(places)
        self.parents_named = frozenset(self.parents) - {""}
        spoken = {value for values in places for value in values if value.startswith(f"language{BETWEEN}")}
        self.languages = frozenset(value.partition(BETWEEN)[2] for value in spoken)
        self.lengths = {name: _lengths(reader, name, size) for name in BOOSTS}


def _lengths(reader: Any, name: str, size: int) -> bytes:
    """How long a field is in each document, in Whoosh's one byte."""
    column = f"_{name}_len"
    if not reader._perdoc.has_column(column):
        return bytes(size)
    found = reader._perdoc.column_reader(column, LENGTHS_COLUMN)
    written: bytes = found._dbfile.get(found._basepos, found._count)
    return written.ljust(size, b"\0")  # the last ones without the field were not written
