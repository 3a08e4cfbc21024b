"""Reading many events at once: for work that is far cheaper in batches than one job at a time.

A bulk reader's rows lie in the outbox like everybody's, commit with the deed, and are acknowledged when the work
has stuck. Acknowledging row by row, rather than remembering a highest id, is what makes it safe on a database where
a lower id may commit after a higher one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, update

from forum.kernel import clock
from forum.kernel.db import begin_mode, db
from forum.kernel.events import BULK_READERS, KINDS, Event, OutboxRow


@dataclass(frozen=True)
class Unread:
    """An event with the id of the row it came in."""

    row_id: int
    event: Event


def read_in_bulk(reader: str, *kinds: type[Event]) -> None:
    """From now on every event of these kinds leaves a row for this reader."""
    for kind in kinds:
        BULK_READERS[kind.name].add(reader)


def unread(
    reader: str,
    *,
    kinds: Iterable[type[Event]] = (),
    after: int | None = None,
    since: datetime | None = None,
    limit: int = 500,
) -> list[Unread]:
    """The reader's oldest events that are not acknowledged.

    Args:
        kinds: only these; all of them when empty.
        after: also those with a higher id than this, acknowledged or not: for a reader whose own memory is older
            than the outbox's (an index restored from a backup).
        since: also those acknowledged since then: for a second memory being built beside the first.
    """
    wanted: list[ColumnElement[bool]] = [OutboxRow.done_at.is_(None)]
    if after is not None:
        wanted.append(OutboxRow.id > after)
    if since is not None:
        wanted.append(OutboxRow.done_at >= since)
    rows = db.session.execute(
        select(OutboxRow.id, OutboxRow.event, OutboxRow.payload)
        .where(OutboxRow.handler == reader, OutboxRow.dead_at.is_(None), or_(*wanted), *_of(kinds))
        .order_by(OutboxRow.id)
        .limit(limit)
    )
    return [Unread(id, KINDS[event](**payload)) for id, event, payload in rows]


def _of(kinds: Iterable[type[Event]]) -> list[ColumnElement[bool]]:
    names = [kind.name for kind in kinds]
    return [OutboxRow.event.in_(names)] if names else []


def _begin_to_write() -> None:
    """End the transaction that read: on SQLite it could not turn writer once somebody else has written meanwhile."""
    db.session.rollback()
    begin_mode.set("immediate")


def acknowledge(row_ids: list[int]) -> None:
    """Say, in a transaction of its own, that these were dealt with: for work that is kept outside of the database."""
    if row_ids:
        _begin_to_write()
        acknowledge_together(row_ids)


def acknowledge_together(row_ids: list[int]) -> None:
    """Say that these were dealt with, and end the transaction in which they were: both stick, or neither."""
    done: dict[str, Any] = {"done_at": clock.now()}
    db.session.execute(
        update(OutboxRow)
        .where(OutboxRow.id.in_(row_ids), OutboxRow.done_at.is_(None), OutboxRow.dead_at.is_(None))
        .values(done)
        .execution_options(synchronize_session=False)
    )
    db.session.commit()


def give_up(reader: str, event: Event, error: str) -> None:
    """Keep for a person, in a transaction of its own, that an event cannot be dealt with; it is not read again.

    `forum check` says how many there are. Once the cause is mended, whatever the event was about is done anew by
    the next event about it.
    """
    _begin_to_write()
    now, payload = clock.now(), asdict(event)
    theirs = select(OutboxRow.id, OutboxRow.payload).where(
        OutboxRow.handler == reader, OutboxRow.event == event.name, OutboxRow.done_at.is_(None)
    )
    ids = [id for id, said in db.session.execute(theirs) if said == payload]
    values: dict[str, Any] = {"dead_at": now, "last_error": error[-2000:]}
    if ids:
        given_up = update(OutboxRow).where(OutboxRow.id.in_(ids)).values(values)
        db.session.execute(given_up.execution_options(synchronize_session=False))
    else:  # nothing had promised it: it was met while everything was read
        db.session.add(OutboxRow(event=event.name, handler=reader, payload=payload, **values))
    db.session.commit()


def latest(reader: str) -> int:
    """The highest id among the reader's rows, 0 when it has none."""
    return db.session.scalar(select(func.max(OutboxRow.id)).where(OutboxRow.handler == reader)) or 0
