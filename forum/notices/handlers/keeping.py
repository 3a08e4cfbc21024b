"""By the clock: write down what was read, forget what was read long ago; and forget who has left."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import and_, delete, select, update

from forum.accounts.events import MemberErased
from forum.kernel import clock
from forum.kernel.db import db
from forum.kernel.events import handles
from forum.kernel.jobs import every
from forum.notices.models import Notice, NoticeKind
from forum.threads.models import ReadMark

KEEP_READ = timedelta(days=180)
KEEP_UNREAD = timedelta(days=400)


@every(timedelta(days=1))
def settle_and_forget() -> None:
    """Write down what was read by reading the thread; forget what was read long ago, and what nobody read for a year."""
    now, quietly = clock.now(), {"synchronize_session": False}
    passed = select(ReadMark.member_id).where(
        ReadMark.member_id == Notice.member_id, ReadMark.thread_id == Notice.entry_id, ReadMark.number >= Notice.last
    )
    read = update(Notice).where(Notice.read_at.is_(None), Notice.last.is_not(None), passed.exists())
    db.session.execute(read.values(read_at=now).execution_options(**quietly))
    for old in (Notice.read_at < now - KEEP_READ, Notice.at < now - KEEP_UNREAD):
        db.session.execute(delete(Notice).where(old).execution_options(**quietly))


@handles(MemberErased)
def forget_what_they_were_told(event: MemberErased) -> None:
    """Their own notices; and in those of whoever answers requests, what they had said when they asked to join."""
    quietly = {"synchronize_session": False}
    db.session.execute(delete(Notice).where(Notice.member_id == event.member_id).execution_options(**quietly))
    asked = and_(Notice.actor_id == event.member_id, Notice.kind == NoticeKind.ASKED)
    said = update(Notice).where(asked).values(said="")
    db.session.execute(said.execution_options(**quietly))
