"""What answering a thread needs to know of it, which is far less than what reading it does."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, select

from forum.access.scopes import ME, as_read_by, for_each_office, visible_to
from forum.accounts.models import Member
from forum.community.models import Membership
from forum.kernel.errors import NotFound
from forum.kernel.loaded import Loaded, Whole
from forum.threads.models import Thread

_THREAD, _MEMBERSHIP = Whole(Thread), Whole(Membership)


@dataclass(frozen=True)
class Answering:
    """A thread and its reader's membership of its group, which the rules find in the session as long as this is held."""

    thread: Thread
    membership: Membership | None


def thread_to_answer(thread_id: int, *, reader: Member) -> Answering:
    """The thread with this id.

    Raises:
        NotFound: there is none that they may see.
    """
    if not 0 < thread_id < 2**31:
        raise NotFound
    found = _loaded(_thread_and_membership(reader)).first(**as_read_by(reader, thread=thread_id))
    if found is None:
        raise NotFound
    return Answering(*found)


@for_each_office
def _thread_and_membership(reader: Member | None) -> Select[Any]:
    query: Any = select(*_THREAD.columns, *_MEMBERSHIP.columns).where(
        Thread.id == bindparam("thread"), visible_to(reader, ME)
    )
    return query.outerjoin(Membership, and_(Membership.group_id == Thread.group_id, Membership.member_id == ME))


@cache
def _loaded(statement: Select[Any]) -> Loaded:
    """One for each of the statements that are kept for an office."""
    return Loaded(lambda: statement, _THREAD, _MEMBERSHIP)
