"""One question to PostgreSQL: how many groups match, what they divide into, and the best of them.

Everything is bounded. At most `MATCHED` rows are counted (beyond that the total is "at least"), at most `RANKED` of them
are ranked: those that match in title or name first, then the newest. A deadline is set for each statement.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, text
from sqlalchemy.exc import DBAPIError

from forum.search.engine import FACETS, MOST_PAGES, Found, Hit, Sort
from forum.search.engines.postgres.literals import sayable
from forum.search.engines.postgres.matching import Reading, parts_of, tokens_of
from forum.search.engines.postgres.tables import Generation
from forum.search.engines.postgres.writing import BETWEEN, beginning_with, frequencies
from forum.search.query import MOST_EXPANSIONS, Prefix, Query

PATIENCE = 0.8  # seconds a question may take altogether
MATCHED = 5_000  # rows counted
RANKED = 500  # rows ranked
#: PostgreSQL thinks reading a tsvector costs nothing and would rather read all of them than ask the index.
PLANNED = "SELECT set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true)"
#: Rows are remembered by where they lie, which in one snapshot of the database does not change.
FOUND = "ctid = ANY(CAST(:found AS tid[]))"
CANCELLED = "57014"  # what PostgreSQL calls a statement that took too long


class OutOfTime(Exception):
    """The deadline passed; what was found so far is what can be shown."""


class Asking:
    """A query under filters, for whoever holds the keys, in one read-only transaction."""

    def __init__(
        self,
        connection: Connection,
        at: Generation,
        query: Query,
        keys: frozenset[str],
        filters: Mapping[str, frozenset[str]],
        *,
        any_clause: bool = False,
    ) -> None:
        self.connection, self.at, self.filters = connection, at, filters
        self.deadline = time.monotonic() + PATIENCE
        self.has_pages = bool(at.state.get("pages"))
        connection.execute(text(PLANNED))
        starts = {part.start for part in parts_of(query) if isinstance(part, Prefix)}
        begins = {start: dict(beginning_with(connection, at, start, MOST_EXPANSIONS)) for start in starts}
        known = frequencies(connection, at, tokens_of(query)) if query.clauses else {}
        for counts in begins.values():
            known |= counts
        expansions = {start: list(counts) for start, counts in begins.items()}
        documents = int(at.state.get("documents", 0))
        self.reading = Reading(query, any_clause, expansions, known, documents)
        self.values: dict[str, Any] = {"keys": sorted(keys), "query": self.reading.matching}
        for name, values in filters.items():
            start = f"{name}{BETWEEN}" if name in FACETS else ""
            self.values[f"filter_{name}"] = [start + sayable(value) for value in values]

    # what matches

    def where(self, *more: str, without: str = "") -> str:
        """What is asked, under all filters but one, and more."""
        found = ["audience && CAST(:keys AS text[])"]
        found += ["words @@ CAST(:query AS tsquery)"] if self.values["query"] else []
        columns = {name: "facets" if name in FACETS else "places" for name in self.filters if name != without}
        found += [f"{column} && CAST(:filter_{name} AS text[])" for name, column in columns.items()]
        return " AND ".join([*found, *more])

    def is_anything(self) -> bool:
        return bool(self._rows(f"SELECT 1 FROM {self.at.documents} WHERE {self.where()} LIMIT 1"))

    def found(self, *, sort: Sort, page: int, size: int, first: str) -> Found:
        """One page of what matches; what time was left for."""
        total, complete, facets, hits = 0, True, {name: dict[str, int]() for name in FACETS}, list[Hit]()
        try:
            rows, total = self._counted()
            complete = rows <= MATCHED
            hits = self._hits(sort, page, size, first, rows) if rows else []
            facets |= self._facets(rows)
        except OutOfTime:
            complete = False
        return Found(hits, max(total, len(hits)), facets, complete)

    def _counted(self) -> tuple[int, int]:
        """How many rows and how many groups match, up to the bound; remembers which rows these are."""
        groups = "count(DISTINCT grp)" if self.has_pages else "count(*)"
        row = self._rows(
            f"SELECT count(*) AS rows, {groups} AS groups, CAST(array_agg(row) AS text) AS found FROM "
            f"(SELECT ctid AS row, grp FROM {self.at.documents} WHERE {self.where()} LIMIT {MATCHED + 1}) AS m"
        )[0]
        self.values["found"] = row.found or "{}"
        return row.rows, row.groups

    # the best of it

    def _hits(self, sort: Sort, page: int, size: int, first: str, rows: int) -> list[Hit]:
        wanted = page * size + 1
        groups = self._newest(wanted, rows) if sort is Sort.DATE else self._best(wanted, rows)
        if first and self._rows(
            f"SELECT 1 FROM {self.at.documents} WHERE {self.where('grp = :first')} LIMIT 1", first=first
        ):
            groups = [(first, dict(groups).get(first, 0.0)), *(g for g in groups if g[0] != first)]
        shown = groups[(page - 1) * size : page * size]
        pages = self._pages([group for group, _ in shown]) if self.has_pages else {}
        return [Hit(group, score, pages.get(group, ())) for group, score in shown]

    def _best(self, wanted: int, rows: int) -> list[tuple[str, float]]:
        limit, documents = max(RANKED, 2 * wanted), self.at.documents
        if rows <= limit:
            chosen = "SELECT unnest(CAST(:found AS tid[]))"
        else:
            # the newest of a great many are found by walking the index by date, not by reading them all
            among = self.where() if rows > MATCHED else FOUND
            newest = f"SELECT ctid FROM {documents} WHERE {among} ORDER BY at DESC LIMIT {limit}"
            chosen = f"({self._in_heads(limit)}) UNION ({newest})" if self.values["query"] else newest
        ranked = self._rows(
            f"SELECT grp, max(score) AS score FROM (SELECT grp, at, {self.reading.ranking()} AS score "
            f"FROM {documents} WHERE ctid = ANY(ARRAY({chosen}))) AS r "
            "GROUP BY grp ORDER BY score DESC, max(at) DESC, grp LIMIT :wanted",
            wanted=wanted,
        )
        return [(row.grp, float(row.score)) for row in ranked]

    def _in_heads(self, limit: int) -> str:
        """Those that match in their title or name alone."""
        in_heads = self.where("heads @@ CAST(:query AS tsquery)")
        return f"SELECT ctid FROM {self.at.documents} WHERE {in_heads} LIMIT {limit // 2}"

    def _newest(self, wanted: int, rows: int) -> list[tuple[str, float]]:
        among = FOUND
        if rows > MATCHED:
            among = f"{self.where()} ORDER BY at DESC LIMIT {4 * wanted + RANKED}"
        newest = self._rows(
            f"SELECT grp, max(at) AS at FROM (SELECT grp, at FROM {self.at.documents} WHERE {among}) AS m "
            "GROUP BY grp ORDER BY at DESC, grp LIMIT :wanted",
            wanted=wanted,
        )
        return [(row.grp, 0.0) for row in newest]

    def _pages(self, groups: Sequence[str]) -> dict[str, list[tuple[str, int]]]:
        """The best pages of each of these groups."""
        where = self.where("grp = ANY(:shown)", "number IS NOT NULL")
        rows = self._rows(
            f"SELECT grp, key, number FROM (SELECT grp, key, number, row_number() OVER "
            f"(PARTITION BY grp ORDER BY {self.reading.ranking()} DESC, number) AS place "
            f"FROM {self.at.documents} WHERE {where}) AS p WHERE place <= {MOST_PAGES} ORDER BY grp, place",
            shown=list(groups),
        )
        found: dict[str, list[tuple[str, int]]] = {}
        for row in rows:
            found.setdefault(row.grp, []).append((row.key, row.number))
        return found

    # what it divides into

    def _facets(self, rows: int) -> dict[str, dict[str, int]]:
        """Per facet what would be found if one value alone were chosen in it, the other filters staying."""
        facets = self._divided(FOUND, [name for name in FACETS if name not in self.filters]) if rows else {}
        for name in self.filters:
            if name in FACETS:
                facets |= self._divided(f"{self.where(without=name)} LIMIT {MATCHED}", [name])
        return facets

    def _divided(self, among: str, names: Iterable[str]) -> dict[str, dict[str, int]]:
        matched = f"SELECT grp, facets FROM {self.at.documents} WHERE {among}"
        values = f"SELECT {'DISTINCT grp, ' * self.has_pages}unnest(facets) AS value FROM ({matched}) AS m"
        counts = self._rows(f"SELECT value, count(*) AS groups FROM ({values}) AS v GROUP BY value")
        found: dict[str, dict[str, int]] = {name: {} for name in names}
        for row in counts:
            name, _, value = row.value.partition(BETWEEN)
            if name in found:
                found[name][value] = row.groups
        return found

    def _rows(self, statement: str, **values: Any) -> Sequence[Row[Any]]:
        """Run a statement within what is left of the time.

        Raises:
            OutOfTime: it took too long; later statements of this transaction still run.
        """
        left = int(1000 * (self.deadline - time.monotonic()))
        if left < 1:
            raise OutOfTime
        try:
            with self.connection.begin_nested():
                self.connection.execute(text(f"SET LOCAL statement_timeout = {left}"))
                asked = {**self.values, **self.reading.values, **values}
                used = {name: value for name, value in asked.items() if f":{name}" in statement}
                return self.connection.execute(text(statement), used).all()
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", "") == CANCELLED:
                raise OutOfTime from error
            raise
