"""Where files lie: one port, and the adapter that the setting BLOB_URL chooses.

A blob is bytes under a key; it is written once and never changed. Who may have it is not known here: ask for a
blob only after asking whether its reader may (see `forum.library.views`).
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

from flask import current_app

from forum.kernel.settings import Settings

KEY = re.compile(r"[a-z0-9]+(?:[/._-][a-z0-9]+)*")
CHUNK = 256 * 1024  # bytes


class NoSuchBlob(LookupError):
    """There is nothing under this key."""


class Blobs(Protocol):
    """Implemented by each adapter and held to one contract by tests/contract/test_blobs.py."""

    def put(self, key: str, source: BinaryIO, *, media_type: str = "application/octet-stream") -> None:
        """Store everything `source` still holds under this key, whole or not at all. The same key again is the same bytes."""

    def read(self, key: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The bytes from `start` up to and without `end`, in pieces of at most CHUNK bytes. Raises: NoSuchBlob."""

    def size(self, key: str) -> int:
        """How many bytes. Raises: NoSuchBlob."""

    def delete(self, key: str) -> None:
        """Forget a blob. One that is not there is fine too."""

    def keys(self, prefix: str = "") -> Iterator[str]:
        """All keys that begin so, in no particular order: for finding what nobody refers to any more."""


def safe(key: str) -> str:
    """The key, if it can be a path and an object name alike.

    Raises:
        ValueError: it cannot.
    """
    if not KEY.fullmatch(key) or len(key) > 200:
        raise ValueError(f"not a key of a blob: {key!r}")
    return key


class FileBlobs:
    """Blobs as files below a folder; written beside their place, made durable, then moved there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _path(self, key: str) -> Path:
        return self.folder / safe(key)

    def put(self, key: str, source: BinaryIO, *, media_type: str = "application/octet-stream") -> None:
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".part-", delete=False) as part:
            try:
                while piece := source.read(CHUNK):
                    part.write(piece)
                part.flush()
                os.fsync(part.fileno())
                os.replace(part.name, path)
            except BaseException:
                os.unlink(part.name)
                raise

    def read(self, key: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        try:
            file = self._path(key).open("rb")
        except FileNotFoundError as absent:
            raise NoSuchBlob(key) from absent
        return self._pieces(file, start, end)

    def _pieces(self, file: BinaryIO, start: int, end: int | None) -> Iterator[bytes]:
        with file:
            file.seek(start)
            left = None if end is None else end - start
            while left is None or left > 0:
                piece = file.read(CHUNK if left is None else min(CHUNK, left))
                if not piece:
                    return
                left = None if left is None else left - len(piece)
                yield piece

    def size(self, key: str) -> int:
        try:
            return self._path(key).stat().st_size
        except FileNotFoundError as absent:
            raise NoSuchBlob(key) from absent

    def delete(self, key: str) -> None:
        self._path(key).unlink(missing_ok=True)

    def keys(self, prefix: str = "") -> Iterator[str]:
        for path in self.folder.rglob("*"):
            key = path.relative_to(self.folder).as_posix()
            if path.is_file() and not path.name.startswith(".part-") and key.startswith(prefix):
                yield key


def choose(settings: Settings) -> Blobs:
    """The store that BLOB_URL names."""
    return FileBlobs(settings.data_path / "blobs")


def current() -> Blobs:
    """The store of the running site."""
    blobs: Blobs = current_app.extensions["forum.blobs"]
    return blobs
