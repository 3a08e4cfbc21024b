"""How the search does, for those who look after the site: what is missed, what is slow, how far the index is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select

from forum.access.rules import Can, authorize
from forum.accounts.session import member, sign_in_required
from forum.kernel import clock
from forum.kernel.db import db
from forum.kernel.events import OutboxRow
from forum.search import engine
from forum.search.changes import READER
from forum.search.models import AskedQuestion, IndexCheck
from forum.web.hypermedia import page

bp = Blueprint("oversight", __name__)
DAYS = 30
SHOWN = 25
TABLE: Any = AskedQuestion.__table__


@dataclass(frozen=True)
class Waiting:
    """What the index has not taken in yet, and what it never will."""

    count: int
    seconds: int  # the oldest has waited
    given_up: Sequence[OutboxRow]


@bp.get("/search/health")
@sign_in_required
def health() -> ResponseReturnValue:
    authorize(member(), Can.OVERSEE_SEARCH)
    chosen = engine.current()
    return page(
        "search/health.html",
        engine=chosen,
        index=chosen.health(),
        waiting=waiting(),
        check=db.session.scalar(select(IndexCheck).order_by(IndexCheck.at.desc()).limit(1)),
        most=asked_by(func.sum(TABLE.c.times)),
        in_vain=asked_by(func.sum(TABLE.c.in_vain), func.sum(TABLE.c.in_vain) > 0),
        slow=asked_by(func.max(TABLE.c.slowest), func.max(TABLE.c.slowest) >= 200),
        days=DAYS,
    )


def waiting() -> Waiting:
    """What of the index's rows in the outbox is open."""
    mine = OutboxRow.handler == READER
    pending = mine & OutboxRow.done_at.is_(None) & OutboxRow.dead_at.is_(None)
    count, oldest = db.session.execute(select(func.count(), func.min(OutboxRow.created_at)).where(pending)).one()
    dead = select(OutboxRow).where(mine, OutboxRow.dead_at.is_not(None)).order_by(OutboxRow.id.desc()).limit(SHOWN)
    since = int((clock.now() - oldest).total_seconds()) if oldest else 0
    return Waiting(count, since, db.session.scalars(dead).all())


def asked_by(order: Any, *having: Any) -> Sequence[Any]:
    """What was asked in the last month with its sums, by one of them, the largest first."""
    since = (clock.now() - timedelta(days=DAYS)).date()
    query = (
        select(
            TABLE.c.words,
            func.sum(TABLE.c.times).label("times"),
            func.sum(TABLE.c.in_vain).label("in_vain"),
            func.max(TABLE.c.slowest).label("slowest"),
        )
        .where(TABLE.c.day >= since)
        .group_by(TABLE.c.words)
        .order_by(order.desc(), TABLE.c.words)
        .limit(SHOWN)
    )
    for condition in having:
        query = query.having(condition)
    return db.session.execute(query).all()
