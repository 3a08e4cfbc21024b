"""What was said in a mail is not kept for ever, nor that it came; and of what is kept, no more than the disk can bear."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import case, delete, func, or_, select, update

from forum.accounts.models import Member
from forum.inbound import recipients, room
from forum.inbound.models import Fate, ReceivedMail
from forum.kernel import clock, mail
from forum.kernel.db import begin_mode, db
from forum.kernel.jobs import every

log = structlog.get_logger(__name__)

#: What came is kept as it came until nobody can doubt any more what was made of it; the row as long as those of our own mail.
KEEP_RAW, KEEP_WAITING, KEEP_ROWS = timedelta(days=30), timedelta(days=90), timedelta(days=400)
QUIETLY = {"synchronize_session": False}


@every(timedelta(days=1))
def forget_old_arrivals() -> None:
    """What is settled goes first, then what waits for a member or a moderator, or for somebody who can read what we could not."""
    now = clock.now()
    waiting = (Fate.HELD, Fate.UNREADABLE)
    _empty(ReceivedMail.received_at < now - KEEP_RAW, ReceivedMail.fate.not_in((Fate.RECEIVED, *waiting)))
    _empty(ReceivedMail.received_at < now - KEEP_WAITING, ReceivedMail.fate.in_(waiting))
    old: Any = delete(ReceivedMail).where(
        ReceivedMail.received_at < now - KEEP_ROWS, ReceivedMail.fate != Fate.RECEIVED
    )
    db.session.execute(old.execution_options(**QUIETLY))


@every(timedelta(hours=1))
def forget_what_weighs_too_much() -> None:
    """Where much came, what is settled is forgotten earlier: the oldest first, and last of all what somebody may have to fetch.

    It is weighed without holding up whoever writes; the lock is taken only where something is to be forgotten.
    """
    db.session.rollback()
    begin_mode.set("deferred")
    weight = db.session.scalar(select(func.sum(func.length(ReceivedMail.raw))).where(*_settled())) or 0
    db.session.rollback()
    begin_mode.set("immediate")
    if weight <= room.SETTLED_OF_ALL:
        return
    to_fetch = or_(ReceivedMail.fate == Fate.UNREADABLE, recipients.to_operators())
    order = (case((to_fetch, 0), else_=1), ReceivedMail.received_at.desc(), ReceivedMail.id.desc())
    so_far = func.sum(func.length(ReceivedMail.raw)).over(order_by=order).label("so_far")
    each = select(ReceivedMail.id, so_far).where(*_settled()).subquery()
    _empty(ReceivedMail.id.in_(select(each.c.id).where(each.c.so_far > room.SETTLED_OF_ALL)))
    log.warning("much mail came: what is settled is forgotten early", weight=weight, room=room.SETTLED_OF_ALL)


@mail.knows_addresses
def forget_who_wrote(address: str) -> None:
    """What somebody who left had sent, also before they were a member: that it came stays known, not from whom.

    Of what another member sent through their mailbox only the address goes: it may wait for that member's word.
    """
    from_them, through = ReceivedMail.sender == address, func.lower(ReceivedMail.envelope_from) == address
    others = select(Member.id).where(func.lower(Member.email) != address)
    is_nobody_elses = or_(ReceivedMail.member_id.is_(None), ReceivedMail.member_id.not_in(others))
    _forget(or_(from_them, through & is_nobody_elses), raw=b"", sender="", subject="", envelope_from="")
    _forget(through, envelope_from="")


def _forget(*which: Any, **nothing: Any) -> None:
    settled: Any = update(ReceivedMail).where(*which, ReceivedMail.fate != Fate.RECEIVED).values(nothing)
    db.session.execute(settled.execution_options(**QUIETLY))


def _settled() -> tuple[Any, ...]:
    recently = ReceivedMail.received_at > clock.now() - KEEP_WAITING  # what came before is empty already
    return ReceivedMail.fate.not_in((Fate.RECEIVED, Fate.HELD)), recently


def _empty(*which: Any) -> None:
    emptied: Any = update(ReceivedMail).where(*which, func.length(ReceivedMail.raw) > 0).values(raw=b"")
    db.session.execute(emptied.execution_options(**QUIETLY))
