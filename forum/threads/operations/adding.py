"""One more post in a thread: its rows, the thread's counters and whoever it names.

Replying is the commonest thing written here, so its statements are built once and the thread's own row is changed by
one of them, without a round through the session for each table.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Insert, bindparam, exists, insert, select, update
from sqlalchemy.orm.attributes import set_committed_value

from forum.accounts.models import Member
from forum.entries.models import Entry, Kind
from forum.kernel import clock
from forum.kernel.db import UTCDateTime, db
from forum.kernel.loaded import Whole
from forum.kernel.text import RENDERED_BY, cleaned
from forum.kernel.written import Written
from forum.threads.models import Post, PostQuote, Thread
from forum.threads.operations.reading import note_read
from forum.threads.operations.rendering import note_mentions, rendered

ENTRY: Any = Entry.__table__
POST: Any = Post.__table__
THREAD: Any = Thread.__table__
SUBMISSION_LENGTH = 64
_POST = Whole(Post)

_FIRST_OF = Written(lambda: select(POST.c.id).where(POST.c.submission == bindparam("token")))
_NEW_ENTRY = Written(lambda: _unless_sent_before())
_NEW_POST = Written(lambda: insert(POST).inline())
_COUNT = Written(
    lambda: (
        update(THREAD)
        .where(THREAD.c.id == bindparam("thread"))
        .values(post_count=bindparam("number"), last_poster_id=bindparam("poster"), version=THREAD.c.version + 1)
    )
)
_ACTIVE = Written(
    lambda: update(ENTRY).where(ENTRY.c.id == bindparam("thread")).values(active_at=bindparam("now", type_=UTCDateTime))
)


class SentBefore(Exception):
    """The form was sent before, and has become a post."""


def _unless_sent_before() -> Insert:
    """An entry for a post, if no post has the token of its form: one statement does not ask and then write, but both."""
    names = ("kind", "author_id", "group_id", "language", "visibility", "created_at", "active_at")
    sent_before = exists().where(POST.c.submission == bindparam("token"))
    row = select(*[bindparam(name, type_=ENTRY.c[name].type) for name in names]).where(~sent_before)
    return insert(ENTRY).from_select(names, row, include_defaults=False).returning(ENTRY.c.id)


def already_posted(submission: str, *, by: Member) -> Post | None:
    """What this form became when it was sent before."""
    known = _FIRST_OF.run(token=_token(submission, by))
    return db.session.get(Post, known[0]) if known is not None else None


def add_post(thread: Thread, body: str, *, by: Member, language: str, submission: str | None, quoted: str = "") -> Post:
    """Give a thread its next post. The thread is held (see `lock`), its body fits, and `by` may do this. That there is a new
    entry (`EntryChanged`) is for the caller to tell, with what else there is to tell.

    Args:
        submission: token of the form it came from, if it came from one.
        quoted: what is shown folded under it.

    Raises:
        SentBefore: see `already_posted`.
    """
    db.session.flush()
    now, made, token = clock.now(), rendered(body), _token(submission, by) if submission else None
    entry = {
        "kind": Kind.POST,
        "author_id": by.id,
        "group_id": thread.group_id,
        "language": language,
        "visibility": thread.visibility,
        "created_at": now,
        "active_at": now,
    }
    new = _NEW_ENTRY.run(**entry, token=token)
    if new is None:
        raise SentBefore
    post = {
        "id": new[0],
        "thread_id": thread.id,
        "number": thread.post_count + 1,
        "body": body,
        "html": made.html,
        "rendered_by": RENDERED_BY,
        "version": 1,
        "submission": token,
    }
    _NEW_POST.run(**post)
    _count(thread, post["number"], by=by, now=now)
    row = _known_to_the_session({**entry, **post})
    if quoted:
        db.session.add(PostQuote(post_id=row.id, text=cleaned(quoted)[: Post.BODY_LENGTH]))
    if made.handles:
        note_mentions(row, thread, made.handles, by=by)
    note_read(thread, row.number, by=by)
    return row


def _count(thread: Thread, number: int, *, by: Member, now: Any) -> None:
    """Say in the thread's rows, and in the object that stands for them, that it has one post more."""
    _COUNT.run(thread=thread.id, number=number, poster=by.id)
    _ACTIVE.run(thread=thread.id, now=now)
    stands = {"post_count": number, "last_poster_id": by.id, "version": thread.version + 1, "active_at": now}
    for name, value in stands.items():
        set_committed_value(thread, name, value)
    db.session.expire(thread, ["last_poster", "posts"])


def _known_to_the_session(columns: dict[str, Any]) -> Post:
    """The post as if it had been loaded: what its rows hold is known, asking the database again would tell nothing."""
    row = _POST.known([columns.get(name) for name in _POST.names])
    assert row is not None
    return row


def _token(submission: str, by: Member) -> str:
    return f"{by.id}:{submission}"[:SUBMISSION_LENGTH]
