"""Doing what was promised: claim under a lease, act and acknowledge in one transaction, retry with patience.

A worker killed at any moment lets its lease expire and another takes over; its half-done work was never
committed. A worker that wakes up late finds that its (lease, attempt) is no longer its own, and undoes.
"""

from __future__ import annotations

import os
import socket
import threading
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

import structlog
from sqlalchemy import CursorResult, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from forum.kernel import clock
from forum.kernel.db import begin_mode, db
from forum.kernel.events import BULK_READERS, HANDLERS, KINDS, OutboxRow

log = structlog.get_logger(__name__)

MAX_ATTEMPTS = 8
LEASE = timedelta(seconds=60)
LONGEST_WAIT = timedelta(hours=1)


def worker_name() -> str:
    """Who holds a lease: this machine and this process."""
    return f"{socket.gethostname()}:{os.getpid()}"


@dataclass(frozen=True)
class Job:
    id: int
    event: str
    handler: str
    payload: dict[str, Any]
    attempts: int


@dataclass(frozen=True)
class Periodic:
    """A handler that runs once per period however many workers there are."""

    name: str
    every: timedelta
    handler: Callable[[], None]


#: A queue of its own beside the jobs: takes a limit and whether to stop, returns how many it tried.
Lane = Callable[[int, Callable[[], bool]], int]
PERIODIC: dict[str, Periodic] = {}
LANES: list[Lane] = []
#: Something the worker keeps watch over beside its queues: runs in an application context until the event is set.
Watch = Callable[[threading.Event], None]
WATCHES: list[Watch] = []
EACH_TURN: list[Callable[[], None]] = []


def every(period: timedelta) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Register a function to be run once in each period, by whichever worker is first."""

    def register(handler: Callable[[], None]) -> Callable[[], None]:
        name = f"{handler.__module__}.{handler.__name__}"
        PERIODIC[name] = Periodic(name, period, handler)
        return handler

    return register


def each_turn(hook: Callable[[], None]) -> Callable[[], None]:
    """Register a function the worker calls after each turn: for what is gathered from several jobs and done at once."""
    EACH_TURN.append(hook)
    return hook


def lane(work: Lane) -> Lane:
    """Register a queue that is worked beside the jobs: in the worker by a thread of its own, in `drain` after them."""
    LANES.append(work)
    return work


def watch(work: Watch) -> Watch:
    """Register what the worker keeps open in a thread of its own: a door that others knock at, a mailbox elsewhere.

    It returns at once where the settings want none of it; what it raises is logged, and it is begun again.
    """
    WATCHES.append(work)
    return work


def schedule(at: datetime) -> int:
    """Promise each periodic job whose present period has not been promised yet; returns how many were new."""
    made = 0
    for job in PERIODIC.values():
        period = int(at.timestamp() // job.every.total_seconds())
        key = f"{job.name}:{period}"
        begin_mode.set("deferred")
        known = db.session.scalar(select(OutboxRow.id).where(OutboxRow.key == key))
        db.session.rollback()
        if known is not None:
            continue
        begin_mode.set("immediate")
        row = {"event": "periodic", "handler": job.name, "key": key, "payload": {}}
        try:
            db.session.execute(insert(OutboxRow).values(**row))
            db.session.commit()
            made += 1
        except IntegrityError:  # another worker was first, which is what the key is for
            db.session.rollback()
    return made


def claim(limit: int = 10, lease: timedelta = LEASE) -> list[Job]:
    """Take up to `limit` due promises under a lease, in one short transaction.

    It looks before it writes: an idle worker must not take SQLite's write lock three times a second.
    """
    now = clock.now()
    due = (
        select(OutboxRow)
        .where(
            OutboxRow.done_at.is_(None),
            OutboxRow.dead_at.is_(None),
            OutboxRow.due_at <= now,
            OutboxRow.handler.not_in(set().union(*BULK_READERS.values())),
            or_(OutboxRow.leased_until.is_(None), OutboxRow.leased_until < now),
        )
        .order_by(OutboxRow.due_at, OutboxRow.id)
        .limit(limit)
    )
    db.session.rollback()
    begin_mode.set("deferred")
    idle = db.session.scalar(due.with_only_columns(OutboxRow.id).limit(1)) is None
    db.session.rollback()
    begin_mode.set("immediate")
    if idle:
        return []
    rows = db.session.scalars(due.with_for_update(skip_locked=True)).all()
    jobs = []
    for row in rows:
        row.leased_until = now + lease
        row.leased_by = worker_name()
        row.attempts += 1
        jobs.append(Job(row.id, row.event, row.handler, row.payload, row.attempts))
    db.session.commit()
    return jobs


def run(job: Job) -> bool:
    """Run one claimed job; its effect and its acknowledgement commit together. False if it did not stick."""
    begin_mode.set("immediate")
    try:
        if job.event == "periodic":
            PERIODIC[job.handler].handler()
        else:
            HANDLERS[job.event][job.handler](KINDS[job.event](**job.payload))
        if not _acknowledge(job):
            db.session.rollback()
            return False
        db.session.commit()
        return True
    except Exception:
        db.session.rollback()
        log.exception("job failed", job=job.id, handler=job.handler, attempt=job.attempts)
        _put_back(job, traceback.format_exc())
        return False
    finally:
        db.session.remove()


def _acknowledge(job: Job) -> bool:
    result = db.session.execute(
        update(OutboxRow)
        .where(
            OutboxRow.id == job.id,
            OutboxRow.leased_by == worker_name(),
            OutboxRow.attempts == job.attempts,
            OutboxRow.done_at.is_(None),
        )
        .values(done_at=clock.now(), leased_until=None)
        .execution_options(synchronize_session=False)
    )
    return cast("CursorResult[Any]", result).rowcount == 1


def _put_back(job: Job, error: str) -> None:
    now = clock.now()
    wait = min(timedelta(seconds=2**job.attempts), LONGEST_WAIT)
    db.session.execute(
        update(OutboxRow)
        .where(OutboxRow.id == job.id, OutboxRow.leased_by == worker_name())
        .values(
            leased_until=None,
            last_error=error[-2000:],
            due_at=now + wait,
            dead_at=now if job.attempts >= MAX_ATTEMPTS else None,
        )
        .execution_options(synchronize_session=False)
    )
    db.session.commit()


def give_back(jobs: list[Job]) -> None:
    """Return claimed jobs that were not begun, as if they had never been claimed: the worker is stopping."""
    for job in jobs:
        db.session.execute(
            update(OutboxRow)
            .where(OutboxRow.id == job.id, OutboxRow.leased_by == worker_name(), OutboxRow.attempts == job.attempts)
            .values(leased_until=None, leased_by=None, attempts=job.attempts - 1)
            .execution_options(synchronize_session=False)
        )
    db.session.commit()


def dead_among(names: Iterable[str | None]) -> list[str]:
    """Those of these workers that were of this machine and live no more; our own name is an earlier life's."""
    host, me = socket.gethostname(), worker_name()
    return [name for name in names if name and name.startswith(f"{host}:") and (name == me or not _lives(name))]


