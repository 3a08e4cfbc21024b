"""Whoosh's codec with our posting lists, and a writer that joins segments list by list instead of posting by posting."""

from __future__ import annotations

import heapq
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import groupby
from operator import itemgetter
from pickle import dumps
from struct import Struct
from typing import Any

from whoosh.codec import whoosh3
from whoosh.index import FileIndex
from whoosh.matching import ListMatcher
from whoosh.reading import SegmentReader
from whoosh.system import pack_int, pack_long, pack_ushort
from whoosh.writing import SegmentWriter

from forum.search.analysis import EXACT
from forum.search.engines.scoring import BOOSTS
from forum.search.engines.whoosh.dictionary import Dictionary
from forum.search.engines.whoosh.lists import (
    MOST_TIMES,
    List,
    doc_and_times,
    is_one,
    one,
    one_renumbered,
    whole,
)
from forum.search.engines.whoosh.mapped import Segment

INLINE = 64  # bytes; a shorter list lies in the dictionary itself
Term = tuple[str, bytes]
Listed = bytes | List  # packed already when one document is all


@cache
def numbers(count: int) -> Callable[..., bytes]:
    """Packs so many numbers."""
    return Struct(f"={count}I").pack


class Codec(whoosh3.W3Codec):  # type: ignore[misc]
    """Reads and writes our lists where Whoosh asks for its own."""

    length_stats = False  # of blocks: nobody ranks by them

    def new_segment(self, storage: Any, indexname: str) -> Segment:
        return Segment(self, indexname)

    def field_writer(self, storage: Any, segment: Any) -> FieldWriter:
        return FieldWriter(self, storage, segment)

    def postings_reader(self, dbfile: Any, terminfo: Any, format_: Any, term: Any = None, scorer: Any = None) -> Any:
        found = whole(packed_of(dbfile, terminfo))
        times = [float(times) for times in found.times]
        return ListMatcher(list(found.docs), times, None, format_, scorer=scorer, term=term, terminfo=terminfo)


def packed_of(posting_file: Any, info: Any) -> bytes:
    """The bytes of the list a dictionary entry speaks of."""
    if info.is_inlined():
        inline: bytes = info.inlined_postings()
        return inline
    offset, (length,) = info.extent()  # Whoosh unpacks the length only half
    packed: bytes = posting_file.get(offset, length)
    return packed


class FieldWriter(whoosh3.W3FieldWriter):  # type: ignore[misc]
    """Writes lists and the dictionary that leads to them, both in order."""

    def __init__(self, codec: Codec, storage: Any, segment: Any) -> None:
        self._storage, self._segment = storage, segment
        self._tindex = Dictionary(self._create_file(Codec.TERMS_EXT))
        self._fieldmap: dict[str, int] = {}
        self._tindex.extras["fieldmap"] = self._fieldmap
        self._postfile = self._create_file(Codec.POSTS_EXT)
        self.is_closed = False

    def write(self, terms: Iterable[tuple[Term, Listed]]) -> None:
        pack, at = whoosh3.W3TermInfo._struct.pack, 0
        for (name, token), listed in terms:
            number = self._fieldmap.setdefault(name, len(self._fieldmap))
            if isinstance(listed, bytes):
                packed = listed
                doc, times = doc_and_times(packed)
                facts = times, 1, 0, 0, 0, doc, doc
            else:
                packed = listed.packed()
                facts = sum(listed.times), len(listed.docs), 0, 0, 0, listed.docs[0], listed.docs[-1]
            if len(packed) <= INLINE:
                where = dumps(packed, 3)
            else:
                where = pack_long(at) + pack_int(len(packed))
                self._postfile.write(packed)
                at += len(packed)
            self._tindex.add(pack_ushort(number) + token, pack(len(packed) <= INLINE, *facts) + where)


