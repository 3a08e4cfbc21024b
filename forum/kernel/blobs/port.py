"""What a store of blobs must do, whichever it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, Protocol

KEY = re.compile(r"[a-z0-9]+(?:[/._-][a-z0-9]+)*")
CHUNK = 256 * 1024  # bytes


class NoSuchBlob(LookupError):
    """There is nothing under this key."""


class StoreTrouble(Exception):
    """The store cannot be used; the message says why and what would help."""


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

    def health(self) -> str:
        """A few words that say where files lie. Raises: StoreTrouble, when nothing can be read from there."""


def safe(key: str) -> str:
    """The key, if it can be a path and an object name alike.

    Raises:
        ValueError: it cannot.
    """
    if not KEY.fullmatch(key) or len(key) > 200:
        raise ValueError(f"not a key of a blob: {key!r}")
    return key
