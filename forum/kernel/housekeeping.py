"""What the job machinery does about itself: a pulse that shows a worker lives, and forgetting what is done."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select

from forum.kernel import clock
from forum.kernel.db import db
from forum.kernel.events import OutboxRow
from forum.kernel.jobs import every

PULSE = timedelta(seconds=30)
#: A worker older than this is not merely busy.
SILENT = timedelta(minutes=3)
KEEP_DONE = timedelta(days=7)


@every(PULSE)
def pulse() -> None:
    """Nothing but being done: the acknowledgement in the outbox says that some worker works."""


@every(timedelta(hours=1))
def forget_what_was_done() -> None:
    """Done promises are kept a week for whoever asks what happened; dead ones until somebody looks."""
    db.session.execute(
        delete(OutboxRow)
        .where(OutboxRow.done_at < clock.now() - KEEP_DONE)
        .execution_options(synchronize_session=False)
    )


def last_pulse() -> datetime | None:
    """When a worker last finished a pulse, as far back as SILENT; None if none did."""
    name = f"{pulse.__module__}.{pulse.__name__}"
    period = int(clock.now().timestamp() // PULSE.total_seconds())
    keys = [f"{name}:{period - back}" for back in range(SILENT // PULSE + 1)]
    return db.session.scalar(select(func.max(OutboxRow.done_at)).where(OutboxRow.key.in_(keys)))
