"""How long something takes, as a ratio to a fixed piece of work done beside it: a second means nothing on a machine nobody knows."""

from __future__ import annotations

import time
from collections.abc import Callable


def paces(do: Callable[[], object]) -> float:
    """How often a fixed piece of work (some ten milliseconds of Python) could be done by the processor this takes.

    Args:
        do: what is measured. Both count time of this process alone, not of what runs beside it.
    """
    before, took = _seconds(_pace), _seconds(do)
    return took / max(before, _seconds(_pace))


def _pace() -> None:
    counts: dict[int, int] = {}
    for number in range(60_000):
        counts[number % 997] = counts.get(number % 997, 0) + number


def _seconds(do: Callable[[], object]) -> float:
    began = time.process_time()
    do()
    return time.process_time() - began
