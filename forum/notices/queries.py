"""Reading what one was told: as far as one may still see what it is about.

Reading a thread is reading the notices about it: a notice counts as read when its member's mark in the thread has passed
the last post it tells of, whether or not its own row says so yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, literal, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from forum.access.scopes import ME, as_read_by, for_each_office, groups_visible_to, visible_to
from forum.accounts.likeness import Reader
from forum.accounts.models import Member
from forum.community.models import Group
from forum.entries.models import Entry
from forum.entries.titles import Named, titles_of
from forum.kernel.db import db
from forum.kernel.paging import ROWS_ON_A_PAGE, Page
from forum.notices.models import Notice, NoticeKind
from forum.threads.models import Post, ReadMark

POST: Any = Post.__table__
#: More than this is not counted: "99+".
COUNTED = 100


def count_unread(reader: Member) -> int:
    """How many notices wait for a member; COUNTED at most."""
    return db.session.scalar(_unread(reader), as_read_by(reader)) or 0


@for_each_office
def _unread(reader: Reader | None) -> Select[Any]:
    return unread_by(reader, ME)


def unread_by(reader: Reader | None, me: ColumnElement[int]) -> Select[Any]:
    """How many notices wait for whoever `me` is, as a part of another statement.

    Args:
        reader: somebody of the same office.
    """
    waiting = _mine(reader, me).with_only_columns(literal(1)).where(_is_unread()).limit(COUNTED)
    return select(func.count()).select_from(waiting.correlate(Member).subquery())


def _mine(reader: Reader | None, me: ColumnElement[int] = ME) -> Select[Any]:
    """The reader's notices of what they may still see."""
    found: Any = (
        select(Notice)
        .outerjoin(Entry, Entry.id == Notice.entry_id)
        .outerjoin(Group, Group.id == Notice.group_id)
        .outerjoin(ReadMark, and_(ReadMark.thread_id == Notice.entry_id, ReadMark.member_id == Notice.member_id))
        .where(Notice.member_id == me)
        .where(or_(Notice.entry_id.is_(None), visible_to(reader, me)))
        .where(or_(Notice.group_id.is_(None), groups_visible_to(reader, me)))
    )
    return found


def _is_unread() -> ColumnElement[bool]:
    not_passed = or_(Notice.last.is_(None), ReadMark.number.is_(None), ReadMark.number < Notice.last)
    return and_(Notice.read_at.is_(None), not_passed)


@dataclass(frozen=True)
class Told:
    """One notice as its member is shown it.

    Args:
        count: of the posts it tells of that can still be read, or how often it happened.
        first: number of the first of them that its member has not read.
    """

    notice: Notice
    is_unread: bool
    entry: Named | None = None
    count: int = 1
    first: int | None = None

    @property
    def path(self) -> str:
        """Where it leads."""
        if self.notice.path:
            return self.notice.path
        if self.entry is not None:
            return f"{self.entry.url}/posts/{self.first}" if self.first else self.entry.url
        return f"/groups/{self.notice.group.slug}" if self.notice.group else "/me"


def notices_of(reader: Member, *, unread: bool = False, page: int = 1, size: int = ROWS_ON_A_PAGE) -> Page[Told]:
    """A page of what a member was told, latest first.

    Args:
        unread: only what they have not read.
    """
    query = _mine(reader).add_columns(ReadMark.number, _is_unread().label("is_unread"))
    if unread:
        query = query.where(_is_unread())
    query = query.options(joinedload(Notice.actor), contains_eager(Notice.group))
    query = query.order_by(Notice.at.desc(), Notice.id.desc()).limit(size + 1).offset((page - 1) * size)
    rows = db.session.execute(query, as_read_by(reader)).all()
    shown = rows[:size]
    names = titles_of({notice.entry_id for notice, _, _ in shown if notice.entry_id is not None})
    counts = _counts([notice for notice, _, _ in shown], reader)
    told = [
        Told(
            notice,
            bool(is_unread),
            names.get(notice.entry_id),
            counts.get(notice.id, 0) if notice.kind is NoticeKind.REPLIES else _times(notice),
            _first(notice, read_to),
        )
        for notice, read_to, is_unread in shown
    ]
    return Page(told, page, len(rows) > size, size=size)


def _times(notice: Notice) -> int:
    return notice.last or 1 if notice.kind is NoticeKind.OPERATORS else 1


def _first(notice: Notice, read_to: int | None) -> int | None:
    if notice.number is None:
        return None
    unread = max(notice.number, (read_to or 0) + 1)
    return unread if unread <= (notice.last or 0) else notice.number


def _counts(notices: list[Notice], reader: Member) -> dict[int, int]:
    """How many posts each notice of replies tells of: those by others that can be read, and were not read before."""
    ids = [notice.id for notice in notices if notice.kind is NoticeKind.REPLIES]
    if not ids:
        return {}
    between = and_(POST.c.thread_id == Notice.entry_id, POST.c.number.between(Notice.number, Notice.last))
    rows = db.session.execute(
        select(Notice.id, func.count())
        .join(POST, between)
        .join(Entry, Entry.id == POST.c.id)
        .outerjoin(ReadMark, and_(ReadMark.thread_id == Notice.entry_id, ReadMark.member_id == Notice.member_id))
        .where(or_(POST.c.number > func.coalesce(ReadMark.number, 0), ReadMark.number >= Notice.last))
        .where(Notice.id.in_(ids), Entry.author_id.is_distinct_from(bindparam("me")), visible_to(reader, ME))
        .where(POST.c.deleted_at.is_(None), Entry.hidden_at.is_(None))
        .group_by(Notice.id),
        {"me": reader.id},
    )
    return {row[0]: row[1] for row in rows}


def all_of(member: Member) -> list[Notice]:
    """Everything a member was told and that is still kept, for their own export."""
    return list(db.session.scalars(select(Notice).where(Notice.member_id == member.id).order_by(Notice.id)))
