"""The queue of mail that came in: claim under a lease, have it read by a process that can do no harm, settle it, once.

The row is the promise, as with mail that goes out (`forum.kernel.mail.sending`): whoever claims it counts an attempt and
writes its name on it, and what becomes of the mail is one transaction with the row's fate. A worker killed at any moment
leaves a mail that another takes over; one that was only slow finds another fence, and changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast

import structlog
from flask import current_app
from sqlalchemy import CursorResult, or_, select, update
from sqlalchemy.orm import undefer

from forum.extraction.outcomes import Interrupted, Reason, Unreadable
from forum.inbound import recipients
from forum.inbound.letters import Letter, Nature
from forum.inbound.models import Fate, ReceivedMail, Why
from forum.inbound.operators import tell_operators
from forum.inbound.reader import Reader
from forum.inbound.reading.circumstances import Circumstances
from forum.inbound.returns import take_back
from forum.inbound.settling import settle
from forum.kernel import clock, mail
from forum.kernel.db import begin_mode, db
from forum.kernel.jobs import dead_among, lane, worker_name
from forum.kernel.settings import Settings

log = structlog.get_logger(__name__)

LEASE = timedelta(minutes=5)
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360))
MAX_ATTEMPTS = 8
#: Natures that say something of a mail of ours.
OF_OUR_MAIL = frozenset({Nature.REPORT, Nature.COMPLAINT})
WHY = {Reason.TIME: Why.TOOK_TOO_LONG}

READER = Reader()


@lane
def read_what_came(limit: int, stopping: Callable[[], bool]) -> int:
    """Read and settle what waits until nothing is left or `limit` were tried; returns how many were tried."""
    tried = 0
    while tried < limit and not stopping() and (claimed := _claim()) is not None:
        _turn(*claimed)
        tried += 1
    return tried


def free_mails_of_dead_readers() -> int:
    """Let go of what killed workers of this machine were reading; returns how many there were."""
    begin_mode.set("immediate")
    waiting = (ReceivedMail.fate == Fate.RECEIVED) & ReceivedMail.leased_by.is_not(None)
    held = db.session.scalars(select(ReceivedMail.leased_by).where(waiting).distinct())
    freed = _update(waiting, ReceivedMail.leased_by.in_(dead_among(held)), leased_by=None, leased_until=None)
    db.session.commit()
    return freed


def _claim() -> tuple[int, int] | None:
    """(id, fence) of a mail that is ours for a while. It looks before it writes, as `jobs.claim` does.

    One at a time: an attempt is counted against a mail only if it was begun, however often a worker is killed. What was
    tried least goes first: a mail that kills its worker lets the others pass, and one that happens to be the oldest while
    workers are killed by something else is not taken for such a mail.
    """
    now = clock.now()
    due = (
        select(ReceivedMail.id, ReceivedMail.attempts)
        .where(ReceivedMail.fate == Fate.RECEIVED, ReceivedMail.due_at <= now)
        .where(or_(ReceivedMail.leased_until.is_(None), ReceivedMail.leased_until < now))
        .order_by(ReceivedMail.attempts, ReceivedMail.due_at, ReceivedMail.id)
        .limit(1)
    )
    db.session.rollback()
    begin_mode.set("deferred")
    idle = db.session.execute(due).first() is None
    db.session.rollback()
    begin_mode.set("immediate")
    if idle:
        return None
    row = db.session.execute(due.with_for_update(skip_locked=True)).first()
    if row is None:
        db.session.rollback()
        return None
    _update(
        ReceivedMail.id == row.id,
        leased_by=worker_name(),
        leased_until=now + LEASE,
        attempts=ReceivedMail.attempts + 1,
    )
    db.session.commit()
    return row.id, row.attempts + 1


def _turn(id: int, fence: int) -> None:
    """One mail from claim to its fate; whatever goes wrong with one must not stop the next."""
    try:
        if fence > MAX_ATTEMPTS:  # whoever tried was killed each time
            _end(id, fence, fate=Fate.UNREADABLE)
            return
        raw, circumstances = _look(id)
        letter = READER.read(raw, circumstances)
        _settle(id, fence, letter)
    except Unreadable as refused:
        log.warning("a mail cannot be read", mail=id, reason=refused.reason, detail=str(refused))
        _end(id, fence, fate=Fate.UNREADABLE, why=WHY.get(refused.reason, Why.MALFORMED))
    except Exception as trouble:
        db.session.rollback()
        log.exception(
            "a mail could not be settled now", mail=id, attempt=fence, interrupted=isinstance(trouble, Interrupted)
        )
        if fence >= MAX_ATTEMPTS:
            _end(id, fence, fate=Fate.UNREADABLE)
        else:
            _end(id, fence, due_at=clock.now() + WAITS[min(fence, len(WAITS)) - 1])
    finally:
        db.session.remove()


def _look(id: int) -> tuple[bytes, Circumstances]:
    """What the reader needs; the database is let go before it thinks."""
    begin_mode.set("deferred")
    received = db.session.get_one(ReceivedMail, id, options=[undefer(ReceivedMail.raw)])
    settings: Settings = current_app.extensions["forum.settings"]
    office = mail.office()
    circumstances = Circumstances(
        envelope_from=received.envelope_from,
        envelope_to=received.envelope_to,
        our_address=office.sender.address,
        our_domain=office.return_domain,
        auth_host=settings.mail_auth_host,
    )
    raw = received.raw
    db.session.rollback()
    return raw, circumstances


def _settle(id: int, fence: int, letter: Letter) -> None:
    """The mail's fate and everything that follows from it, in one transaction."""
    db.session.rollback()
    begin_mode.set("immediate")
    received = db.session.scalar(select(ReceivedMail).where(*_ours(id, fence)).with_for_update())
    if received is None:
        db.session.rollback()
        return
    if letter.trouble:
        log.info("a mail was odd", mail=id, trouble=letter.trouble)
    (take_back if letter.nature in OF_OUR_MAIL else settle)(received, letter)
    received.leased_by = received.leased_until = None
    db.session.commit()


def _ours(id: int, fence: int) -> tuple[Any, ...]:
    return (
        ReceivedMail.id == id,
        ReceivedMail.fate == Fate.RECEIVED,
        ReceivedMail.leased_by == worker_name(),
        ReceivedMail.attempts == fence,
    )


def _end(id: int, fence: int, **values: Any) -> None:
    """Write down how an attempt ended that settled nothing, if the mail is still ours."""
    db.session.rollback()
    begin_mode.set("immediate")
    if "fate" in values:
        values["settled_at"] = clock.now()
    ended = _update(*_ours(id, fence), leased_by=None, leased_until=None, **values)
    if ended and "fate" in values:
        received = db.session.get_one(ReceivedMail, id)
        if recipients.is_for_operators(received.envelope_to):
            tell_operators(received)
    db.session.commit()


def _update(*where: Any, **values: Any) -> int:
    done = db.session.execute(
        update(ReceivedMail).where(*where).values(**values).execution_options(synchronize_session=False)
    )
    return cast("CursorResult[Any]", done).rowcount
