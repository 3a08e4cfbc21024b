"""Posting lists of the Whoosh index: which documents have a token, how often and where, in blocks read whole.

Whoosh keeps each posting as a Python object, writes it by itself and asks for it by itself; here a block is three arrays, so that writing,
joining segments and counting matches go through compiled code. Everything else of a segment (dictionary, stored
fields, lengths, deletions) is Whoosh's own.

    a list   = blocks, one after another
    a block  = count, last document, bytes of places | documents (4 bytes each) | times (2) | places of all of them (4)

Only exact tokens have places: phrases are looked for in nothing else.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from struct import Struct

HEAD, FIRST, ONE = Struct("=III"), Struct("=I"), Struct("=IH")
BLOCK = 512  # postings
MOST_TIMES = 65_535


@dataclass
class List:
    """Postings in the order of documents; `places` holds as many for each as it has `times`, or nothing at all."""

    docs: array[int] = field(default_factory=lambda: array("I"))
    times: array[int] = field(default_factory=lambda: array("H"))
    places: array[int] = field(default_factory=lambda: array("I"))

    @classmethod
    def of(cls, flat: array[int], *, has_places: bool) -> List:
        """What was gathered as document, times, places, document, times, places …"""
        found, at = cls(), 0
        while at < len(flat):
            times = flat[at + 1]
            found.docs.append(flat[at])
            found.times.append(times)
            at += 2
            if has_places:
                found.places.extend(flat[at : at + times])
                at += times
        return found

    def extend(self, other: List) -> None:
        self.docs.extend(other.docs)
        self.times.extend(other.times)
        self.places.extend(other.places)

    def renumbered(self, base: int, numbers: Mapping[int, int] | None) -> List:
        """The same in a segment where documents have other numbers; those that have none are left out.

        Args:
            base: added to each, when no document was left out.
        """
        if numbers is None:
            return List(array("I", map(base.__add__, self.docs)) if base else self.docs, self.times, self.places)
        kept, at = List(), 0
        for doc, times in zip(self.docs, self.times, strict=True):
            if doc in numbers:
                kept.docs.append(numbers[doc])
                kept.times.append(times)
                kept.places.extend(self.places[at : at + times])
            at += times
        return kept

    def packed(self) -> bytes:
        pieces, at = list[bytes](), 0
        for start in range(0, len(self.docs), BLOCK):
            docs, times = self.docs[start : start + BLOCK], self.times[start : start + BLOCK]
            places = self.places[at : (at := at + sum(times))] if self.places else self.places
            pieces.append(HEAD.pack(len(docs), docs[-1], 4 * len(places)))
            pieces += (part.tobytes() for part in (docs, times, places))
        return b"".join(pieces)


def blocks(packed: bytes, among: Sequence[int] | None = None) -> Iterator[List]:
    """The blocks of a list; with `among` (sorted) only those that may hold one of these documents."""
    at, wanted = 0, 0
    while at < len(packed):
        count, last, of_places = HEAD.unpack_from(packed, at)
        start = at + HEAD.size
        at = start + 6 * count + of_places
        if among is not None:
            wanted = bisect_left(among, FIRST.unpack_from(packed, start)[0], wanted)
            if wanted == len(among):
                return
            if among[wanted] > last:
                continue
        found = List()
        found.docs.frombytes(packed[start : start + 4 * count])
        found.times.frombytes(packed[start + 4 * count : start + 6 * count])
        if of_places:
            found.places.frombytes(packed[start + 6 * count : at])
        yield found


def one(doc: int, places: array[int], times: int) -> bytes:
    """The list of a token that is in one document only, as most are."""
    return HEAD.pack(1, doc, 4 * len(places)) + ONE.pack(doc, times) + places.tobytes()


def is_one(packed: bytes) -> bool:
    count, _last, of_places = HEAD.unpack_from(packed)
    return bool(count == 1 and len(packed) == HEAD.size + ONE.size + of_places)


def doc_and_times(packed: bytes) -> tuple[int, int]:
    """The document of a list of one, and how often the token is in it."""
    doc, times = ONE.unpack_from(packed, HEAD.size)
    return doc, times


def one_renumbered(packed: bytes, doc: int) -> bytes:
    """A list of one where its document has another number."""
    _count, _doc, of_places = HEAD.unpack_from(packed)
    return HEAD.pack(1, doc, of_places) + FIRST.pack(doc) + packed[HEAD.size + FIRST.size :]


def whole(packed: bytes) -> List:
    """A list in one piece."""
    found = List()
    for block in blocks(packed):
        found.extend(block)
    return found
