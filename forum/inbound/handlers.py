"""What the worker does for mail that comes in: read it, ask again, give up waiting, forget."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select, update

from forum.accounts.events import MemberErased
from forum.accounts.models import Member
from forum.inbound import forgetting, lane, listening, mailbox
from forum.inbound.holding import ask, throw_away
from forum.inbound.models import Fate, HeldMail, MailDeed, MailLine, MailQuestion, MailWords, ReceivedMail, Why
from forum.kernel import clock
from forum.kernel.db import db
from forum.kernel.events import handles
from forum.kernel.jobs import every

__all__ = ["forgetting", "lane", "listening", "mailbox"]

AS_MANY = 100
#: Given up at a time; a flood that waited out its week is gone within hours.
AT_A_TIME = 500


@every(timedelta(minutes=10))
def ask_about_what_waits() -> None:
    """Members whose mail came too soon after the last question, so that it was not asked about yet."""
    waiting = select(HeldMail.member_id).join(ReceivedMail, ReceivedMail.id == HeldMail.received_id)
    waiting = waiting.where(
        HeldMail.question_id.is_(None), HeldMail.vouched_at.is_(None), ReceivedMail.fate == Fate.HELD
    )
    for member_id in db.session.scalars(waiting.distinct().limit(AS_MANY)).all():
        ask(db.session.get_one(Member, member_id))


@every(timedelta(minutes=10))
def give_up_waiting() -> None:
    """Nobody said in a week that it was theirs."""
    old = select(HeldMail).join(ReceivedMail, ReceivedMail.id == HeldMail.received_id)
    old = old.where(ReceivedMail.fate == Fate.HELD, ReceivedMail.received_at < clock.now() - HeldMail.PATIENCE)
    # what somebody decides about just now waits for the next time
    old = old.limit(AT_A_TIME).with_for_update(of=ReceivedMail, skip_locked=True)
    for held in db.session.scalars(old).all():
        throw_away(held, Why.NEVER_SURE)


@every(timedelta(days=1))
def forget_old_words() -> None:
    """Nobody came back to them."""
    since = clock.now() - MailWords.KEPT_FOR
    for table in (MailWords, MailLine):
        old: Any = delete(table).where(table.kept_at < since)  # type: ignore[attr-defined]
        db.session.execute(old.execution_options(synchronize_session=False))


@handles(MemberErased)
def forget_what_they_sent(event: MemberErased) -> None:
    """That mail came stays known; from whom, and what it said, does not."""
    quietly = {"synchronize_session": False}
    for table in (HeldMail, MailDeed, MailWords, MailLine, MailQuestion):
        theirs: Any = table.member_id == event.member_id  # type: ignore[attr-defined]
        db.session.execute(delete(table).where(theirs).execution_options(**quietly))
    db.session.execute(
        update(ReceivedMail)
        .where(ReceivedMail.member_id == event.member_id, ReceivedMail.fate == Fate.HELD)
        .values(fate=Fate.REFUSED, why=Why.NEVER_SURE)
        .execution_options(**quietly)
    )
    db.session.execute(
        update(ReceivedMail)
        .where(ReceivedMail.member_id == event.member_id)
        .values(raw=b"", sender="", subject="", envelope_from="", member_id=None)
        .execution_options(**quietly)
    )
