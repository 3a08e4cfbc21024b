"""The engine for several machines: PostgreSQL, the site's own database or another.

It has connections of its own. Like every engine it is fed from the outbox and remembers in its own commit how far it read;
joining the site's transaction would gain nothing then, and a question that is cut off for its time would take the request's
transaction with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict

import structlog
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import OperationalError

from forum.kernel import clock
from forum.search.analysis import EXACT
from forum.search.engine import FILTERS, Document, Found, Health, NotReady, Progress, Sort
from forum.search.engines import spelling
from forum.search.engines.postgres import tables, writing
from forum.search.engines.postgres.asking import SETTINGS, Asking, OutOfTime, Values
from forum.search.engines.postgres.literals import sayable
from forum.search.engines.postgres.tables import Generation
from forum.search.query import Query

log = structlog.get_logger(__name__)
MOST_NEAR = 5_000  # words with the same beginning that are compared with one that was misspelled


class PostgresEngine:
    """See `forum.search.engine.Engine`, whose words these are.

    Args:
        url: SQLAlchemy URL of the database the index lies in.
    """

    name = "postgresql"
    comfortable = 500_000

    def __init__(self, url: str) -> None:
        # nothing is connected before the first question, so that a server may fork after making this
        # what questions say differs too much to be prepared: a plan made for all of them would be a bad one
        unprepared = {"prepare_threshold": None}
        self.database = create_engine(url, pool_size=2, max_overflow=8, pool_pre_ping=True, connect_args=unprepared)
        self._values: dict[int, Values] = {}  # per generation, what letters stand for

    # asking

    def find(
        self,
        query: Query,
        *,
        keys: frozenset[str],
        filters: Mapping[str, Sequence[str]] | None = None,
        sort: Sort = Sort.RELEVANCE,
        page: int = 1,
        size: int = 10,
        any_clause: bool = False,
        first: str = "",
    ) -> Found:
        wanted = {name: frozenset(values) for name, values in (filters or {}).items() if values and name in FILTERS}
        with self._reading() as (connection, at):
            values = self._values.setdefault(at.number, {})
            asking = Asking(connection, at, query, keys, wanted, values, any_clause=any_clause)
            return asking.found(sort=sort, page=page, size=size, first=first)

    def suggest(self, start: str, *, keys: frozenset[str], limit: int = 8) -> list[str]:
        with self._reading() as (connection, at):
            candidates = writing.beginning_with(connection, at, start, 4 * limit)
            shown = self._are_seen(connection, at, [token for token, _ in candidates], keys)
            return [token.removeprefix(EXACT) for token in shown[:limit]]

    def alike(self, word: str, *, keys: frozenset[str]) -> str | None:
        if not spelling.SHORTEST <= len(word) <= spelling.LONGEST:
            return None
        with self._reading() as (connection, at):
            near = writing.frequencies(connection, at, (EXACT + other for other in spelling.one_slip_from(word)))
            if not near and len(word) > 5:
                near = self._near(connection, at, word)
            best = sorted(near, key=lambda token: (-near[token], token))[:5]
            seen = self._are_seen(connection, at, [token for token in best if token != EXACT + word], keys)
            return seen[0].removeprefix(EXACT) if seen else None

    def _near(self, connection: Connection, at: Generation, word: str) -> dict[str, int]:
        """Words two slips away: by their trigrams where PostgreSQL knows these, else by their beginnings."""
        if at.state.get("trigrams"):
            rows = connection.execute(
                text(f"SELECT token, documents FROM {at.words} WHERE token % :word LIMIT {MOST_NEAR}"),
                {"word": EXACT + sayable(word)},
            )
            candidates = [(row.token, row.documents) for row in rows]
        else:
            candidates = writing.beginning_with(connection, at, word[:2], MOST_NEAR)
        exact = {token: count for token, count in candidates if token.startswith(EXACT)}
        return {t: n for t, n in exact.items() if spelling.within_two_slips(word, t.removeprefix(EXACT))}

    def _are_seen(self, connection: Connection, at: Generation, tokens: list[str], keys: frozenset[str]) -> list[str]:
        try:
            return Asking(connection, at, Query(), keys, {}, {}).are_seen(tokens)
        except OutOfTime:
            return []

    def frequencies(self, tokens: Iterable[str]) -> dict[str, int]:
        with self._reading() as (connection, at):
            return writing.frequencies(connection, at, tokens)

    def pages_of(self, parents: Iterable[str]) -> set[str]:
        with self._reading() as (connection, at):
            asked = text(f"SELECT key FROM {at.documents} WHERE parent = ANY(:parents) AND parent <> ''")
            return set(connection.scalars(asked, {"parents": list(parents)}))

    def signatures(self, keys: Iterable[str]) -> dict[str, str]:
        with self._reading() as (connection, at):
            asked = text(f"SELECT key, signature FROM {at.documents} WHERE key = ANY(:keys)")
            return {row.key: row.signature for row in connection.execute(asked, {"keys": list(keys)})}

    def keys_in(self, lot: int, lots: int) -> list[str]:
        with self._reading() as (connection, at):
            total = connection.scalar(text(f"SELECT count(*) FROM {at.documents}")) or 0
            start, end = total * lot // lots, total * (lot + 1) // lots
            asked = text(f"SELECT key FROM {at.documents} ORDER BY key LIMIT :size OFFSET :start")
            return list(connection.scalars(asked, {"size": end - start, "start": start}))

    def languages(self) -> frozenset[str]:
        with self._reading() as (_connection, at):
            return frozenset(at.state.get("languages", ()))

    def count(self) -> int:
        with self._reading() as (_connection, at):
            return int(at.state.get("documents", 0))

    def health(self) -> Health:
        try:
            with self._reading() as (_connection, at):
                state = at.state
                return Health(True, int(state.get("documents", 0)), int(state.get("watermark", 0)), str(at.number))
        except Exception as error:
            return Health(False, trouble=str(error) or repr(error))

    @contextmanager
    def _reading(self) -> Iterator[tuple[Connection, Generation]]:
        """A transaction that only reads, and the generation that answers."""
        try:
            with self.database.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
                yield connection, tables.answering(connection, SETTINGS)
        except OperationalError as error:
            log.error("the search database does not answer", error=str(error.orig))
            raise NotReady("the search database does not answer") from error

    # writing

    def writing(self, what: str = "present") -> AbstractContextManager[None]:
        return tables.pen(self.database, what)

    def put(self, documents: Iterable[Document], remove: Iterable[str] = (), *, watermark: int | None = None) -> None:
        state = {} if watermark is None else {"watermark": watermark}
        with self.database.begin() as connection:
            at = tables.generation(connection, lock=True)
            writing.write(connection, at, documents, remove, state)

    def begin(self, mark: int, *, afresh: bool = False) -> Progress:
        with self.database.begin() as connection:
            tables.prepare(connection)
            if not afresh:
                try:
                    return Progress(**tables.generation(connection, "next").state["progress"])
                except NotReady:
                    log.info("a new generation of the search index is begun")
            progress = Progress(mark=mark, began_at=clock.now().isoformat())
            tables.create(connection, {"progress": asdict(progress)})
        tables.clear_away(self.database)
        return progress

    def add(self, documents: Iterable[Document], progress: Progress, remove: Iterable[str] = ()) -> None:
        with self.database.begin() as connection:
            at = tables.generation(connection, "next", lock=True)
            writing.write(connection, at, documents, remove, {"progress": asdict(progress)})

    def settle(self) -> None:
        with self.database.begin() as connection:
            tables.settle(connection, tables.generation(connection, "next", lock=True))

    def swap(self, watermark: int) -> None:
        with self.database.begin() as connection:
            at = tables.generation(connection, "next", lock=True)
            tables.settle(connection, at)
            tables.keep_state(connection, at, {"watermark": watermark})
            tables.let_the_next_answer(connection)
        tables.clear_away(self.database)

    def close(self) -> None:
        self.database.dispose()
