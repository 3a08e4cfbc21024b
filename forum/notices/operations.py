"""What members do with what they were told: read it."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import CursorResult, delete, update

from forum.accounts.models import Member
from forum.kernel import clock
from forum.kernel.db import db
from forum.kernel.errors import NotFound
from forum.notices.models import Notice


def mark_read(notice_id: int, *, by: Member) -> None:
    """Remember that a member knows this. Doing it again changes nothing.

    Raises:
        NotFound: it is somebody else's, or nobody's.
    """
    notice = db.session.get(Notice, notice_id)
    if notice is None or notice.member_id != by.id:
        raise NotFound
    notice.read_at = notice.read_at or clock.now()


def mark_all_read(*, by: Member, up_to: int) -> int:
    """Remember that a member knows all they were shown; returns how many there were.

    Args:
        up_to: the id of the latest notice on the page they looked at: what came since stays unread.
    """
    mine = update(Notice).where(Notice.member_id == by.id, Notice.read_at.is_(None), Notice.id <= up_to)
    done = db.session.execute(mine.values(read_at=clock.now()).execution_options(synchronize_session=False))
    return cast("CursorResult[Any]", done).rowcount


def mark_path_read(path: str, *, by: Member) -> None:
    """Remember that a member was at the page these notices lead to."""
    mine = update(Notice).where(Notice.member_id == by.id, Notice.read_at.is_(None), Notice.path == path)
    db.session.execute(mine.values(read_at=clock.now()).execution_options(synchronize_session=False))


def withdraw(path: str, *, of: Member) -> None:
    """Forget notices that lead to a page and were not read: there is nothing left that they tell of."""
    theirs = delete(Notice).where(Notice.member_id == of.id, Notice.read_at.is_(None), Notice.path == path)
    db.session.execute(theirs.execution_options(synchronize_session=False))
