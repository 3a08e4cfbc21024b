"""What was measured, as a Markdown table."""

from __future__ import annotations

import statistics
from dataclasses import dataclass

from bench.driver import Load

#: Times the CPU of "hello" (see docs/performance.md).
BUDGETS = {
    ("thread", "visitor"): 3.0,
    ("thread", "member"): 4.0,
    ("thread, not changed", "visitor"): 1.2,
    ("home", "visitor"): 3.0,
    ("group", "visitor"): 3.0,
    ("threads", "visitor"): 3.0,
    ("recommendations", "visitor"): 3.0,
    ("reply", "member"): 8.0,
}


@dataclass(frozen=True)
class Measured:
    page: str
    reader: str
    load: Load
    cpu: float  # milliseconds per request, database included
    hello: float  # the same of "hello" in the seconds before and after


def medians(measured: list[Measured]) -> dict[tuple[str, str], dict[str, float]]:
    """For each page and reader the middle of each figure over the repeats, and the sum of the failures."""
    grouped: dict[tuple[str, str], list[Measured]] = {}
    for one in measured:
        grouped.setdefault((one.page, one.reader), []).append(one)
    middle = statistics.median
    return {
        key: {
            "cpu": middle(m.cpu for m in many),
            "times": middle(m.cpu / m.hello for m in many),
            "rate": middle(m.load.requests / m.load.seconds for m in many),
            "p50": middle(m.load.p50 for m in many),
            "p95": middle(m.load.p95 for m in many),
            "failures": sum(m.load.failures for m in many),
        }
        for key, many in grouped.items()
    }


def table(measured: list[Measured]) -> str:
    """All cells, each with its multiple of "hello" and, by way of that, of the bare page."""
    rows = medians(measured)
    bare = rows["20 posts", "bare Flask"]["times"]
    lines = [
        "| page | reader | CPU ms | × hello | × bare page | budget | requests/s | p50 ms | p95 ms | failed |",
        "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for (page, reader), row in rows.items():
        times, budget = row["times"], BUDGETS.get((page, reader))
        verdict = f"{budget:g}{'' if times <= budget else ' ✗'}" if budget else ""
        lines.append(
            f"| {page} | {reader} | {row['cpu']:.2f} | {times:.1f} | {times / bare:.1f} | {verdict} "
            f"| {row['rate']:.0f} | {row['p50']:.1f} | {row['p95']:.1f} | {row['failures']:.0f} |"
        )
    return "\n".join(lines)
