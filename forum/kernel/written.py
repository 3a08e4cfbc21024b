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
from types import SimpleNamespace
from typing import Any

from sqlalchemy import BindParameter, Connection, Dialect, Engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import Executable
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import Insert
from sqlalchemy.sql.selectable import ReturnsRows

from forum.kernel.db import db

Values = Mapping[str, Any]
CONNECTION = "forum.connection"


@dataclass(frozen=True)
class _Text:
    """A statement as one kind of database wants it.

    Args:
        order: names of its values, where they go by position.
        own: the values it brings itself.
        types: of the columns it returns.
        readers: what turns their values from the driver's into ours, once a row was returned.
    """

    sql: str
    order: tuple[str, ...] | None
    own: dict[str, Any]
    processors: Mapping[str, Any]
    about: SimpleNamespace
    types: list[Any]
    readers: list[Any] = field(default_factory=list)

    def given(self, rows: Sequence[Values]) -> list[Any]:
        """The rows as the driver takes them. What several have in common is turned into its own but once."""
        turned: dict[tuple[str, int], Any] = {}
        return [self._ready(row, turned) for row in rows]

    def _ready(self, values: Values, turned: dict[tuple[str, int], Any]) -> Any:
        ready = dict(self.own)
        for name, value in values.items():
            process = self.processors.get(name)
            if process is not None:
                key = (name, id(value))
                if key not in turned:
                    turned[key] = process(value)
                value = turned[key]
            ready[name] = value
        return ready if self.order is None else [ready[name] for name in self.order]

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

    def run_on(self, connection: Connection, **values: Any) -> Any:
        """Run it once where there may be no unit of work; gives what `run` gives."""
        return self._run(connection, [values])

    def _run(self, connection: Connection, rows: Sequence[Values]) -> Any:
        text = self._text(connection, rows[0])
        told = _Told(text, text.given(rows))
        if (waiting := _waiting.get()) is not None and waiting.connection is connection:
            if not text.types:
                waiting.told.append(told)
                return None
            waiting.send()
        with _cursor(connection, told) as cursor:
            told.to(cursor, connection)
            returned = cursor.fetchone() if text.types and not told.many else None
            return None if returned is None else text.read(returned, cursor, connection.dialect)

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
    processors = {name: _processor(bound, connection.dialect) for name, bound in compiled.binds.items()}
    own = {name: value for name, value in text.parameters.items() if name not in names}
    own = {name: value if (process := processors.get(name)) is None else process(value) for name, value in own.items()}
    order = tuple(text.positiontup) if text.positiontup is not None else None
    types = [column.type for column in statement.exported_columns] if isinstance(statement, ReturnsRows) else []
    # whoever watches statements is told what SQLAlchemy's own context would tell them
    return _Text(text.statement, order, own, processors, SimpleNamespace(compiled=compiled), types)


def _processor(bound: BindParameter[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    """What turns a value of Python into one of the driver; nothing where they are the same."""
    return bound.type.dialect_impl(dialect).bind_processor(dialect)


@dataclass(frozen=True)
class _Told:
    """A statement and the values it runs with."""

    text: _Text
    rows: list[Any]

    @property
    def many(self) -> bool:
        return len(self.rows) > 1

    @property
    def given(self) -> Any:
        return self.rows if self.many else self.rows[0]

    def to(self, cursor: Any, connection: Connection) -> None:
        """Run it, and tell whoever watches."""
        heard: Any = connection.dispatch  # type: ignore[attr-defined]
        for notice in heard.before_cursor_execute:
            notice(connection, cursor, self.text.sql, self.given, self.text.about, self.many)
        (cursor.executemany if self.many else cursor.execute)(self.text.sql, self.given)
        for notice in heard.after_cursor_execute:
            notice(connection, cursor, self.text.sql, self.given, self.text.about, self.many)


@contextmanager
def _cursor(connection: Connection, told: _Told) -> Iterator[Any]:
    """One of the driver's, whose errors become those everybody knows."""
    kind = connection.dialect.loaded_dbapi.Error
    cursor = connection.connection.cursor()
    try:
        yield cursor
    except kind as error:
        failure: Any = DBAPIError.instance(told.text.sql, told.given, error, kind, dialect=connection.dialect)
        raise failure from error
    finally:
        cursor.close()


@dataclass
class _Waiting:
    """Statements that are held back."""

    connection: Connection
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
    """Let statements that return nothing wait until the end of the block, and go to PostgreSQL in one journey.

    Nobody has to know: before anything else is asked of the database, those that wait are sent (`watch`). SQLite is no
    journey away, so there each runs at once.
    """
    connection = _connection()
    if connection.dialect.name != "postgresql" or _waiting.get() is not None:
        yield
        return
    waiting = _Waiting(connection)
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
        if (waiting := _waiting.get()) is not None and waiting.connection is connection:
            waiting.send()


def _connection() -> Connection:
    """The connection of the unit of work. Its session is asked for it once, and again inside each savepoint."""
    session = db.session()
    transaction = session.get_transaction()
    known: tuple[Any, Connection] | None = session.info.get(CONNECTION)
    if known is not None and known[0] is transaction and not session.in_nested_transaction():
        return known[1]
    connection = session.connection()
    session.info[CONNECTION] = (session.get_transaction(), connection)
    return connection
