"""Statements of the commonest deeds, put together once and run on the driver's own cursor, inside the unit of work.

As `forum.kernel.direct` for reading: what SQLAlchemy does around a small INSERT costs several times what the database
needs for it. Values are those of Python (an instant, a member of a StrEnum, a dict): they are turned into what the driver
takes as the columns' types say. Whoever watches statements is told of these too, so a change of content is noticed.
Defaults of columns are not filled in: name every column that has one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy import BindParameter, Connection, Dialect, Engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.sql import Executable
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import Insert
from sqlalchemy.sql.selectable import ReturnsRows

from forum.kernel.db import UTCDateTime, db

Values = Mapping[str, Any]
CONNECTION = "forum.connection"


@dataclass(frozen=True)
class _Text:
    """A statement as one kind of database wants it.

    Args:
        order: for values that go by position: the name of each, or none and the value the statement brings itself.
        own: for values that go by name: those it brings itself.
        processors: what turns values of Python into the driver's, where they are not the same.
        types: of the columns it returns.
        readers: what turns their values from the driver's into ours, once a row was returned.
    """

    sql: str
    order: tuple[tuple[str | None, Any], ...] | None
    own: dict[str, Any]
    processors: Mapping[str, Callable[[Any], Any]]
    about: SimpleNamespace
    types: list[Any]
    readers: list[Any] = field(default_factory=list)

    def given(self, values: Values) -> Any:
        """A row as the driver takes it."""
        ready = dict(values)
        for name, process in self.processors.items():
            ready[name] = process(ready[name])
        if self.order is None:
            return {**self.own, **ready}
        return [own if name is None else ready[name] for name, own in self.order]

    def read(self, row: Sequence[Any], cursor: Any, dialect: Dialect) -> tuple[Any, ...]:
        """A row of the driver with our values in it."""
        if not self.readers:
            described = zip(self.types, cursor.description, strict=True)
            self.readers.extend(one.dialect_impl(dialect).result_processor(dialect, told[1]) for one, told in described)
        return tuple([value if read is None else read(value) for read, value in zip(self.readers, row, strict=True)])


class Written:
    """A statement that is built once for each kind of database.

    Args:
        build: puts it together; values are given by name when it runs.
    """

    def __init__(self, build: Callable[[], Executable]) -> None:
        self._build = build
        self._texts: dict[tuple[str, tuple[str, ...]], _Text] = {}

    def run(self, **values: Any) -> Any:
        """Run it once; gives the first row it returns, if it returns any, with values as its columns' types say."""
        return self._run(_connection(), [values])

    def run_each(self, rows: list[dict[str, Any]]) -> None:
        """Run it for each of these, which all name the same values."""
        self._run(_connection(), rows)

    def run_last(self, connection: Connection, **values: Any) -> None:
        """Run it as the last of a transaction that is about to be committed; PostgreSQL is told of both in one journey, and
        what others wait for is locked no longer than that."""
        if connection.dialect.name != "postgresql":
            self._run(connection, [values])
            return
        text = self._text(connection, values)
        told = _Told(text, [text.given(values)])
        driver: Any = connection.connection.driver_connection
        with _cursor(connection, told) as cursor, driver.pipeline():
            told.to(cursor, connection)
            driver.commit()  # SQLAlchemy's own, which follows, finds nothing left to commit

    def _run(self, connection: Connection, rows: Sequence[Values]) -> Any:
        text = self._text(connection, rows[0])
        told = _Told(text, [text.given(row) for row in rows])
        waiting = _waiting.get()
        if waiting is not None and waiting.holds_back and waiting.connection is connection:
            if not text.types:
                waiting.told.append(told)
                return None
            waiting.send()
        cursor = connection.connection.cursor()
        try:
            told.to(cursor, connection)
            returned = cursor.fetchone() if text.types and not told.many else None
            return None if returned is None else text.read(returned, cursor, connection.dialect)
        except connection.dialect.loaded_dbapi.Error as error:
            raise told.failed(error, connection) from error
        finally:
            cursor.close()

    def _text(self, connection: Connection, values: Values) -> _Text:
        key = (connection.dialect.name, tuple(values))
        found = self._texts.get(key)
        if found is None:
            found = self._texts[key] = _compiled(self._build(), connection, list(values))
        return found


