"""Files of a segment as windows on one mapped file: Whoosh copies each of them whole into memory whenever it opens an index."""

from __future__ import annotations

import os
from typing import Any

from whoosh.codec import whoosh3
from whoosh.filedb.compound import CompoundStorage
from whoosh.filedb.structfile import BufferFile


class Window:
    """Some bytes of a mapped file, read like a file."""

    def __init__(self, buffer: memoryview) -> None:
        self.buffer, self.at = buffer, 0

    def read(self, size: int = -1) -> bytes:
        end = len(self.buffer) if size < 0 else min(self.at + size, len(self.buffer))
        found = bytes(self.buffer[self.at : end])
        self.at = max(end, self.at)
        return found

    def readline(self) -> bytes:
        rest = bytes(self.buffer[self.at : self.at + 1_000])
        return self.read(rest.find(b"\n") + 1 or len(rest))

    def seek(self, to: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self.at, os.SEEK_END: len(self.buffer)}[whence]
        self.at = base + to
        return self.at

    def tell(self) -> int:
        return self.at

    def close(self) -> None:
        self.buffer.release()


class Mapped(BufferFile):  # type: ignore[misc]
    """One file of a segment."""

    def __init__(self, buffer: memoryview, name: str) -> None:
        self._buf, self._name, self.file = buffer, name, Window(buffer)
        self.onclose, self.is_real, self.is_closed = None, False, False


class MappedStorage(CompoundStorage):  # type: ignore[misc]
    """The files of a segment."""

    def open_file(self, name: str, *args: Any, **kwargs: Any) -> Any:
        if not self._source:
            return super().open_file(name, *args, **kwargs)
        start, length = self.range(name)
        return Mapped(memoryview(self._source)[start : start + length], name)


class Segment(whoosh3.W3Segment):  # type: ignore[misc]
    """Opens its files mapped."""

    def open_compound_file(self, storage: Any) -> MappedStorage:
        return MappedStorage(storage.open_file(self.make_filename(self.COMPOUND_EXT)), use_mmap=True)
