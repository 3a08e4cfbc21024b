"""`python -m tests.judged [--each] [--engine whoosh,tantivy,postgresql]`: the measures of each engine side by side.

PostgreSQL is started, or found, as tests do (tests/servers.py); where it is not to be had it is left out.
"""

from __future__ import annotations

import argparse
import tempfile
from contextlib import ExitStack

import pytest

from tests import servers
from tests.judged.asking import asker, site
from tests.judged.measures import Judged, Measured, judge, mean

ENGINES = ("whoosh", "tantivy", "postgresql")
Answers = list[tuple[Judged, Measured]]


def measured(name: str) -> Answers:
    with ExitStack() as stack:
        url = stack.enter_context(servers.postgres_database("judged")) if name == "postgresql" else f"{name}:"
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        return judge(asker(stack.enter_context(site(folder, url))))


def line(title: str, columns: list[list[Measured]]) -> str:
    cells = []
    for column in columns:
        found = mean(column)
        cells.append(f"{found.ndcg:.3f} {found.reciprocal_rank:.3f} {found.recall:.3f}")
    return f"| {title} | {' | '.join(cells)} |"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.judged", description=__doc__)
    parser.add_argument("--engine", default=",".join(ENGINES))
    parser.add_argument("--each", action="store_true", help="print every query")
    options = parser.parse_args()
    found: dict[str, Answers] = {}
    for name in options.engine.split(","):
        try:
            found[name] = measured(name)
        except pytest.skip.Exception as reason:
            print(f"{name} is left out: {reason}")
    columns = list(found.values())
    print("Each cell: nDCG@10, reciprocal rank of the first good answer, recall@50.\n")
    print(f"| queries | {' | '.join(found)} |\n|---|{'---|' * len(found)}")
    if options.each:
        for rows in zip(*columns, strict=True):
            print(line(f"{rows[0][0].typed} ({rows[0][0].language})", [[one] for _, one in rows]))
    for language in dict.fromkeys(judged.language for judged, _ in columns[0]):
        print(line(language, [[one for judged, one in rows if judged.language == language] for rows in columns]))
    print(line(f"all {len(columns[0])}", [[one for _, one in rows] for rows in columns]))


if __name__ == "__main__":
    main()
