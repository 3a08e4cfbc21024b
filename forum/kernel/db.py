"""One Base, one session, and the column words every model is written in.

SQLite is set up for real use: WAL, foreign keys, a busy timeout, and explicit BEGIN, because a deferred
transaction that turns writer fails at once under load. `begin_mode` says which kind the unit of work is.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import StrEnum
from functools import wraps
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Dialect, Enum, Executable, ForeignKey, MetaData, event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import DeclarativeBase, MappedColumn, mapped_column
from sqlalchemy.orm import registry as Registry
from sqlalchemy.types import TypeDecorator

from forum.kernel import clock
from forum.kernel.later import Later
from forum.kernel.turns import TurnTaking

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite
else:
    postgresql, sqlite = Later("sqlalchemy.dialects.postgresql"), Later("sqlalchemy.dialects.sqlite")


class UTCDateTime(TypeDecorator[datetime]):
    """An instant: aware on the way in, aware on the way out, UTC in between, on both databases."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise TypeError("a datetime without a time zone is not an instant")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    # Flask-SQLAlchemy copies this class's __dict__ into a base of its own; a class-level
    # type_annotation_map would clash with the registry copied along, so both ride on the registry.
    registry = Registry(metadata=MetaData(naming_convention=NAMING), type_annotation_map={datetime: UTCDateTime})


db = SQLAlchemy(metadata=Base.metadata, disable_autonaming=True)

T = TypeVar("T", bound=Base)
S = TypeVar("S", bound=Executable)
PrimaryKey = Annotated[int, mapped_column(primary_key=True)]
CreatedAt = Annotated[datetime, mapped_column(default=clock.now)]


def refers_to(table: str, *, column: str = "id", index: bool = True, **options: Any) -> MappedColumn[Any]:
    """A foreign key, indexed, because we always end up following it backwards."""
    ondelete = options.pop("ondelete", None)
    return mapped_column(ForeignKey(f"{table}.{column}", ondelete=ondelete), index=index, **options)


def extends(table: str) -> MappedColumn[Any]:
    """The primary key of a row that completes another table's row."""
    return mapped_column(ForeignKey(f"{table}.id"), primary_key=True)


def one_of(kind: type[StrEnum], *, length: int = 20, check: str | None = None, **options: Any) -> MappedColumn[Any]:
    """A column that holds one value of a StrEnum as text, with a CHECK that says which.

    Args:
        check: name of the CHECK, where one table has two columns of the same kind.
    """
    values = Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        length=length,
        name=check or kind.__name__.lower(),
        values_callable=lambda members: [m.value for m in members],
    )
    return mapped_column(values, **options)


def save(row: T) -> T:
    """Put a new row in the unit of work and give it its id. Never commits."""
    db.session.add(row)
    db.session.flush()
    return row


def insert_or(row: type[Base]) -> postgresql.Insert | sqlite.Insert:
    """An INSERT into this model's table that can say what happens when the row is already there.

    Two tabs of one member may do the same thing at once; `.on_conflict_do_nothing()` and
    `.on_conflict_do_update(...)` settle it in the database, where SELECT-then-INSERT would lose the race.
    """
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    return dialect.insert(row.__table__)


def built_once(build: Callable[[], S]) -> Callable[[], S]:
    """Keep the statement this function builds, one for each kind of database: building one costs more than running it.

    Args:
        build: takes nothing; values are given by name when the statement is run.
    """
    kept: dict[str, S] = {}

    @wraps(build)
    def statement() -> S:
        dialect = db.engine.dialect.name
        if dialect not in kept:
            kept[dialect] = build()
        return kept[dialect]

    return statement


def pause() -> None:
    """End the reading half of a unit of work, so that slow thinking (hashing a password) holds no lock.

    Only for a place that has written nothing yet: what was not flushed is refused, what was flushed would be lost.
    """
    if db.session.new or db.session.dirty or db.session.deleted:
        raise RuntimeError("a unit of work that has begun to write cannot pause")
    db.session.rollback()


def written_for_good(engine: Engine) -> None:
    """After a commit that somebody else will rely on: make sure that a power cut cannot undo it.

    PostgreSQL has done so. SQLite in WAL mode with synchronous=NORMAL leaves that to its next checkpoint: fast, and
    enough for what a member would simply type again; not for a mail whose sender is told that we have it. RFC 5321 6.1.
    """
    path = engine.url.database or ""
    if engine.dialect.name == "sqlite" and path not in ("", ":memory:") and os.path.exists(f"{path}-wal"):
        log = os.open(f"{path}-wal", os.O_RDONLY)
        try:
            os.fsync(log)
        finally:
            os.close(log)


#: "deferred" for units of work that only read, "immediate" for those that will write.
begin_mode: ContextVar[str] = ContextVar("begin_mode", default="immediate")


def prepare_sqlite(engine: Engine, *, busy_ms: int = 15_000) -> None:
    """Give every connection of an SQLite engine the pragmas and BEGIN statements real use needs."""
    path = engine.url.database or ""

    @event.listens_for(engine, "do_connect")
    def _of_our_kind(_dialect: Dialect, _record: Any, _arguments: Any, options: dict[str, Any]) -> None:
        options["factory"] = TurnTaking

    @event.listens_for(engine, "connect")
    def _connect(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # the driver must not emit BEGIN itself
        cursor = connection.cursor()
        # busy_timeout first: switching the journal mode may itself have to wait
        cursor.execute(f"PRAGMA busy_timeout={busy_ms}")
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA temp_store=MEMORY")
        cursor.execute("PRAGMA cache_size=-500")
        cursor.execute("PRAGMA journal_size_limit=67108864")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        immediate = begin_mode.get() == "immediate"
        taking: Any = connection.connection.driver_connection
        if immediate and path not in ("", ":memory:"):  # one in memory has nobody else to wait for
            taking.take_turn(path, busy_ms / 1000)
        taking.execute("BEGIN IMMEDIATE" if immediate else "BEGIN").close()
