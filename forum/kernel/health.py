"""Whether the parts of the site work, asked by `/readyz` and by `forum check`.

A slice that depends on something outside the process registers a check for it:

    @check("search")
    def the_index_can_be_read() -> str:
        ...
        return "1,204 entries"

It returns a few words for people when all is well, and raises when it is not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import structlog
from sqlalchemy import func, select, text

from forum.kernel import blobs, clock, jobs
from forum.kernel.db import db
from forum.kernel.events import OutboxRow
from forum.kernel.housekeeping import SILENT, last_pulse

log = structlog.get_logger(__name__)


class Unwell(Exception):
    """Something the site needs does not work; the message says what and what to do."""


@dataclass(frozen=True)
class Finding:
    part: str
    well: bool
    words: str


CHECKS: dict[str, Callable[[], str]] = {}


def check(part: str) -> Callable[[Callable[[], str]], Callable[[], str]]:
    """Register a function that says how this part is, or raises."""

    def register(look: Callable[[], str]) -> Callable[[], str]:
        CHECKS[part] = look
        return look

    return register


def findings() -> list[Finding]:
    """How every part is, in the order they were registered. Never raises: an error is a finding."""
    found = []
    for part, look in CHECKS.items():
        try:
            found.append(Finding(part, True, look()))
        except Unwell as reason:
            found.append(Finding(part, False, str(reason)))
        except Exception as error:
            db.session.rollback()
            log.exception("a health check failed", part=part)
            found.append(Finding(part, False, f"{type(error).__name__}; the log says more"))
    return found


@check("database")
def the_database_answers() -> str:
    db.session.execute(text("SELECT 1"))
    return f"{db.engine.dialect.name} answers"


@check("worker")
def a_worker_works() -> str:
    """The pulse is a job like any other, so it proves the whole way: schedule, claim, run, acknowledge."""
    beat = last_pulse()
    if beat is None:
        raise Unwell(f"no worker has finished anything for {SILENT.seconds // 60} minutes; start one: forum worker")
    return f"last seen {int((clock.now() - beat).total_seconds())} s ago, {jobs.depth()} promises open"


@check("promises")
def no_promise_was_given_up() -> str:
    """One that was is no reason to send visitors elsewhere; it is a reason for a person to look."""
    given_up = OutboxRow.dead_at.is_not(None)
    count = db.session.scalar(select(func.count()).select_from(OutboxRow).where(given_up)) or 0
    if not count:
        return "none was given up"
    last = db.session.scalars(select(OutboxRow).where(given_up).order_by(OutboxRow.dead_at.desc()).limit(1)).one()
    reason = (last.last_error or "").strip().rpartition("\n")[2]
    return f"{count} given up, the last of them {last.event} {last.payload} for {last.handler}: {reason}"


@check("files")
def the_store_of_files_answers() -> str:
    try:
        return blobs.current().health()
    except blobs.StoreTrouble as trouble:
        raise Unwell(str(trouble)) from trouble
