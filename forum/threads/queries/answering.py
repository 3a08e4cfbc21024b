"""What answering a thread needs to know of it, which is far less than what reading it does."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, exists, select
from sqlalchemy.orm.util import identity_key

from forum.access.scopes import ME, as_read_by, for_each_office, visible_to
from forum.accounts.models import Member
from forum.community.models import Membership
from forum.entries.models import Follow
from forum.kernel.db import db
from forum.kernel.errors import NotFound
from forum.kernel.loaded import Loaded, Whole
from forum.threads.models import Draft, Thread

_THREAD, _MEMBERSHIP = Whole(Thread), Whole(Membership)
HELD = "forum.held_thread"


@dataclass(frozen=True)
class Answering:
    """A thread and its reader's membership of its group, which the rules find in the session as long as this is held.

    Args:
        follows: whether they follow the thread, in whatever way.
        has_draft: whether they have begun an answer that is kept for them.
    """

    thread: Thread
    membership: Membership | None
    follows: bool
    has_draft: bool


def thread_to_answer(thread_id: int, *, reader: Member) -> Answering:
    """The thread with this id, held until the unit of work ends (see `is_held`), so that it need not be asked for again.

    Raises:
        NotFound: there is none that they may see.
    """
    if not 0 < thread_id < 2**31:
        raise NotFound
    session = db.session()
    known = identity_key(Thread, (thread_id,)) in session.identity_map
    found = _loaded(_thread_and_membership(reader)).first(
        **as_read_by(reader, thread=thread_id, place=f"thread:{thread_id}")
    )
    if found is None:
        raise NotFound
    if not known and not session.in_nested_transaction():  # else it is not as it is now, or not held for long
        session.info[HELD] = (session.get_transaction(), thread_id)
    return Answering(*found)


def is_held(thread: Thread) -> bool:
    """Whether this unit of work has locked the thread's row, and read it, by asking for it to answer it."""
    session = db.session()
    held: tuple[Any, int] | None = session.info.get(HELD)
    return held is not None and held[0] is session.get_transaction() and held[1] == thread.id


@for_each_office
def _thread_and_membership(reader: Member | None) -> Select[Any]:
    follows = exists().where(Follow.entry_id == Thread.id, Follow.member_id == ME)
    has_draft = exists().where(Draft.member_id == ME, Draft.place == bindparam("place"))
    query: Any = select(*_THREAD.columns, *_MEMBERSHIP.columns, follows, has_draft).where(
        Thread.id == bindparam("thread"), visible_to(reader, ME)
    )
    query = query.outerjoin(Membership, and_(Membership.group_id == Thread.group_id, Membership.member_id == ME))
    return query.with_for_update(of=Thread.__table__)  # says nothing to SQLite, where whoever writes is alone


@cache
def _loaded(statement: Select[Any]) -> Loaded:
    """One for each of the statements that are kept for an office."""
    return Loaded(lambda: statement, _THREAD, _MEMBERSHIP)