def _compiled(statement: Executable, connection: Connection, names: list[str]) -> _Text:
    columns = names if isinstance(statement, Insert) else None
    compiled = statement.compile(dialect=connection.dialect, column_keys=columns)  # type: ignore[attr-defined]
    assert isinstance(compiled, SQLCompiler)
    text = compiled.construct_expanded_state(dict.fromkeys(names))
    found = {name: _processor(bound, connection.dialect) for name, bound in compiled.binds.items()}
    processors = {name: process for name, process in found.items() if process is not None}
    own = {name: value for name, value in text.parameters.items() if name not in names}
    own = {name: processors[name](value) if name in processors else value for name, value in own.items()}
    order = None
    if text.positiontup is not None:
        order = tuple((None, own[name]) if name in own else (name, None) for name in text.positiontup)
    processors = {name: process for name, process in processors.items() if name in names}
    types = [column.type for column in statement.exported_columns] if isinstance(statement, ReturnsRows) else []
    # whoever watches statements is told what SQLAlchemy's own context would tell them
    return _Text(text.statement, order, own, processors, SimpleNamespace(compiled=compiled), types)


def _processor(bound: BindParameter[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    """What turns a value of Python into one of the driver; nothing where they are the same."""
    if isinstance(bound.type, UTCDateTime) and dialect.name == "sqlite":
        return _instant_in_words
    return bound.type.dialect_impl(dialect).bind_processor(dialect)


def _instant_in_words(moment: datetime | None) -> str | None:
    """An instant as SQLAlchemy writes it for SQLite, in a third of the time."""
    if moment is None:
        return None
    if moment.tzinfo is None:
        raise TypeError("a datetime without a time zone is not an instant")
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


class _Told:
    """A statement and the values it runs with."""

    def __init__(self, text: _Text, rows: list[Any]) -> None:
        self.text, self.many = text, len(rows) > 1
        self.given = rows if self.many else rows[0]

    def to(self, cursor: Any, connection: Connection) -> None:
        """Run it, and tell whoever watches the engine."""
        heard: Any = connection.engine.dispatch  # type: ignore[attr-defined]
        for notice in heard.before_cursor_execute:
            notice(connection, cursor, self.text.sql, self.given, self.text.about, self.many)
        (cursor.executemany if self.many else cursor.execute)(self.text.sql, self.given)
        for notice in heard.after_cursor_execute:
            notice(connection, cursor, self.text.sql, self.given, self.text.about, self.many)

    def failed(self, error: Exception, connection: Connection) -> Exception:
        """An error of the driver as one that everybody knows."""
        kind, dialect = connection.dialect.loaded_dbapi.Error, connection.dialect
        failure: Any = DBAPIError.instance(self.text.sql, self.given, error, kind, dialect=dialect)
        return failure  # type: ignore[no-any-return]


@contextmanager
def _cursor(connection: Connection, told: _Told) -> Iterator[Any]:
    """One of the driver's, whose errors become those everybody knows."""
    cursor = connection.connection.cursor()
    try:
        yield cursor
    except connection.dialect.loaded_dbapi.Error as error:
        raise told.failed(error, connection) from error
    finally:
        cursor.close()


@dataclass
class _Waiting:
    """Statements that are held back.

    Args:
        session: of the unit of work they belong to.
        connection: its own, which they are for.
        holds_back: whether they wait at all.
    """

    session: Session
    connection: Connection
    holds_back: bool
    told: list[_Told] = field(default_factory=list)

    def send(self) -> None:
        told, self.told = self.told, []
        if told:
            driver: Any = self.connection.connection.driver_connection
            with _cursor(self.connection, told[0]) as cursor, driver.pipeline():
                for one in told:
                    one.to(cursor, self.connection)


_waiting: ContextVar[_Waiting | None] = ContextVar("waiting", default=None)


@contextmanager
def together() -> Iterator[None]:
    """Let statements that return nothing wait until the end of the block, and go to PostgreSQL in one journey. The block
    neither commits nor rolls back: what is written in it goes over the connection with which it began.

    Nobody has to know: before anything else is asked of the database, those that wait are sent (`watch`). SQLite is no
    journey away, so there each runs at once.
    """
    if _waiting.get() is not None:
        yield
        return
    connection = _connection()
    waiting = _Waiting(db.session(), connection, holds_back=connection.dialect.name == "postgresql")
    before = _waiting.set(waiting)
    try:
        yield
        waiting.send()
    finally:
        _waiting.reset(before)


def watch(engine: Engine) -> None:
    """Keep the order of statements on this engine: first those that wait."""

    @event.listens_for(engine, "before_cursor_execute")
    def _first_things_first(connection: Connection | None, *_statement: Any) -> None:
        if (waiting := _waiting.get()) is not None and waiting.told and waiting.connection is connection:
            waiting.send()


def _connection() -> Connection:
    """The connection of the unit of work. Its session is asked for it once, and again inside each savepoint."""
    waiting = _waiting.get()
    if waiting is not None and not waiting.session.in_nested_transaction():
        return waiting.connection
    session = db.session()
    transaction = session.get_transaction()
    known: tuple[Any, Connection] | None = session.info.get(CONNECTION)
    if known is not None and known[0] is transaction and not session.in_nested_transaction():
        return known[1]
    connection = session.connection()
    session.info[CONNECTION] = (session.get_transaction(), connection)
    return connection
