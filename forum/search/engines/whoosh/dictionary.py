"""The dictionary of a segment, in Whoosh's format and written in large pieces."""

from __future__ import annotations

from struct import Struct
from typing import Any
from zlib import crc32

from whoosh.filedb.filetables import HashWriter, OrderedHashWriter
from whoosh.util.numlists import GrowableArray

LENGTHS, POINTER = Struct("!ii"), Struct("!Iq")
CRC32 = 1  # what Whoosh's readers know the hash by
PIECE = 1 << 16


class Dictionary(OrderedHashWriter):  # type: ignore[misc]
    """Takes keys in order, as Whoosh's own does: a third of its time went into asking the file where it was."""

    def __init__(self, dbfile: Any) -> None:
        HashWriter.__init__(self, dbfile, hashtype=CRC32)
        self.index = GrowableArray("H")
        self._at, self._waiting = dbfile.tell(), bytearray()

    def add(self, key: bytes, value: bytes) -> None:
        self.index.append(self._at)
        hashed = crc32(key)
        self.buckets[hashed & 255].append((hashed, self._at))
        self._waiting += LENGTHS.pack(len(key), len(value)) + key + value
        self._at += LENGTHS.size + len(key) + len(value)
        if len(self._waiting) > PIECE:
            self._flush()

    def _flush(self) -> None:
        self.dbfile.write(bytes(self._waiting))
        self._waiting.clear()

    def _write_hashes(self) -> None:
        self._flush()
        for entries in self.buckets:
            slots: list[tuple[int, int]] = [(0, 0)] * (2 * len(entries))
            for hashed, position in entries:
                slot = (hashed >> 8) % len(slots)
                while slots[slot] != (0, 0):
                    slot = (slot + 1) % len(slots)
                slots[slot] = (hashed, position)
            self.directory.append((self._at, len(slots)))
            packed = b"".join(POINTER.pack(*slot) for slot in slots)
            self.dbfile.write(packed)
            self._at += len(packed)
