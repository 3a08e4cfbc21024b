"""Writing notices down: one to one member, or one statement for all whom something concerns.

Told again, nothing is told twice: a notice that has a key is there already, and one that gathers only grows.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    update,
)
from sqlalchemy import text as sql

from forum.access.scopes import readers_of
from forum.accounts.models import Member
from forum.community.models import Membership
from forum.entries.models import Entry, Follow, Level
from forum.kernel import clock
from forum.kernel.db import db, insert_or
from forum.notices.models import Notice, NoticeKind, Reason
from forum.notifications.models import GroupWeight, Weight
from forum.threads.models import Mention, ReadMark

NOTICE: Any = Notice.__table__


def tell(
    members: Iterable[int],
    kind: NoticeKind,
    reason: Reason,
    *,
    key: str,
    entry_id: int | None = None,
    group_id: int | None = None,
    actor_id: int | None = None,
    number: int | None = None,
    said: str = "",
    path: str = "",
) -> None:
    """Tell each of these members once.

    Args:
        key: names what is told.
        number: of the post it is about; reading it is reading the notice.
    """
    now = clock.now()
    same: dict[str, Any] = {
        "kind": kind,
        "reason": reason,
        "entry_id": entry_id,
        "group_id": group_id,
        "actor_id": actor_id,
    }
    same |= {"number": number, "last": number, "said": said[: Notice.SAID_LENGTH], "path": path, "key": key}
    rows = [{**same, "member_id": id, "created_at": now, "at": now} for id in sorted(set(members))]
    if rows:
        told = insert_or(Notice).on_conflict_do_nothing(index_elements=["member_id", "key"])
        db.session.execute(told, rows)


def tell_again(members: Iterable[int], kind: NoticeKind, reason: Reason, *, key: str, path: str) -> None:
    """Tell each of these members of something that may happen a thousand times: as long as it is not read, it only counts on.

    Args:
        key: names this one time, for whom nothing of the kind waits.
    """
    everybody = sorted(set(members))
    waiting = (NOTICE.c.member_id.in_(everybody), NOTICE.c.kind == kind, NOTICE.c.read_at.is_(None))
    counted = update(Notice).where(*waiting).values(last=NOTICE.c.last + 1, at=clock.now())
    db.session.execute(counted.execution_options(synchronize_session=False))
    heard = set(db.session.scalars(select(NOTICE.c.member_id).where(*waiting)))
    tell((id for id in everybody if id not in heard), kind, reason, key=key, number=1, path=path)


def tell_of_post(thread: Entry, post: Entry, number: int) -> None:
    """Tell whoever follows a thread, or wants each post of its group, of one more post; who is named hears of that."""
    last = Notice.__table__.alias("earlier")
    told_before = select(last.c.id).where(
        last.c.member_id == Member.id,
        last.c.entry_id == thread.id,
        last.c.kind == NoticeKind.REPLIES.value,
        last.c.last >= number,
    )
    named = select(Mention.member_id).where(Mention.post_id == post.id)
    read = select(ReadMark.member_id).where(ReadMark.thread_id == thread.id, ReadMark.number >= number)
    new = (Member.id.not_in(named), Member.id.not_in(read), ~told_before.exists())
    _gather(thread, NoticeKind.REPLIES, _follows_or_wants_each(thread), *new, actor_id=post.author_id, number=number)


def tell_of_change(entry: Entry, kind: NoticeKind, *, actor_id: int) -> None:
    """Tell whoever follows an entry that it moved."""
    follows = and_(Follow.entry_id == entry.id, Follow.level != Level.MUTED)
    whose = select(Follow.member_id.label("id"), cast(Follow.because, String).label("why")).where(follows).subquery()
    _gather(entry, kind, whose, actor_id=actor_id)


def tell_of_thread(thread: Entry, about: Iterable[int]) -> None:
    """Tell whoever wants each post of its group, or follows what it is about, of a new thread."""
    entries = list(about)
    wants = _wants_each(thread)
    follows = select(Follow.member_id, literal(Reason.ABOUT.value))
    follows = follows.where(Follow.entry_id.in_(entries), Follow.level != Level.MUTED)
    each = select(wants.c.id, wants.c.why).union(follows).subquery()
    whose = select(each.c.id, func.max(each.c.why).label("why")).group_by(each.c.id).subquery()
    key = f"thread-{thread.id}"
    _insert(thread, NoticeKind.THREAD, whose, actor_id=thread.author_id, number=1, key=key)


def _follows_or_wants_each(thread: Entry) -> FromClause:
    """(id, why) of every member who wants to hear of this thread."""
    wants = _wants_each(thread)
    follows = select(Follow.member_id, Follow.level, cast(Follow.because, String).label("because"))
    follow = follows.where(Follow.entry_id == thread.id).subquery()
    return (
        select(Member.id.label("id"), func.coalesce(follow.c.because, wants.c.why).label("why"))
        .outerjoin(follow, follow.c.member_id == Member.id)
        .outerjoin(wants, wants.c.id == Member.id)
        .where(or_(follow.c.level.is_(None), follow.c.level != Level.MUTED))
        .where(or_(follow.c.member_id.is_not(None), wants.c.id.is_not(None)))
        .subquery()
    )


def _wants_each(thread: Entry) -> FromClause:
    """(id, why) of the members of its group who want each of its posts."""
    belongs = and_(Membership.member_id == GroupWeight.member_id, Membership.group_id == GroupWeight.group_id)
    return (
        select(GroupWeight.member_id.label("id"), literal(Reason.EACH.value).label("why"))
        .join(Membership, and_(belongs, Membership.joined_at.is_not(None)))
        .where(GroupWeight.group_id == thread.group_id, GroupWeight.weight == Weight.EACH)
        .subquery()
    )


def _gather(
    entry: Entry,
    kind: NoticeKind,
    whose: FromClause,
    *new: ColumnElement[bool],
    actor_id: int | None,
    number: int | None = None,
) -> None:
    """One notice for each, which grows while it is not read."""
    _insert(entry, kind, whose, *new, actor_id=actor_id, number=number, key=None)


def _insert(
    entry: Entry,
    kind: NoticeKind,
    whose: FromClause,
    *new: ColumnElement[bool],
    actor_id: int | None,
    number: int | None,
    key: str | None,
) -> None:
    now = clock.now()
    values: dict[str, Any] = {
        "member_id": Member.id,
        "kind": literal(kind.value),
        "reason": whose.c.why,
        "entry_id": literal(entry.id),
        "actor_id": literal(actor_id) if actor_id is not None else cast(null(), NOTICE.c.actor_id.type),
        "number": literal(number) if number is not None else cast(null(), NOTICE.c.number.type),
        "last": literal(number) if number is not None else cast(null(), NOTICE.c.last.type),
        "said": literal(""),
        "path": literal(""),
        "key": literal(key) if key else cast(null(), NOTICE.c.key.type),
        "created_at": literal(now, NOTICE.c.at.type),
        "at": literal(now, NOTICE.c.at.type),
    }
    heard: Select[Any] = (
        select(*values.values())
        .join(whose, whose.c.id == Member.id)
        .where(Member.takes_part(now), readers_of(entry), Member.id != (actor_id or 0), *new)
    )
    row = insert_or(Notice).from_select(list(values), heard)
    if key:
        statement = row.on_conflict_do_nothing(index_elements=["member_id", "key"])
    else:
        grown = {
            "last": case((row.excluded.last > NOTICE.c.last, row.excluded.last), else_=NOTICE.c.last),
            "number": case((row.excluded.number < NOTICE.c.number, row.excluded.number), else_=NOTICE.c.number),
            "at": row.excluded.at,
            "actor_id": row.excluded.actor_id,
        }
        statement = row.on_conflict_do_update(
            index_elements=["member_id", "entry_id", "kind"],
            index_where=sql("read_at IS NULL AND key IS NULL"),
            set_=grown,
        )
    db.session.execute(statement)
