"""One page of a longer list, as every list in the forum is read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

#: How many rows a list shows at once.
ROWS_ON_A_PAGE = 20


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some of the rows of a list, and whether there are more.

    Args:
        items: the rows of this page.
        number: which page it is, from 1.
        has_next: whether another page follows.
        total: how many rows there are in all, where counting them is cheap; else None.
        size: how many rows a full page has.
    """

    items: Sequence[T]
    number: int = 1
    has_next: bool = False
    total: int | None = None
    size: int = ROWS_ON_A_PAGE

    @classmethod
    def of(cls, rows: Sequence[T], number: int, *, size: int = ROWS_ON_A_PAGE, total: int | None = None) -> Page[T]:
        """The page made of `size + 1` fetched rows: the one too many only says that there are more."""
        return cls(rows[:size], number, len(rows) > size, total, size)

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    @property
    def last(self) -> int | None:
        """The number of the last page, if the total is known."""
        return None if self.total is None else max(1, -(-self.total // self.size))

    @property
    def is_beyond_the_end(self) -> bool:
        """A page past the last one: an address somebody made up."""
        return self.number > 1 and not self.items

    def __iter__(self) -> Iterator[T]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __bool__(self) -> bool:
        return bool(self.items)
