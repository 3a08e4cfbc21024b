"""What searching costs on each engine, alone: `python -m bench --search whoosh,tantivy --documents 20000`.

Invented documents with words as common as in real texts (Zipf), asked for in the ways people ask. Every question is answered whole,
as a page needs it: total, facets under filters, ten best. What is not measured here is reading rows from the database.
"""

from __future__ import annotations

import argparse
import itertools
import os
import shutil
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from bench import hostile, processes
from bench.invented import EVERYBODY, Invented
from forum.kernel.settings import Settings
from forum.search.analysis import analysed
from forum.search.engine import Engine, Progress
from forum.search.engines import choose
from forum.search.excerpts import excerpt
from forum.search.query import Query

BATCH = 1_000
KINDS = ("one term", "common term", "two terms", "phrase", "prefix", "filtered", "expanded", "with highlights")


class Measured:
    """Fills an engine and asks it."""

    def __init__(self, engine: Engine, invented: Invented, database: str | None) -> None:
        self.engine, self.invented, self.database = engine, invented, database

    def fill(self) -> float:
        """Index everything; returns seconds, the making of invented texts not counted."""
        progress, spent, documents = self.engine.begin(0, afresh=True), 0.0, self.invented.all()
        with self.engine.writing("next"):
            while batch := list(itertools.islice(documents, BATCH)):
                began = time.monotonic()
                self.engine.add(batch, Progress(mark=0, began_at=progress.began_at))
                spent += time.monotonic() - began
                self._tell(f"{batch[-1].key} {spent:.0f} s")
            began = time.monotonic()
        self.engine.settle()
        with self.engine.writing():
            self.engine.swap(0)
        self._tell("")
        return spent + time.monotonic() - began

    def cpu(self) -> float:
        """Seconds of CPU used by us and, where the index is a database, by the processes that serve it."""
        servers = processes.backends(self.database) if self.database else set()
        return time.process_time() + sum(processes.used(servers).values())

    def _tell(self, how_far: str) -> None:
        if sys.stdout.isatty():
            print(f"\r{self.engine.name}: {how_far}".ljust(60), end="", flush=True)

    def adding(self, times: int = 20) -> list[float]:
        """Milliseconds to add a document in a commit of its own."""

        def add(n: int) -> None:
            with self.engine.writing():
                self.engine.put([fresh[n]], watermark=n)

        fresh = [self.invented.document(self.invented.documents + n) for n in range(times)]
        return [_took(lambda n=n: add(n)) for n in range(times)]  # type: ignore[misc]

    def asking(self, kind: str, times: int) -> tuple[list[float], int]:
        """Milliseconds of each question of a kind, and how many were cut short by their time or bounds."""
        texts = ["One word after another, and then one more. " * 20 for _ in range(10)]
        filters = {"kind": ["resource", "thread"], "region": ["region-3"]} if kind == "filtered" else {}
        took, cut = [], 0
        for _ in range(times):
            query = self.invented.question(kind)

            def ask(query: Query = query) -> None:
                nonlocal cut
                found = self.engine.find(query, keys=EVERYBODY, filters=filters)
                cut += found.estimated or not found.complete
                if kind == "with highlights":
                    for one in texts:
                        excerpt(one, query.tokens(), "en")

            took.append(_took(ask))
        return took, cut


def _took(deed: Callable[[], None]) -> float:
    began = time.perf_counter()
    deed()
    return 1e3 * (time.perf_counter() - began)


def quantiles(times: list[float]) -> tuple[float, float, float]:
    cuts = statistics.quantiles(times, n=20)
    return cuts[9], cuts[18], max(times)


def opened(name: str, folder: Path, database: str) -> tuple[Engine, Callable[[], int]]:
    """The engine in a folder (or database) of its own, and how to tell its size in bytes."""
    if name == "postgresql":
        engine = choose(Settings(data_dir=str(folder), search_url=database))
        return engine, lambda: _database_size(database)
    engine = choose(Settings(data_dir=str(folder), search_url=f"{name}:"))
    return engine, lambda: sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())


def _database_size(database: str) -> int:
    server = create_engine(database)
    with server.connect() as connection:
        size = connection.scalar(
            text(
                "SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace "
                "WHERE nspname = 'forum_search' AND relkind = 'r'"
            )
        )
    server.dispose()
    return int(size or 0)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    asked = parser.add_argument_group("the search engines, alone")
    asked.add_argument("--search", default="", help="measure these: whoosh,tantivy,postgresql (then --database too)")
    asked.add_argument("--documents", type=int, default=20_000, help="entries in the index")
    asked.add_argument("--pages", type=int, default=0, help="pages of files in the index, besides")
    asked.add_argument("--times", type=int, default=60, help="how often each kind of question is asked")
    asked.add_argument("--hostile", action="store_true", help="ask the worst that can be asked as well")
    asked.add_argument("--afresh", action="store_true", help="build the index anew, though it is there")


def measure(options: argparse.Namespace) -> None:
    """Measure each engine named in `--search`, and print a table for each."""
    print(f"Analysing a page of 250 words takes {analysis_cost():.1f} ms before any engine sees it.")
    for name in options.search.split(","):
        folder = options.folder / f"search-{name}-{options.documents}-{options.pages}"
        invented = Invented(options.documents, options.pages)
        base = make_url(options.database).database if name == "postgresql" else None
        engine, size = opened(name, folder, options.database)
        measured = Measured(engine, invented, base)
        if not engine.health().ready or options.afresh:
            shutil.rmtree(folder, ignore_errors=True)
            engine, size = opened(name, folder, options.database)
            measured = Measured(engine, invented, base)
            spent = measured.fill()
            print(f"{name}: {engine.count()} documents indexed in {spent:.0f} s, {size() / 1e6:.0f} MB")
        report(measured, options.times)
        if options.hostile:
            hostile.report(engine, invented)
        engine.close()


def report(measured: Measured, times: int) -> None:
    """Ask, and print."""
    measured.asking("one term", 5)  # to warm up
    title = f"{measured.engine.name}, {measured.engine.count()} documents"
    print(f"\n| {title} | CPU ms | p50 ms | p95 ms | longest ms | cut short or estimated |")
    print("|---|--:|--:|--:|--:|--:|")
    for kind in KINDS:
        began = measured.cpu()
        took, cut = measured.asking(kind, times)
        cpu = 1e3 * (measured.cpu() - began) / times
        print("| {} | {:.1f} | {:.1f} | {:.1f} | {:.0f} | {} of {} |".format(kind, cpu, *quantiles(took), cut, times))
    began = measured.cpu()
    took = measured.adding()
    cpu = 1e3 * (measured.cpu() - began) / len(took)
    print("| add one | {:.1f} | {:.1f} | {:.1f} | {:.0f} | |".format(cpu, *quantiles(took)))
    print(
        f"\nMemory of this process: {processes.megabytes({os.getpid()}):.0f} MB (PSS). Load: {os.getloadavg()[0]:.1f}."
    )


def analysis_cost(pages: int = 200) -> float:
    """Milliseconds to analyse a page of 250 words, which comes before any engine."""
    page = " ".join(Invented(1, 0).words[:250])
    began = time.perf_counter()
    for _ in range(pages):
        analysed(page, "en")
    return 1e3 * (time.perf_counter() - began) / pages
