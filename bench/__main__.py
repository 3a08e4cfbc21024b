"""`python -m bench`: make the site, serve it beside the bare limits, drive both, print the table."""

from __future__ import annotations

import argparse
import statistics
import time
from dataclasses import fields
from pathlib import Path

from bench import mail, processes, receiving, search, table
from bench.cells import Cell, cells
from bench.driver import Load, Request, drive
from bench.freshness import seconds_until_found
from bench.servers import Server, served
from bench.site import FORUM, Facts, Site, Size
from bench.weights import weigh

HELLO, PAGE = Cell("hello", "bare Flask", Request("/hello")), Cell("20 posts", "bare Flask", Request("/page"))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    for option in fields(Size):
        parser.add_argument(f"--{option.name.replace('_', '-')}", type=int, default=option.default)
    parser.add_argument("--folder", type=Path, default=Path("var/bench"), help="where sites are kept between runs")
    parser.add_argument("--database", default="", help="SQLAlchemy URL of an empty PostgreSQL database")
    parser.add_argument("--seconds", type=int, default=2, help="how long each cell is driven")
    parser.add_argument("--repeats", type=int, default=2, help="how often each cell is driven")
    parser.add_argument("--only", default="", help="measure only pages whose name contains this")
    search.add_arguments(parser)
    receiving.add_arguments(parser)
    mail.add_arguments(parser)
    parser.add_argument("--no-search", action="store_true", help="build no index and leave the search out")
    return parser.parse_args()


class Bench:
    """Drives the forum and "hello" in turn, and keeps what it saw.

    The machine's mood changes by half within a minute, so each cell stands between two of "hello" and is compared with these.
    """

    def __init__(self, forum: Server, bare: Server, site: Site, seconds: int) -> None:
        self.forum, self.bare, self.site, self.seconds = forum, bare, site, seconds
        self.measured: list[table.Measured] = []
        self.sent = 0

    def run(self, what: list[Cell], repeats: int) -> None:
        for round_ in range(1, repeats + 1):
            before = self._hello()
            for n, cell in enumerate((PAGE, *what)):
                said = f"\r{round_}/{repeats} {n}/{len(what)} {cell.page} ({cell.reader})"
                print(said.ljust(70), end="", flush=True)
                server, database = (self.bare, None) if cell is PAGE else (self.forum, self.site.database_name)
                load, cpu = self._measure(cell, server, database)
                after = self._hello()
                self.measured.append(table.Measured(cell.page, cell.reader, load, cpu, (before + after) / 2))
                before = after
        print("\r".ljust(72))

    def _hello(self) -> float:
        load, cpu = self._measure(HELLO, self.bare, None)
        self.measured.append(table.Measured(HELLO.page, HELLO.reader, load, cpu, cpu))
        return cpu

    def _measure(self, cell: Cell, server: Server, database: str | None) -> tuple[Load, float]:
        """What driving it was like, and milliseconds of CPU for each request."""

        def served() -> float:
            return sum(processes.used(processes.tree(server.pid)).values())

        def asked() -> dict[int, float]:
            return processes.used(processes.backends(database)) if database else {}

        if cell is not HELLO:
            self._drive(server, cell, 1)  # to warm up
        before, asked_before = served(), asked()
        load = self._drive(server, cell, 1 if cell is HELLO else self.seconds)
        used = served() - before
        # each by itself: the parent of a backend that ends meanwhile is not one of them, and what it had used is not ours to subtract
        used += sum(now - asked_before.get(pid, 0) for pid, now in asked().items())
        return load, 1e3 * used / max(1, load.requests)

    def _drive(self, server: Server, cell: Cell, seconds: int) -> Load:
        load = drive(server.base, cell.request, seconds, self.sent)
        self.sent += load.requests + 1000
        return load


def main() -> None:
    options = arguments()
    if options.search:
        search.measure(options)
        return
    if options.receiving:
        receiving.measure(options)
        return
    if options.mail:
        mail.measure(options)
        return
    size = Size(**{option.name: getattr(options, option.name) for option in fields(Size)})
    site = Site(options.folder / (size.name + ("-pg" if options.database else "")), options.database)
    site.prepare(size, index=not options.no_search)
    facts = site.facts()
    begun = time.monotonic()
    with (
        served(*FORUM, "web", ready="/healthz", environment=site.environment) as forum,
        served("-m", "bench.bare", str(site.folder / "bare.db"), "{port}", ready="/hello") as bare,
    ):
        report(Bench(forum, bare, site, options.seconds), facts, options)
    if not options.only:
        mail.sending()
    print(f"\nMeasured in {time.monotonic() - begun:.0f} seconds.")


def report(bench: Bench, facts: Facts, options: argparse.Namespace) -> None:
    """Measure and print."""
    what = [c for c in cells(bench.forum.base, facts, search=not options.no_search) if options.only in c.page]
    bench.run(what, options.repeats)
    print(table.table(bench.measured))
    if not options.no_search:
        taken = seconds_until_found(bench.forum.base, bench.site, facts)
        print(
            f"\nA reply is found {statistics.median(taken):.2f} s after it was posted, "
            f"the slowest of {len(taken)} after {max(taken):.2f} s."
        )
    weight = weigh(bench.forum.base, f"/threads/{facts.thread}")
    memory = processes.megabytes(processes.tree(bench.forum.pid))
    print(f"\nMemory of the web server after the load: {memory:.0f} MB (PSS).")
    print(
        f"Thread page, first visit: {weight.first / 1000:.1f} KB in {weight.requests} requests; "
        f"a further page: {weight.further / 1000:.1f} KB (as sent to a browser that takes gzip)."
    )


if __name__ == "__main__":
    main()
