"""nDCG, reciprocal rank and recall of answers whose worth was judged beforehand."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

QUERIES = Path(__file__).parent / "queries.toml"
SHOWN = 10  # answers people look at
LOOKED_THROUGH = 50
WANTED = 2  # a grade from which on an answer counts as found


@dataclass(frozen=True)
class Judged:
    """A query with the answers somebody who asks it wants, by their id in the record."""

    typed: str
    language: str
    why: str
    graded: dict[str, int]


@dataclass(frozen=True)
class Measured:
    """How good the answers to one query are, or to many on average: each between 0 and 1."""

    ndcg: float
    reciprocal_rank: float
    recall: float


def queries() -> list[Judged]:
    with QUERIES.open("rb") as file:
        return [Judged(**query) for query in tomllib.load(file)["query"]]


def measure(judged: Judged, answers: Sequence[str]) -> Measured:
    """How good these answers are, best first."""
    gains = [judged.graded.get(answer, 0) for answer in answers[:SHOWN]]
    ideal = sorted(judged.graded.values(), reverse=True)[:SHOWN]
    wanted = {answer for answer, grade in judged.graded.items() if grade >= WANTED}
    first = next((place for place, answer in enumerate(answers, 1) if answer in wanted), 0)
    found = wanted & set(answers[:LOOKED_THROUGH])
    return Measured(_discounted(gains) / _discounted(ideal), 1 / first if first else 0.0, len(found) / len(wanted))


def _discounted(grades: Iterable[int]) -> float:
    return sum((2**grade - 1) / math.log2(place + 1) for place, grade in enumerate(grades, 1))


def mean(measured: Sequence[Measured]) -> Measured:
    return Measured(
        fmean(one.ndcg for one in measured),
        fmean(one.reciprocal_rank for one in measured),
        fmean(one.recall for one in measured),
    )


def judge(ask: Callable[[Judged], Sequence[str]]) -> list[tuple[Judged, Measured]]:
    """Ask every query.

    Args:
        ask: gives the record's ids of what is found, best first.
    """
    return [(judged, measure(judged, ask(judged))) for judged in queries()]
