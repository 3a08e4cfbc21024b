"""What the worker would do, done now: in a session of its own, after what was done so far was committed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import current_app

from forum.kernel import jobs
from forum.kernel.db import begin_mode, db


def elsewhere(do: Callable[..., Any], *args: Any) -> Any:
    """Do this as the worker does it; afterwards this session sees what became of it."""
    db.session.commit()
    with current_app.app_context():
        found = do(*args)
    db.session.rollback()
    db.session.expire_all()
    begin_mode.set("immediate")
    return found


def work() -> int:
    """Keep every promise that is due, but for the lanes; returns how many were tried."""
    return int(elsewhere(lambda: jobs.drain(lanes=False)))
