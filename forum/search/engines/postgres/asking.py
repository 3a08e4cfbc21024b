"""One question to PostgreSQL: how many groups match, what they divide into, and the best of them, in one journey.

Everything is bounded. At most `MATCHED` rows are counted, the newest (beyond that the total is "at least"), at most `RANKED` of
them are ranked: those that match in title or name first, then the newest. All statements share a deadline.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Row

from forum.search.engine import FACETS, MOST_PAGES, Found, Hit, Sort
from forum.search.engines.postgres.literals import (
    FILED,
    IN_HEAD,
    any_of,
    filed_under,
    letter,
    not_before,
    number,
    quoted,
)
from forum.search.engines.postgres.matching import Reading, parts_of, tokens_of
from forum.search.engines.postgres.tables import Generation
from forum.search.engines.postgres.timed import OutOfTime, Timed
from forum.search.engines.postgres.words import beginning_with, frequencies, occurrences
from forum.search.query import Prefix, Query

PATIENCE = 0.8  # seconds a question may take altogether
MATCHED = 5_000  # rows counted
RANKED = 500  # rows ranked
ENOUGH = 1.5  # times as many are looked at as are counted
MOST_BEGINNING = 2_000_000  # entries of lists that the prefixes of a question may read together: a tenth of a second
SPELLED_OUT = 20  # words by which a prefix is asked for instead
PROVEN = 10_000  # rows with all words of a phrase that are read to see whether these stand together
BETWEEN_GROUPS, BETWEEN_PAGES = " ", "|"  # which are no letters of values
#: What a question is asked under. PostgreSQL thinks reading a tsvector costs nothing and would rather read all of them than ask
#: the index; parallel workers and compiled expressions take longer to begin than a question takes.
SETTINGS = {
    "enable_seqscan": "off",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    "work_mem": "32MB",
}
Values = dict[str, tuple[str, str]]  # letters, and the facet and value each stands for


class Asking:
    """A query under filters, for whoever holds the keys, in one read-only transaction that has SETTINGS.

    Args:
        values: what letters are known to stand for in this generation; those that are not are looked up and added.
    Raises:
        OutOfTime: there was no time to ask at all.
    """

    def __init__(
        self,
        timed: Timed,
        at: Generation,
        query: Query,
        keys: frozenset[str],
        filters: Mapping[str, frozenset[str]],
        values: Values,
        *,
        any_clause: bool = False,
    ) -> None:
        self.timed, self.at, self.filters, self.values = timed, at, filters, values
        self.has_pages = bool(at.state.get("pages"))
        self.complete, self.hurried = True, False
        starts = {start for part in parts_of(query) if isinstance(part, Prefix) for start in part.starts}
        beginning = occurrences(timed, at, starts) if starts else {}
        spelled = self._spelled(beginning)
        known = {} if query.is_empty else frequencies(timed, at, tokens_of(query))
        documents = int(at.state.get("documents", 0))
        self.reading = Reading(query, any_clause, beginning, known, documents, at.common, spelled)
        self.ranking = self.reading.ranking()
        self.used: dict[str, Any] = {**self.reading.values, "keys": sorted(keys), "query": self._asked()}
        self.used |= {"heads": self._asked(mark=IN_HEAD), "loosely": self._asked(loosely=True), "recent": ""}

    def _spelled(self, beginning: Mapping[str, int]) -> dict[str, list[str]]:
        """The commonest words of prefixes that begin too many: what begins so is read whole, and not to be interrupted."""
        left, spelled = MOST_BEGINNING, {}
        for start, count in sorted(beginning.items(), key=lambda item: item[1]):
            left -= count
            if left < 0:
                spelled[start] = [token for token, _ in beginning_with(self.timed, self.at, start, SPELLED_OUT)]
                self.complete, self.hurried = False, True
        return spelled

    def _asked(self, *, without: str = "", mark: str = "", loosely: bool = False) -> str:
        """What is asked, under all filters but one, as a tsquery; "" when everything matches."""
        filters = (
            f"({any_of(filed_under(name, value) for value in values)})"
            for name, values in self.filters.items()
            if name != without
        )
        wanted = [f"({asked})"] if (asked := self.reading.matching(mark=mark, loosely=loosely)) else []
        if wanted and not self.reading.query.clauses:
            wanted.append(f"'{FILED}'")  # the index walks what it has rather than all of itself
        return " & ".join((*wanted, *filters))

    # what matches

    def where(self, *more: str, query: str = "query") -> str:
        """The rows that match for whoever asks.

        Args:
            query: which of the queries in `used`.
        """
        words = [f"words @@ CAST(%({query})s AS tsquery)"] if self.used[query] else []
        return " AND ".join((*words, "audience && CAST(%(keys)s AS text[])", *more))

    def _matched(self, most: int, proven: int = PROVEN) -> str:
        """The matching rows as `m`: where they lie and what they divide into, at most so many, the newest where many may match."""
        if not self.used["query"]:
            return f"n AS (SELECT 1 WHERE false), m AS MATERIALIZED ({self._newest_rows('query', most)})"
        if self.reading.has_phrases:
            # rows that have the words must be read to see whether these stand together: the newest first
            together = f"SELECT * FROM n WHERE words @@ CAST(%(query)s AS tsquery) LIMIT {most}"
            return f"n AS MATERIALIZED ({self._newest_rows('loosely', proven)}), m AS MATERIALIZED ({together})"
        rows = f"{self._rows_of('recent' if self.used['recent'] else 'query')} LIMIT {most}"
        if self.begins_with_the_newest:
            rows = self._newest_rows("query", most)
        return f"n AS (SELECT 1 WHERE false), m AS MATERIALIZED ({rows})"

    @property
    def begins_with_the_newest(self) -> bool:
        """Whether so many may match that the newest are asked for."""
        return not self.used["recent"] and (self.reading.has_phrases or self.reading.common > MATCHED // 3)

    def _newest_rows(self, query: str, most: int) -> str:
        if not self.used[query]:
            return f"{self._rows_of(query)} ORDER BY at DESC LIMIT {most}"
        # OFFSET 0: else all rows might be walked by date and looked into, which is thought to cost nothing
        return f"SELECT * FROM ({self._rows_of(query)} OFFSET 0) AS o ORDER BY at DESC LIMIT {most}"

    def _recent(self) -> str:
        """What is asked, of a month and later in which more will match than are counted; "" where fewer match altogether.

        The date is a part of the query, so that the index knows the answer: rows of common words lie on every page of the table.
        """
        share = ENOUGH * MATCHED / max(self.reading.expected, 1.0)
        has_dates = self.at.state.get("dated")
        if share > 0.8 or not has_dates or self.filters or self.reading.has_phrases or not self.reading.query.clauses:
            return ""
        # what the server keeps for its plans, which it does not let grow old
        asked = (
            "SELECT CAST(CAST(histogram_bounds AS text) AS timestamptz[]) AS dates FROM pg_stats "
            "WHERE schemaname || '.' || tablename = %(documents)s AND attname = 'at'"
        )
        dates = [row.dates for row in self._rows(asked, documents=self.at.documents) if row.dates]
        if not dates:
            return ""
        since = dates[0][int((1 - share) * (len(dates[0]) - 1))]
        return f"({self.used['query']}) & ({any_of(not_before(since, dates[0][-1]))})"

    def _rows_of(self, query: str) -> str:
        # a vector is only named here, not read
        return f"SELECT ctid AS place, grp, at, letters, words FROM {self.at.documents} WHERE {self.where(query=query)}"

    def found(self, *, sort: Sort, page: int, size: int, first: str) -> Found:
        """One page of what matches; what time was left for."""
        total, facets, hits = 0, {name: dict[str, int]() for name in FACETS}, list[Hit]()
        wanted = page * size
        try:
            self.used["recent"] = self._recent() if sort is Sort.RELEVANCE else ""
            rows, total, letters, groups = self._answered(wanted + 1, sort)
            if self.used["recent"] and rows <= MATCHED:  # there were fewer than was thought
                self.used["recent"] = ""
                rows, total, letters, groups = self._answered(wanted + 1, sort)
            if not self.complete and len(groups) <= wanted and self.reading.has_phrases:
                rows, total, letters, groups = self._all_proven(wanted + 1, sort) or (rows, total, letters, groups)
            facets |= self._named(letters, [name for name in FACETS if name not in self.filters])
            if first and rows:
                groups = self._beginning_with(first, groups)
            hits = groups[wanted - size : wanted]
            if self.has_pages and (rows > RANKED or sort is Sort.DATE):
                hits = self._with_pages(hits)
            for name in self.filters:
                if name in FACETS:
                    facets |= self._without(name)
        except OutOfTime:
            self.complete, self.hurried = False, True
        return Found(hits, max(total, len(hits)), facets, self.complete, hurried=self.hurried)

    def _answered(self, wanted: int, sort: Sort, proven: int = PROVEN) -> tuple[int, int, str, list[Hit]]:
        """How many rows and groups match, the letters of what they divide into, and the best groups, best first."""
        most = max(MATCHED + 1, 2 * wanted)
        best = self._best_by_date(wanted) if sort is Sort.DATE else self._best(wanted)
        counted, *groups = self._rows(
            f"WITH {self._matched(most, proven)}, {best} "
            f"SELECT grp, score, at, keys, numbers, 0 AS rows, 0 AS groups, '' AS letters, 0 AS proven FROM best "
            f"UNION ALL {self._counts()} ORDER BY rows DESC, score DESC, at DESC, grp"
        )
        self.complete = counted.rows <= MATCHED and counted.proven < proven and not self.hurried
        hits = [Hit(row.grp, float(row.score), list(zip(row.keys, row.numbers, strict=True))) for row in groups]
        return counted.rows, counted.groups, counted.letters, hits

    def _all_proven(self, wanted: int, sort: Sort) -> tuple[int, int, str, list[Hit]] | None:
        """The same with every row read that has the words of a phrase, if there is time for it."""
        try:
            return self._answered(wanted, sort, proven=1_000_000)
        except OutOfTime:
            return None

    def _counts(self) -> str:
        """One row that counts: of each group the letters of its rows, since pages may differ in their language."""
        per_group = (
            f"(SELECT grp, string_agg(letters, '{BETWEEN_PAGES}') AS letters FROM "
            "(SELECT DISTINCT grp, letters FROM m) AS d GROUP BY grp) AS g"
        )
        counted = f"{per_group if self.has_pages else 'm'}"
        between = BETWEEN_GROUPS if self.has_pages else ""
        return (
            "SELECT '', 0, NULL, '{}', '{}', (SELECT count(*) FROM m), count(*), "
            f"coalesce(string_agg(letters, '{between}'), '') AS letters, (SELECT count(*) FROM n) FROM {counted}"
        )

    # the best of it

    def _best(self, wanted: int) -> str:
        limit = max(RANKED, 2 * wanted)
        newest = "" if self.begins_with_the_newest else "ORDER BY at DESC "
        chosen = f"SELECT place FROM (SELECT place, at FROM m {newest}LIMIT {limit}) AS c"
        if self.reading.query.clauses and self.reading.common > limit // 3:
            in_heads = f"SELECT ctid FROM {self.at.documents} WHERE {self.where(query='heads')} LIMIT {limit // 2}"
            chosen = f"({in_heads}) UNION ({chosen})"
        # a vector is fetched once and kept in an array: each call of ts_rank would fetch it anew
        fetched = (
            "SELECT grp, at, key, number, length, (ARRAY[words])[1] AS words "
            f"FROM {self.at.documents} WHERE ctid = ANY(ARRAY({chosen})) OFFSET 0"
        )
        pages = "CAST('{}' AS text[]) AS keys, CAST('{}' AS integer[]) AS numbers"
        by_pages = ""
        if self.has_pages:
            pages = "p.keys, p.numbers"
            by_pages = (
                ", LATERAL (SELECT coalesce(array_agg(key), '{}') AS keys, coalesce(array_agg(number), '{}') AS numbers FROM "
                "(SELECT key, number FROM ranked AS r WHERE r.grp = b.grp AND number IS NOT NULL "
                f"ORDER BY score DESC, number LIMIT {MOST_PAGES}) AS t) AS p"
            )
        return (
            f"ranked AS MATERIALIZED (SELECT grp, at, key, number, {self.ranking} AS score FROM ({fetched}) AS f), "
            f"best AS (SELECT b.grp, b.score, b.at, {pages} FROM (SELECT grp, max(score) AS score, max(at) AS at "
            f"FROM ranked GROUP BY grp ORDER BY 2 DESC, 3 DESC, grp LIMIT {wanted}) AS b{by_pages})"
        )

    def _best_by_date(self, wanted: int) -> str:
        return (
            "best AS (SELECT grp, 0.0 AS score, max(at) AS at, CAST('{}' AS text[]) AS keys, CAST('{}' AS integer[]) "
            f"AS numbers FROM m GROUP BY grp ORDER BY 3 DESC, grp LIMIT {wanted})"
        )

    def _beginning_with(self, first: str, groups: list[Hit]) -> list[Hit]:
        """These groups after that one, if it is among the found."""
        found = f"SELECT 1 FROM {self.at.documents} WHERE {self.where('grp = %(first)s')} LIMIT 1"
        if not self._rows(found, first=first):
            return groups
        own = [hit for hit in groups if hit.key == first] or [Hit(first, 0.0, self._pages([first]).get(first, ()))]
        return [*own, *(hit for hit in groups if hit.key != first)]

    def _with_pages(self, hits: list[Hit]) -> list[Hit]:
        """These hits with their best pages, where not all that match were ranked."""
        wanting = [hit.key for hit in hits if len(hit.pages) < MOST_PAGES]
        pages = self._pages(wanting) if wanting else {}
        return [replace(hit, pages=pages.get(hit.key, hit.pages)) for hit in hits]

    def _pages(self, groups: Sequence[str]) -> dict[str, list[tuple[str, int]]]:
        """The best pages of each of these groups."""
        where = self.where("grp = ANY(%(shown)s)", "number IS NOT NULL")
        rows = self._rows(
            "SELECT grp, key, number FROM (SELECT grp, key, number, row_number() OVER "
            f"(PARTITION BY grp ORDER BY {self.ranking} DESC, number) AS place FROM "
            f"(SELECT grp, key, number, length, (ARRAY[words])[1] AS words FROM {self.at.documents} WHERE {where} OFFSET 0) AS f"
            f") AS p WHERE place <= {MOST_PAGES} ORDER BY grp, place",
            shown=list(groups),
        )
        found: dict[str, list[tuple[str, int]]] = {}
        for row in rows:
            found.setdefault(row.grp, []).append((row.key, row.number))
        return found

    # what it divides into

    def _without(self, name: str) -> dict[str, dict[str, int]]:
        """What would be found if one value alone were chosen in this facet, the other filters staying."""
        others = {**self.used, "query": self._asked(without=name), "loosely": self._asked(without=name, loosely=True)}
        here, self.used = self.used, others
        try:
            asked = f"WITH {self._matched(MATCHED)} {self._counts()}"
        finally:
            self.used = here
        (counted,) = self._rows(asked, **{name: others[name] for name in ("query", "loosely")})
        return self._named(counted.letters, [name])

    def _named(self, letters: str, names: Sequence[str]) -> dict[str, dict[str, int]]:
        """How many groups have each value of these facets."""
        if BETWEEN_PAGES in letters:
            each = letters.split(BETWEEN_GROUPS)
            letters = "".join("".join(set(one) - {BETWEEN_PAGES}) if BETWEEN_PAGES in one else one for one in each)
        counts = Counter(letters)
        del counts[BETWEEN_GROUPS]
        if unknown := [number(one) for one in counts if one not in self.values]:
            asked = f"SELECT number, name, value FROM {self.at.values} WHERE number = ANY(%(unknown)s)"
            self.values |= {letter(r.number): (r.name, r.value) for r in self._rows(asked, unknown=unknown)}
        found: dict[str, dict[str, int]] = {name: {} for name in names}
        for one, groups in counts.items():
            name, value = self.values[one]
            if name in found:
                found[name][value] = groups
        return found

    # asking

    def are_seen(self, tokens: Sequence[str]) -> list[str]:
        """Those of these words that occur in something whoever asks may see: else even naming one would tell."""
        seen = (
            f"SELECT 1 FROM {self.at.documents} WHERE words @@ CAST(quoted AS tsquery) "
            "AND audience && CAST(%(keys)s AS text[])"
        )
        asked = (
            "SELECT place FROM unnest(CAST(%(quoted)s AS text[])) WITH ORDINALITY AS w(quoted, place) "
            f"WHERE EXISTS ({seen}) ORDER BY place"
        )
        return [tokens[row.place - 1] for row in self._rows(asked, quoted=[quoted(token) for token in tokens])]

    def _rows(self, statement: str, **values: Any) -> Sequence[Row[Any]]:
        """Run a statement within what is left of the time.

        Raises:
            OutOfTime: it took too long; no later statement of this transaction runs.
        """
        asked = {**self.used, **values}
        return self.timed.rows(statement, **{name: asked[name] for name in asked if f"%({name})s" in statement})