class Writer(SegmentWriter):  # type: ignore[misc]
    """Adds documents and joins segments.

    Raises: LockError when another holds the pen.
    """

    def __init__(self, index: FileIndex) -> None:
        super().__init__(index, timeout=0, codec=Codec())
        # documents, times and places as bytes: lists by the hundred thousand would keep the garbage collector busy
        self._fresh: dict[str, dict[str, bytearray]] = defaultdict(lambda: defaultdict(bytearray))
        self._joined: list[tuple[Any, int, Mapping[int, int] | None]] = []

    def add(self, words: Mapping[str, str], stored: Mapping[str, Any]) -> None:
        """One document.

        Args:
            words: per field of `BOOSTS` an analysed text, per other field one value.
            stored: what can be read back.
        """
        number = self.docnum
        self.perdocwriter.start_doc(number)
        for name in sorted({*words, *stored}):
            length = self._add_words(name, words[name], number) if words.get(name) else 0
            self.perdocwriter.add_field(name, self.schema[name], stored.get(name), length if name in BOOSTS else 0)
        self.perdocwriter.finish_doc()
        self._added = True
        self.docnum += 1

    def _add_words(self, name: str, text: str, number: int) -> int:
        """Take in the words of a field; returns how many tokens there were."""
        if name not in BOOSTS:
            self._fresh[name][text] += numbers(2)(number, 1)
            return 1
        where: dict[str, list[int]] = defaultdict(list)
        for place, line in enumerate(text.split("\n")):
            for token in line.split():
                where[token].append(place)
        flat, length = self._fresh[name], 0
        for token, places in where.items():
            times = min(len(places), MOST_TIMES)
            length += times
            said = (number, times, *places[:times]) if token[0] == EXACT else (number, times)
            flat[token] += numbers(len(said))(*said)
        return length

    def join(self, segment: Any) -> None:
        """Take in what is alive of another segment, which is left out of the index afterwards."""
        reader = SegmentReader(self.storage, self.schema, segment)
        base = self.docnum
        numbers = self.write_per_doc(set(self.schema.names()), reader)
        self._joined.append((reader, base, numbers))
        self._added = True

    def _flush_segment(self) -> None:
        self.perdocwriter.close()
        fresh = self._fresh_terms()
        sources = [fresh, *(_terms_of(*joined) for joined in self._joined)]
        self.fieldwriter.write(_together(sources) if self._joined else fresh)
        self.fieldwriter.close()
        self._let_go()

    def cancel(self) -> None:
        self._let_go()
        super().cancel()

    def _let_go(self) -> None:
        for reader, _base, _numbers in self._joined:
            reader.close()
        self._joined.clear()

    def _fresh_terms(self) -> Iterator[tuple[Term, Listed]]:
        for name in sorted(self._fresh):
            lists = self._fresh[name]
            for token in sorted(lists):
                flat, has_places = array("I", bytes(lists[token])), token[0] == EXACT and name in BOOSTS
                if len(flat) == 2 + has_places * flat[1]:
                    yield (name, token.encode()), one(flat[0], flat[2:], flat[1])
                else:
                    yield (name, token.encode()), List.of(flat, has_places=has_places)


def _terms_of(reader: Any, base: int, numbers: Mapping[int, int] | None) -> Iterator[tuple[Term, Listed]]:
    """Every term of a segment that is still in a document, in order, with its list for the segment to be."""
    for term, info in reader._terms.items():
        packed = packed_of(reader._terms._postfile, info)
        if is_one(packed):
            doc, _times = doc_and_times(packed)
            now = doc + base if numbers is None else numbers.get(doc)
            if now is not None:
                yield term, one_renumbered(packed, now)
        elif (again := whole(packed).renumbered(base, numbers)).docs:
            yield term, again


def _together(sources: Sequence[Iterator[tuple[Term, Listed]]]) -> Iterator[tuple[Term, Listed]]:
    """The terms of several segments as one, each with its lists one behind the other."""
    first = itemgetter(0)
    for term, same in groupby(heapq.merge(*sources, key=first), key=first):
        lists = [listed for _term, listed in same]
        if len(lists) == 1:
            yield term, lists[0]
            continue
        found = List()
        for listed in lists:
            found.extend(whole(listed) if isinstance(listed, bytes) else listed)
        yield term, found
