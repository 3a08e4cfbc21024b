"""Rows by the thousand: COPY on PostgreSQL, one prepared statement on SQLite."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Column, Connection, Table, func, select, text
from sqlalchemy.sql.schema import ColumnDefault

Row = Sequence[Any]


class Bulk:
    """Puts rows into tables over one connection; the caller's transaction decides whether they stay."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def next_id(self, table: Table) -> int:
        """The first id not yet taken."""
        return int(self.connection.scalar(select(func.coalesce(func.max(table.c.id), 0)))) + 1  # type: ignore[arg-type]

    def add(self, table: Table, names: str, rows: Iterable[Row]) -> int:
        """Insert rows and return how many there were.

        Args:
            table: where to.
            names: the columns the rows give, parted by blanks; others get the default their model says.
            rows: tuples in that order.
        """
        given = [table.c[name] for name in names.split()]
        others = [c for c in table.columns if c not in given and isinstance(c.default, ColumnDefault)]
        columns, tail = [*given, *others], [_default(column) for column in others]
        dialect = self.connection.dialect
        processors = [column.type.dialect_impl(dialect).bind_processor(dialect) for column in columns]
        ready = (
            tuple(p(value) if p else value for p, value in zip(processors, (*row, *tail), strict=True)) for row in rows
        )
        into = f'"{table.name}" ({", ".join(column.name for column in columns)})'
        if dialect.name == "postgresql":
            return self._copy(f"COPY {into} FROM STDIN", ready)
        return self._insert(f"INSERT INTO {into} VALUES ({', '.join('?' * len(columns))})", ready)  # noqa: S608 (names of our own)

    def set_sequences(self, *tables: Table) -> None:
        """On PostgreSQL, let the next ordinary row have an id after ours."""
        if self.connection.dialect.name == "postgresql":
            for table in tables:
                last = self.next_id(table)
                sequence = "SELECT setval(pg_get_serial_sequence(:name, 'id'), :last, false)"
                self.connection.execute(text(sequence), {"name": f'"{table.name}"', "last": last})

    def _copy(self, statement: str, rows: Iterable[Row]) -> int:
        driver: Any = self.connection.connection.driver_connection
        count = 0
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for count, row in enumerate(rows, 1):  # noqa: B007 (the count is what is returned)
                copy.write_row(row)
        return count

    def _insert(self, statement: str, rows: Iterable[Row]) -> int:
        count, waiting = 0, iter(rows)
        while batch := list(itertools.islice(waiting, 5000)):
            self.connection.exec_driver_sql(statement, batch)
            count += len(batch)
        return count


def _default(column: Column[Any]) -> Any:
    default: Any = column.default
    return default.arg(None) if default.is_callable else default.arg
