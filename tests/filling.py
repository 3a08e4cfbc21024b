"""A row for any table, with something in every column that needs something: for tests that ask of all tables at once."""

from __future__ import annotations

import itertools
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Date, DateTime, Enum, Float, Integer, LargeBinary, Table, select

from forum.kernel import clock
from forum.kernel.db import Base, db

_numbers = itertools.count(1)


def fill(table: Table, **values: Any) -> None:
    """Write a row, as far as nobody says otherwise with the first best value of each column; what it refers to comes first."""
    row = {
        column.name: _first_best(column) for column in table.columns if _is_needed(column) and column.name not in values
    }
    db.session.execute(table.insert().values(**row, **values))


def _is_needed(column: Column[Any]) -> bool:
    has_its_own = column.default is not None or column.server_default is not None or column.autoincrement is True
    counts_itself = column.primary_key and isinstance(column.type, Integer) and not column.foreign_keys
    return not (column.nullable or has_its_own or (counts_itself and len(column.table.primary_key) == 1))


def _first_best(column: Column[Any]) -> Any:
    for key in column.foreign_keys:
        found = db.session.scalar(select(key.column).limit(1))
        if found is None:
            fill(key.column.table)
            found = db.session.scalar(select(key.column).limit(1))
        return found
    return _value(column)


def _value(column: Column[Any]) -> Any:
    kind: Any = column.type
    if isinstance(kind, Enum):
        return next(iter(kind.enum_class)) if kind.enum_class else kind.enums[0]
    if isinstance(kind, Boolean):
        return False
    if isinstance(kind, Integer | Float):
        return 1
    if isinstance(kind, JSON):
        return {}
    if isinstance(kind, LargeBinary):
        return f"bytes {next(_numbers)}".encode()
    if isinstance(kind, Date):
        return clock.now().date()
    if isinstance(getattr(kind, "impl", kind), DateTime):
        return clock.now()
    return f"w{next(_numbers)}"


def rows_with(table: Table, **values: Any) -> int:
    """How many rows of a table have these values."""
    found = select(*table.primary_key.columns)
    for name, value in values.items():
        found = found.where(table.c[name] == value)
    return len(db.session.execute(found).all())


def tables() -> dict[str, Table]:
    return dict(Base.metadata.tables)
