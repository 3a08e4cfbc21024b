"""How long one search may take, however many questions it asks of an engine.

A search may ask several: for all words, for some of them, without filters, for words spelled nearly so. Each has bounds of its
own; together they have one, so that nobody waits a second.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

SECONDS = 0.8  # what is found then is shown; reading it from the database and showing it takes some time too
_until: ContextVar[float] = ContextVar("until", default=math.inf)


@contextmanager
def patiently(seconds: float | None = None) -> Iterator[None]:
    """Whatever is asked of an engine in here has so long altogether, and no longer than what this is part of.

    Args:
        seconds: `SECONDS`, unless it is said.
    """
    before = _until.set(until(SECONDS if seconds is None else seconds))
    try:
        yield
    finally:
        _until.reset(before)


def until(seconds: float) -> float:
    """The moment (of `time.monotonic()`) by which something is to be done that may take so long by itself."""
    return min(_until.get(), time.monotonic() + seconds)


def is_over() -> bool:
    """Whether the search this is part of should have been answered by now."""
    return time.monotonic() >= _until.get()
