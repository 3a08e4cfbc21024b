"""The engine for several machines: PostgreSQL, the site's own database or another.

It has connections of its own. Like every engine it is fed from the outbox and remembers in its own commit how far it read;
joining the site's transaction would gain nothing then, and a question that is cut off for its time would take the request's
transaction with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict
from functools import partial
from typing import Any, TypeVar

import structlog
from sqlalchemy import create_engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

from forum.kernel import clock
from forum.search.analysis import EXACT
from forum.search.engine import FILTERS, MAKING, Document, Found, Health, NotReady, Progress, Sort, made_by
from forum.search.engines import spelling
from forum.search.engines.postgres import tables, words, writing
from forum.search.engines.postgres.asking import PATIENCE, SETTINGS, Asking, Values
from forum.search.engines.postgres.tables import Generation
from forum.search.engines.postgres.timed import OutOfTime, Timed
from forum.search.patience import until
from forum.search.query import Query

log = structlog.get_logger(__name__)
AT_LEISURE = 30.0  # seconds for what nobody waits for
T = TypeVar("T")


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
        of = {"pool_pre_ping": True, "connect_args": unprepared}
        self.database = create_engine(url, pool_size=1, max_overflow=4, **of)  # written with
        self.questions = create_engine(url, pool_size=2, max_overflow=8, pool_timeout=PATIENCE / 2, **of)
        event.listen(self.questions, "connect", _answer_soon)
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

        def answer(timed: Timed, at: Generation) -> Found:
            values = self._values.setdefault(at.number, {})
            asking = Asking(timed, at, query, keys, wanted, values, any_clause=any_clause)
            return asking.found(sort=sort, page=page, size=size, first=first)

        return self._asked(answer, Found((), 0, complete=False, hurried=True))

    def suggest(self, start: str, *, keys: frozenset[str], limit: int = 8) -> list[str]:
        def answer(timed: Timed, at: Generation) -> list[str]:
            candidates = words.beginning_with(timed, at, start, 4 * limit)
            shown = _seen(timed, at, [token for token, _ in candidates], keys)
            return [token.removeprefix(EXACT) for token in shown[:limit]]

        return self._asked(answer, [])

    def alike(self, word: str, *, keys: frozenset[str]) -> str | None:
        def answer(timed: Timed, at: Generation) -> str | None:
            counted, near = partial(words.frequencies, timed, at), partial(words.near, timed, at)
            seen = _seen(timed, at, spelling.nearest(word, counted, near), keys)
            return seen[0].removeprefix(EXACT) if seen else None

        return self._asked(answer, None)

    def frequencies(self, tokens: Iterable[str]) -> dict[str, int]:
        return self._asked(lambda timed, at: words.frequencies(timed, at, tokens), {})

    def pages_of(self, parents: Iterable[str]) -> set[str]:
        with self._reading(AT_LEISURE) as (timed, at):
            asked = f"SELECT key FROM {at.documents} WHERE parent = ANY(%(parents)s) AND parent <> ''"
            return {row.key for row in timed.rows(asked, parents=list(parents))}

    def signatures(self, keys: Iterable[str]) -> dict[str, str]:
        with self._reading(AT_LEISURE) as (timed, at):
            asked = f"SELECT key, signature FROM {at.documents} WHERE key = ANY(%(keys)s)"
            return {row.key: row.signature for row in timed.rows(asked, keys=list(keys))}

    def keys_in(self, lot: int, lots: int) -> list[str]:
        with self._reading(AT_LEISURE) as (timed, at):
            total = timed.rows(f"SELECT count(*) AS documents FROM {at.documents}")[0].documents
            start, end = total * lot // lots, total * (lot + 1) // lots
            asked = f"SELECT key FROM {at.documents} ORDER BY key LIMIT %(size)s OFFSET %(start)s"
            return [row.key for row in timed.rows(asked, size=end - start, start=start)]

    def languages(self) -> frozenset[str]:
        return self._asked(lambda _timed, at: frozenset(at.state.get("languages", ())), frozenset())

    def count(self) -> int:
        with self._reading(AT_LEISURE) as (_timed, at):
            return int(at.state.get("documents", 0))

    def health(self) -> Health:
        try:
            with self._reading() as (_timed, at):
                state = at.state
                documents, watermark = int(state.get("documents", 0)), int(state.get("watermark", 0))
                return Health(True, documents, watermark, str(at.number), making=made_by(state))
        except Exception as error:
            return Health(False, trouble=str(error) or repr(error))

    def _asked(self, answer: Callable[[Timed, Generation], T], otherwise: T) -> T:
        """What somebody waits for, or something else when it takes too long."""
        try:
            with self._reading() as (timed, at):
                return answer(timed, at)
        except OutOfTime:
            return otherwise

    @contextmanager
    def _reading(self, seconds: float | None = None) -> Iterator[tuple[Timed, Generation]]:
        """A transaction that only reads, with so much time, and the generation that answers.

        Args:
            seconds: `PATIENCE`, unless it is said.

        Raises:
            OutOfTime: before there was one.
        """
        end = until(PATIENCE if seconds is None else seconds)
        try:
            with self.questions.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
                timed = Timed(connection, end, told=int(1000 * PATIENCE))
                yield timed, tables.answering(timed, SETTINGS)
        except NoConnection as error:
            raise OutOfTime("all connections of the search are taken") from error
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
            progress = Progress(mark=mark, began_at=clock.now().isoformat(), making=MAKING)
            tables.create(connection, {"progress": asdict(progress), "dated": True})
        tables.clear_away(self.database)
        return progress

    def add(self, documents: Iterable[Document], progress: Progress, remove: Iterable[str] = ()) -> None:
        with self.database.begin() as connection:
            at = tables.generation(connection, "next", lock=True)
            writing.write(connection, at, documents, remove, {"progress": asdict(progress)})

    def settle(self) -> None:
        with self.database.begin() as connection:
            at = tables.generation(connection, "next", lock=True)
            tables.settle(connection, at)
        tables.tidy(self.database, at)

    def swap(self, watermark: int) -> None:
        with self.database.begin() as connection:
            at = tables.generation(connection, "next", lock=True)
            tables.settle(connection, at)
            tables.keep_state(connection, at, {"watermark": watermark})
            tables.let_the_next_answer(connection)
        tables.clear_away(self.database)

    def close(self) -> None:
        self.database.dispose()
        self.questions.dispose()


def _answer_soon(connection: Any, _record: Any) -> None:
    """A new connection to ask with: no statement takes longer, whatever it is that holds it up."""
    connection.autocommit = True  # for what is to hold beyond a transaction
    connection.execute(f"SET statement_timeout = {int(1000 * PATIENCE)}")
    connection.autocommit = False


def _seen(timed: Timed, at: Generation, tokens: list[str], keys: frozenset[str]) -> list[str]:
    return Asking(timed, at, Query(), keys, {}, {}).are_seen(tokens)
