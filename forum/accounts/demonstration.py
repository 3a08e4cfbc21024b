"""Whether this site is a demonstration: every page says so, and only there may demo accounts sign in."""

from __future__ import annotations

import time
from dataclasses import dataclass

from sqlalchemy import event, exists, select
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapper

from forum.accounts.models import Member
from forum.kernel.db import db

KEEP_SECONDS = 60.0


@dataclass
class _Known:
    here: bool = False
    until: float = 0.0


_known = _Known()


def is_demonstration() -> bool:
    """Whether invented members are among us; asked of the database once a minute at most."""
    if time.monotonic() >= _known.until:
        try:
            _known.here = bool(db.session.scalar(select(exists().where(Member.is_demo.is_(True)))))
        except SQLAlchemyError:  # the page that says so stands in the same frame; what was last known will do
            db.session.rollback()
            return _known.here
        _known.until = time.monotonic() + KEEP_SECONDS
    return _known.here


def ask_again() -> None:
    """Forget the answer: somebody came, or the database is another one."""
    _known.until = 0.0


@event.listens_for(Member, "after_insert")
def _somebody_came(_mapper: Mapper[Member], _connection: Connection, member: Member) -> None:
    if member.is_demo:
        ask_again()
