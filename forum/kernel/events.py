"""Facts worth telling others, written down in the same transaction as the deed.

An operation `record`s an event; the row commits or vanishes with it. A handler, registered by name with
`@handles(Kind)`, acts on it later, in the worker. One event with two handlers becomes two jobs, so that
a failing one never repeats the other. `forum.kernel.jobs` claims and runs them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, ClassVar, TypeVar

from sqlalchemy import JSON, Index, String, Text, UniqueConstraint, bindparam, insert, text
from sqlalchemy.orm import Mapped, mapped_column

from forum.kernel import clock
from forum.kernel.db import Base, CreatedAt, PrimaryKey
from forum.kernel.written import Written


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened. Ids and plain values only: it is read later, in another process."""

    name: ClassVar[str]


E = TypeVar("E", bound=Event)
Handler = Callable[[Any], None]
KINDS: dict[str, type[Event]] = {}
HANDLERS: dict[str, dict[str, Handler]] = defaultdict(dict)
#: Per kind of event, who reads it in bulk (see `forum.kernel.bulk`): a row each, but no job each.
BULK_READERS: dict[str, set[str]] = defaultdict(set)


class OutboxRow(Base):
    """One promise: run this handler for this event, once."""

    __tablename__ = "outbox"

    id: Mapped[PrimaryKey]
    event: Mapped[str] = mapped_column(String(80))
    handler: Mapped[str] = mapped_column(String(120))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    key: Mapped[str | None] = mapped_column(String(160))
    created_at: Mapped[CreatedAt]
    due_at: Mapped[datetime] = mapped_column(default=clock.now)
    leased_until: Mapped[datetime | None]
    leased_by: Mapped[str | None] = mapped_column(String(80))
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(Text)
    done_at: Mapped[datetime | None]
    dead_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("key"),
        Index(
            "ix_outbox_ready",
            "due_at",
            "id",
            sqlite_where=text("done_at IS NULL AND dead_at IS NULL"),
            postgresql_where=text("done_at IS NULL AND dead_at IS NULL"),
        ),
    )


def event(name: str) -> Callable[[type[E]], type[E]]:
    """Give an event class the name it is stored under. Names are permanent: rows outlive releases."""

    def name_it(kind: type[E]) -> type[E]:
        kind.name = name
        KINDS[name] = kind
        return kind

    return name_it


def handles(kind: type[E]) -> Callable[[Callable[[E], None]], Callable[[E], None]]:
    """Register a function to be run, in the worker, for every event of this kind. It must be idempotent."""

    def register(handler: Callable[[E], None]) -> Callable[[E], None]:
        HANDLERS[kind.name][f"{handler.__module__}.{handler.__name__}"] = handler
        return handler

    return register


def record(*happened: Event, delay: timedelta = timedelta(0), key: str | None = None) -> None:
    """Promise every handler of these events, in the caller's transaction and by one statement.

    Args:
        happened: what to tell.
        delay: how long the handlers wait before they act.
        key: makes the promise unique; a second one with the same key is a constraint error.
    """
    now, shape = clock.now(), []
    values: dict[str, Any] = {"now": now, "due": now + delay}
    for n, told in enumerate(happened):
        handlers = (*HANDLERS[told.name], *sorted(BULK_READERS[told.name]))
        values |= {f"event{n}": told.name, f"payload{n}": dict(vars(told))} if handlers else {}
        for m, handler in enumerate(handlers):
            values[f"handler{n}_{m}"] = handler
            values[f"key{n}_{m}"] = f"{key}:{handler}" if key else None
        shape.append(len(handlers))
    if any(shape):
        _promises(tuple(shape)).run(**values)


OUTBOX: Any = OutboxRow.__table__


@cache
def _promises(shape: tuple[int, ...]) -> Written:
    """What writes a row for each handler of so many events: what rows have in common goes to the database once.

    Args:
        shape: how many handlers each event has.
    """

    def given(name: str, column: str) -> Any:
        return bindparam(name, type_=OUTBOX.c[column].type)

    rows = [
        {
            "event": given(f"event{n}", "event"),
            "handler": given(f"handler{n}_{m}", "handler"),
            "payload": given(f"payload{n}", "payload"),
            "key": given(f"key{n}_{m}", "key"),
            "created_at": given("now", "created_at"),
            "due_at": given("due", "due_at"),
            "attempts": 0,
        }
        for n, handlers in enumerate(shape)
        for m in range(handlers)
    ]
    return Written(lambda: insert(OUTBOX).inline().values(rows))
