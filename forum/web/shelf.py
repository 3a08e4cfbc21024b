"""A shelf in the memory of one process: what was made from one edition of the content, until it is old or in the way."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Generic, Protocol, TypeVar


class Kept(Protocol):
    """What can lie on a shelf."""

    @property
    def edition(self) -> str: ...
    @property
    def until(self) -> float:
        """On the monotonic clock."""

    @property
    def size(self) -> int:
        """Bytes."""


K = TypeVar("K", bound=Hashable)
V = TypeVar("V", bound=Kept)


class Shelf(Generic[K, V]):
    """The least recently asked for go first, when there are too many or they are too large together.

    Args:
        most: how many lie on it.
        bytes_: how large they are together.
    """

    def __init__(self, most: int, bytes_: int) -> None:
        self.most, self.bytes = most, bytes_
        self._kept: OrderedDict[K, V] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: K, edition: str) -> V | None:
        """What lies under this key, if it was made from this edition and not too long ago."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is None or kept.edition != edition or kept.until < time.monotonic():
                return None
            self._kept.move_to_end(key)
            return kept

    def put(self, key: K, kept: V) -> None:
        with self._lock:
            if old := self._kept.pop(key, None):
                self._size -= old.size
            self._kept[key] = kept
            self._size += kept.size
            while self._kept and (len(self._kept) > self.most or self._size > self.bytes):
                self._size -= self._kept.popitem(last=False)[1].size

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()
            self._size = 0
