"""Statements of the hottest pages, put together once and run on the driver's own cursor.

What SQLAlchemy does around a small statement costs five times what the database needs for it. Such a statement is still
written with our tables and scopes; here it is compiled once for each database and then run as text. It can only read,
takes plain values (int, str), and gives rows of what the driver knows: ask for `column.is_not(None)`, not for an instant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Engine, SelectBase
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.sql.compiler import SQLCompiler

from forum.kernel import wires


class Line:
    """A way to the database without SQLAlchemy's transaction around it: each statement sees what is committed.

    Args:
        run: takes a statement and its values.
    """

    def __init__(self, engine: Engine, run: Callable[[str, Sequence[Any]], list[tuple[Any, ...]]]) -> None:
        self.engine, self.run = engine, run

    def rows(self, statement: Direct, **values: int | str) -> list[tuple[Any, ...]]:
        """What the statement finds with these values."""
        sql, given = statement.for_(self.engine.dialect, values)
        for notice in self.engine.dispatch.before_cursor_execute:  # type: ignore[attr-defined]
            notice(None, None, sql, given, None, False)  # whoever counts statements counts these too
        return self.run(sql, given)

    def row(self, statement: Direct, **values: int | str) -> tuple[Any, ...] | None:
        """The first row it finds, if any."""
        found = self.rows(statement, **values)
        return found[0] if found else None


class OutOfReach(Exception):
    """The database does not answer, or a statement could not be run on it as it is now."""


@contextmanager
def line(engine: Engine) -> Iterator[Line]:
    """A line for a few Direct statements, on a connection that is kept for such.

    Raises:
        OutOfReach: the driver said so; the connection is then not used again.
    """
    driver: Any = engine.dialect.loaded_dbapi
    away: tuple[type[Exception], ...] = (driver.OperationalError,)
    if engine.dialect.name == "postgresql":  # a table is not any more what it was when the statement was prepared
        away = (*away, driver.errors.FeatureNotSupported)
    with wires.turn(engine):
        try:
            wire = wires.take(engine)
        except away as error:
            raise OutOfReach from error
        try:
            yield Line(engine, wire.rows)
        except BaseException as error:
            wire.close()
            if isinstance(error, away):
                raise OutOfReach from error
            raise
        wires.give_back(engine, wire)


class Direct:
    """A SELECT whose named values (`bindparam`) are given as plain values when it runs."""

    def __init__(self, statement: SelectBase) -> None:
        self.statement = statement
        self._texts: dict[str, _Text] = {}

    def for_(self, dialect: Dialect, values: dict[str, int | str]) -> tuple[str, list[Any]]:
        """The text for this database, and the values in its order."""
        text = self._texts.get(dialect.name)
        if text is None:
            text = self._texts[dialect.name] = self._compiled(dialect)
        given = text.values.copy()
        for place, name in text.given:
            given[place] = _plain(values[name])
        return text.sql, given

    def _compiled(self, dialect: Dialect) -> _Text:
        if dialect.name == "postgresql":  # as the server itself names values
            dialect = type(dialect)(paramstyle="numeric_dollar")  # type: ignore[call-arg]
        compiled = self.statement.compile(dialect=dialect)
        assert isinstance(compiled, SQLCompiler)
        later = dict.fromkeys(name for name, bound in compiled.binds.items() if bound.required)
        text = compiled.construct_expanded_state(later)
        own = {name: value for name, value in text.parameters.items() if name not in later}
        for name, process in text.processors.items():
            if name in own and callable(process):
                own[name] = process(own[name])
        order = list(text.positiontup or ())
        given = [(place, name) for place, name in enumerate(order) if name in later]
        return _Text(text.statement, [_plain(own.get(name)) for name in order], given)


@dataclass(frozen=True)
class _Text:
    """A statement as one database takes it.

    Args:
        values: in its order; where one is given later, nothing.
        given: the place and name of each that is.
    """

    sql: str
    values: list[Any]
    given: list[tuple[int, str]]


def _plain(value: Any) -> Any:
    """A word of an enumeration as the word it is: SQLite's driver asks around how to adapt anything but the plain kind."""
    return str(value) if type(value) is not str and isinstance(value, str) else value


@lru_cache(200)
def direct(statement: SelectBase) -> Direct:
    """The same for a statement that is itself built once and kept (see `for_each_office` in `forum.access.scopes`)."""
    return Direct(statement)