def free_leases_of_the_dead() -> int:
    """Let go of what killed workers of this machine still hold, rather than wait; returns how many there were.

    Called when a worker starts, so whatever carries its own name is an earlier life's. Should a process be
    mistaken for dead, its job runs again and its own late acknowledgement is undone: still one effect.
    """
    begin_mode.set("immediate")
    held = db.session.scalars(
        select(OutboxRow.leased_by).where(OutboxRow.leased_until.is_not(None), OutboxRow.done_at.is_(None)).distinct()
    )
    gone = dead_among(held)
    freed = db.session.execute(
        update(OutboxRow)
        .where(OutboxRow.leased_by.in_(gone), OutboxRow.done_at.is_(None))
        .values(leased_until=None)
        .execution_options(synchronize_session=False)
    )
    db.session.commit()
    return cast("CursorResult[Any]", freed).rowcount


def _lives(name: str) -> bool:
    try:
        os.kill(int(name.rpartition(":")[2]), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def drain(
    limit: int = 1000, batch: int = 20, stopping: Callable[[], bool] = lambda: False, *, lanes: bool = True
) -> int:
    """Run due jobs until none is left or `limit` were tried; returns how many were tried.

    Args:
        stopping: asked before each job; once true, the jobs not begun are given back.
        lanes: whether to work the lanes too, once the jobs are done.
    """
    tried = 0
    while tried < limit and not stopping() and (jobs := claim(min(batch, limit - tried))):
        for position, job in enumerate(jobs):
            if stopping():
                give_back(jobs[position:])
                break
            run(job)
            tried += 1
    if lanes:
        for work in LANES:
            work(limit, stopping)
    return tried


def depth() -> int:
    """How many promises are still open."""
    return (
        db.session.scalar(
            select(func.count()).select_from(OutboxRow).where(OutboxRow.done_at.is_(None), OutboxRow.dead_at.is_(None))
        )
        or 0
    )
