"""Statements of the commonest deeds, put together once and run on the driver's own cursor, inside the unit of work.

As `forum.kernel.direct` for reading: what SQLAlchemy does around a small INSERT costs several times what the database
needs for it. Values are those of Python (an instant, a member of a StrEnum, a dict): they are turned into what the driver
takes as the columns' types say. Whoever watches statements is told of these too, so a change of content is noticed.
Defaults of columns are not filled in: name every column that has one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from sqlalchemy import BindParameter, Connection, Dialect
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
        return self._run([values])

    def run_each(self, rows: list[dict[str, Any]]) -> None:
        """Run it for each of these, which all name the same values."""
        self._run(rows)

    def run_on(self, connection: Connection, **values: Any) -> Any:
        """Run it once where there may be no unit of work; gives what `run` gives."""
        return self._run([values], connection)

    def _run(self, rows: Sequence[Values], connection: Connection | None = None) -> Any:
        connection = connection or _connection()
        text = self._text(connection, rows[0])
        given: Any = text.given(rows)
        many = len(rows) > 1
        if not many:
            given = given[0]
        cursor = connection.connection.cursor()
        try:
            _tell(connection.dispatch.before_cursor_execute, connection, cursor, text, given, many)  # type: ignore[attr-defined]
            (cursor.executemany if many else cursor.execute)(text.sql, given)
            returned = cursor.fetchone() if cursor.description and not many else None
            row = None if returned is None else text.read(returned, cursor, connection.dialect)
            _tell(connection.dispatch.after_cursor_execute, connection, cursor, text, given, many)  # type: ignore[attr-defined]
        except connection.dialect.loaded_dbapi.Error as error:
            failure: Any = DBAPIError.instance(
                text.sql, given, error, connection.dialect.loaded_dbapi.Error, dialect=connection.dialect
            )
            raise failure from error
        finally:
            cursor.close()
        return row

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


def _tell(whom: Any, connection: Connection, cursor: Any, text: _Text, given: Any, many: bool) -> None:
    for notice in whom:
        notice(connection, cursor, text.sql, given, text.about, many)


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
