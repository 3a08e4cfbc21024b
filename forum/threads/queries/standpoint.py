"""Where a member stands in a thread whose page is already made, in one small statement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Integer, Select, and_, bindparam, select

from forum.access.scopes import ME, for_each_office, visible_to
from forum.accounts.likeness import Belonging, Person, Reader
from forum.community.models import Membership
from forum.entries.models import Entry, Follow
from forum.kernel.direct import Line, direct
from forum.threads.models import Draft, ReadMark, Thread

THREAD: Any = Thread.__table__


@dataclass(frozen=True)
class InThread:
    """What a thread's page says to one member and not to the next."""

    group_id: int
    membership: Belonging | None
    wrote: bool
    post_count: int
    read_to: int
    level: str | None
    because: str | None
    draft: str
    draft_version: int


def in_thread(line: Line, thread_id: int, *, reader: Person) -> InThread | None:
    """Where this member stands in a thread; None when they may not see it, or there is none."""
    row = line.row(direct(_in_thread(reader)), me=reader.id, thread=thread_id, place=f"thread:{thread_id}")
    if row is None:
        return None
    group_id, role, has_joined, author_id, post_count, read_to, level, because, draft, draft_version = row
    return InThread(
        group_id,
        None if role is None else Belonging(role, bool(has_joined)),
        author_id == reader.id,
        post_count,
        read_to or 0,
        level,
        because,
        draft or "",
        draft_version or 0,
    )


@for_each_office
def _in_thread(reader: Reader | None) -> Select[Any]:
    found: Any = select(
        Entry.group_id,
        Membership.role,
        Membership.joined_at.is_not(None),
        Entry.author_id,
        THREAD.c.post_count,
        ReadMark.number,
        Follow.level,
        Follow.because,
        Draft.body,
        Draft.version,
    )
    found = found.select_from(THREAD).join(Entry, Entry.id == THREAD.c.id)
    found = found.outerjoin(Membership, and_(Membership.group_id == Entry.group_id, Membership.member_id == ME))
    found = found.outerjoin(Follow, and_(Follow.entry_id == Entry.id, Follow.member_id == ME))
    found = found.outerjoin(ReadMark, and_(ReadMark.thread_id == Entry.id, ReadMark.member_id == ME))
    found = found.outerjoin(Draft, and_(Draft.place == bindparam("place"), Draft.member_id == ME))
    found = found.where(THREAD.c.id == bindparam("thread", type_=Integer), visible_to(reader, ME))
    return found
