"""Connections that are kept for the statements of `forum.kernel.direct`, and can only read.

Taking a connection out of SQLAlchemy's pool and putting it back costs as much as a small statement does. What psycopg
does around one costs three times what the call of libpq does; and on connections of their own PostgreSQL's statements
stay prepared: psycopg forgets them with the ROLLBACK by which the pool takes a connection back. The server plans them
once, too, whatever their values, which are much alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from threading import RLock
from typing import TYPE_CHECKING, Any, Protocol
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, event

from forum.kernel.later import Later

if TYPE_CHECKING:
    import psycopg
    from psycopg import adapt, pq
else:
    psycopg, adapt, pq = Later("psycopg"), Later("psycopg.adapt"), Later("psycopg.pq")


class Wire(Protocol):
    """A connection for whoever needs it next."""

    def rows(self, sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        """What a statement finds, run by itself.

        Args:
            values: in the statement's order: words, numbers, whether something is so, or nothing.
        """

    def close(self) -> None:
        """End the connection."""


class ToFile:
    """A connection to SQLite, which keeps what it compiled by itself."""

    def __init__(self, connection: Any) -> None:
        connection.execute("PRAGMA query_only = ON")
        self.connection = connection

    def rows(self, sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        """See `Wire`."""
        return self.connection.execute(sql, values).fetchall()  # type: ignore[no-any-return]

    def close(self) -> None:
        """See `Wire`."""
        self.connection.close()


class ToServer:
    """A connection to PostgreSQL that only runs statements prepared on it."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        connection.autocommit = True
        connection.execute("SET plan_cache_mode = force_generic_plan")
        connection.execute("SET default_transaction_read_only = on")
        self.connection = connection
        self._reading = adapt.Transformer(connection)
        self._prepared: dict[str, bytes] = {}

    def rows(self, sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        """See `Wire`; the values are those of $1, $2, … in it."""
        name = self._prepared.get(sql) or self._prepare(sql)
        given: list[Any] = [None if value is None else str(value).encode() for value in values]
        if any(value and b"\0" in value for value in given):  # libpq would read no further
            raise psycopg.DataError("PostgreSQL takes no NUL in a text")
        result = self.connection.pgconn.exec_prepared(name, given)
        self._must_be(result, pq.ExecStatus.TUPLES_OK)
        self._reading.set_pgresult(result)
        return self._reading.load_rows(0, result.ntuples, tuple)

    def close(self) -> None:
        """See `Wire`."""
        self.connection.close()

    def _prepare(self, sql: str) -> bytes:
        name = f"forum_{len(self._prepared)}".encode()
        self._must_be(self.connection.pgconn.prepare(name, sql.encode()), pq.ExecStatus.COMMAND_OK)
        self._prepared[sql] = name
        return name

    def _must_be(self, result: pq.abc.PGresult, wanted: pq.ExecStatus) -> None:
        if result.status == wanted:
            return
        if self.connection.pgconn.status != pq.ConnStatus.OK:
            raise psycopg.OperationalError(self.connection.pgconn.get_error_message())
        raise psycopg.errors.error_from_result(result)


_idle: WeakKeyDictionary[Engine, list[Wire]] = WeakKeyDictionary()


_turns: WeakKeyDictionary[Engine, AbstractContextManager[Any]] = WeakKeyDictionary()


def turn(engine: Engine) -> AbstractContextManager[Any]:
    """What a thread holds while it has a wire to this engine's database.

    Threads of one process read a file one after the other. Python's lock lets but one of them go on anyway, and is let go with
    each row that SQLite finds: threads that read at once hand it to each other fifty times for a page, and a page takes
    half as long again. While a server works, others may ask it.
    """
    return _turns.get(engine) or _turns.setdefault(
        engine, nullcontext() if engine.dialect.name == "postgresql" else RLock()
    )


def take(engine: Engine) -> Wire:
    """A wire to this engine's database: the one used last, of those that nobody uses now, or a new one."""
    idle = _idle.get(engine)
    if idle is None:
        idle = _idle.setdefault(engine, [])
        event.listen(engine, "engine_disposed", _close_all)
    try:
        return idle.pop()
    except IndexError:
        pooled = engine.raw_connection()
        connection: Any = pooled.driver_connection
        pooled.detach()
        return ToServer(connection) if engine.dialect.name == "postgresql" else ToFile(connection)


def give_back(engine: Engine, wire: Wire) -> None:
    """Keep it for the next who asks."""
    _idle[engine].append(wire)


def _close_all(engine: Engine) -> None:
    idle = _idle[engine]
    while idle:
        idle.pop().close()
