"""Entries that cannot be taken into an index: left out, with the reason, so that they keep out nobody else."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from traceback import format_exception
from typing import TypeVar

import structlog
from sqlalchemy.exc import OperationalError

from forum.kernel import bulk
from forum.kernel.db import begin_mode, db
from forum.kernel.events import Event
from forum.search.engine import Busy, NotReady

log = structlog.get_logger(__name__)
#: Not the entry's fault: the disk, the database, another process. Tried again, however often it takes.
PASSING = (Busy, NotReady, OSError, OperationalError)
T = TypeVar("T")


def one_by_one(reader: str, items: Iterable[T], deed: Callable[[T], None], about: Callable[[T], Event]) -> None:
    """Do it for each alone, after it failed for all together; those for which it fails again are given up.

    Args:
        reader: whose work this is, as the outbox knows it.
        about: the event that `forum check` will show for an item.
    Raises:
        any of PASSING: nothing is given up for these.
    """
    db.session.rollback()
    for item in items:
        try:
            deed(item)
        except PASSING:
            raise
        except Exception as error:
            log.exception("left out of the index", about=about(item))
            db.session.rollback()
            bulk.give_up(reader, about(item), "".join(format_exception(error)))
            begin_mode.set("deferred")
