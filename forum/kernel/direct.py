"""Statements of the hottest pages, put together once and run on the driver's own cursor.

What SQLAlchemy does around a small statement costs five times what the database needs for it. Such a statement is still
written with our tables and scopes; here it is compiled once for each database and then run as text. It can only read,
takes plain values (int, str), and gives rows of what the driver knows: ask for `column.is_not(None)`, not for an instant.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from sqlalchemy import Engine, SelectBase
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.sql.compiler import SQLCompiler


class Line:
    """A connection of the pool without SQLAlchemy's transaction around it: each statement sees what is committed."""

    def __init__(self, engine: Engine, connection: Any) -> None:
        self.engine, self.connection = engine, connection

    def rows(self, statement: Direct, **values: int | str) -> list[tuple[Any, ...]]:
        """What the statement finds with these values."""
        sql, given = statement.for_(self.engine.dialect, values)
        cursor = self.connection.cursor()
        for notice in self.engine.dispatch.before_cursor_execute:  # type: ignore[attr-defined]
            notice(None, cursor, sql, given, None, False)  # whoever counts statements counts these too
        cursor.execute(sql, given)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        cursor.close()
        return found

    def row(self, statement: Direct, **values: int | str) -> tuple[Any, ...] | None:
        """The first row it finds, if any."""
        found = self.rows(statement, **values)
        return found[0] if found else None


class OutOfReach(Exception):
    """The database does not answer, or a statement could not be run on it as it is now."""


@contextmanager
def line(engine: Engine) -> Iterator[Line]:
    """A connection for a few Direct statements.

    Raises:
        OutOfReach: the driver said so; the connection is then not used again.
    """
    away: type[Exception] = engine.dialect.loaded_dbapi.OperationalError
    try:
        connection = engine.raw_connection()
    except away as error:
        raise OutOfReach from error
    try:
        with _by_themselves(engine, connection.driver_connection):
            yield Line(engine, connection)
    except away as error:
        connection.invalidate(error)
        raise OutOfReach from error
    finally:
        connection.close()


@contextmanager
def _by_themselves(engine: Engine, driver: Any) -> Iterator[None]:
    """Let PostgreSQL take each statement by itself, as SQLite does.

    A transaction would cost two more journeys, and psycopg forgets the statements the server has prepared with a ROLLBACK,
    which is how the pool takes a connection back: each would be planned anew for every request.
    """
    if engine.dialect.name != "postgresql":
        yield
        return
    driver.autocommit = True
    try:
        yield
    finally:
        if not driver.closed:
            driver.autocommit = False


class Direct:
    """A SELECT whose named values (`bindparam`) are given as plain values when it runs."""

    def __init__(self, statement: SelectBase) -> None:
        self.statement = statement
        self._text: dict[str, tuple[str, list[str] | None, dict[str, Any]]] = {}

    def for_(self, dialect: Dialect, values: dict[str, int | str]) -> tuple[str, Any]:
        """The text for this database, and the values as its driver wants them."""
        known = self._text.get(dialect.name)
        if known is None:
            known = self._text[dialect.name] = self._compiled(dialect)
        sql, order, own = known
        given = {**own, **values}
        return sql, given if order is None else [given[name] for name in order]

    def _compiled(self, dialect: Dialect) -> tuple[str, list[str] | None, dict[str, Any]]:
        compiled = self.statement.compile(dialect=dialect)
        assert isinstance(compiled, SQLCompiler)
        later = dict.fromkeys(name for name, bound in compiled.binds.items() if bound.required)
        text = compiled.construct_expanded_state(later)
        own = {name: value for name, value in text.parameters.items() if name not in later}
        for name, process in text.processors.items():
            if name in own and callable(process):
                own[name] = process(own[name])
        return text.statement, list(text.positiontup) if text.positiontup is not None else None, own


@lru_cache(200)
def direct(statement: SelectBase) -> Direct:
    """The same for a statement that is itself built once and kept (see `for_each_office` in `forum.access.scopes`)."""
    return Direct(statement)
