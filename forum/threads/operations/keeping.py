"""Looking after a thread: close, pin, move, call it something else."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select, update

from forum.access.rules import Can, authorize
from forum.accounts.models import Member
from forum.community.models import Group
from forum.entries.events import EntryChanged
from forum.entries.models import Entry, Relation
from forum.entries.operations import changed, file_under, link
from forum.kernel import clock
from forum.kernel.db import db
from forum.kernel.errors import Invalid, Refused
from forum.kernel.events import record
from forum.kernel.i18n import _
from forum.kernel.text import cleaned
from forum.threads.events import ThreadClosed, ThreadMoved, ThreadReopened
from forum.threads.models import Post, Thread
from forum.threads.operations.writing import VISIBILITY_IN, lock


def close(thread: Thread, *, by: Member) -> None:
    """Let nothing more be added. It stays readable."""
    authorize(by, Can.CLOSE, thread)
    lock(thread).refuse_when_closed()
    thread.closed_at, thread.closed_by_id = clock.now(), by.id
    _told(thread)
    record(ThreadClosed(thread_id=thread.id, member_id=by.id))


def reopen(thread: Thread, *, by: Member) -> None:
    """Let the conversation go on. Its author may reopen only what they closed themselves.

    Raises:
        Refused: it is open, or somebody else closed it.
    """
    authorize(by, Can.CLOSE, thread)
    if lock(thread).is_open:
        raise Refused(_("This thread is open already."))
    if thread.closed_by_id != by.id:
        authorize(by, Can.PIN, thread)
    thread.closed_at = thread.closed_by_id = None
    _told(thread)
    record(ThreadReopened(thread_id=thread.id, member_id=by.id))


def pin(thread: Thread, *, by: Member) -> None:
    """Keep it on top of its group's list."""
    authorize(by, Can.PIN, thread)
    if lock(thread).is_pinned:
        raise Refused(_("This thread is pinned already."))
    thread.pinned_at = clock.now()
    _told(thread)


def unpin(thread: Thread, *, by: Member) -> None:
    """Let it stand where its latest post puts it."""
    authorize(by, Can.PIN, thread)
    if not lock(thread).is_pinned:
        raise Refused(_("This thread is not pinned."))
    thread.pinned_at = None
    _told(thread)


def move(thread: Thread, *, to: Group, by: Member) -> None:
    """Move a thread with all its posts to another group, whose readers are then its readers.

    Raises:
        Refused: it is there already.
    """
    authorize(by, Can.MOVE, thread)
    authorize(by, Can.POST, to)
    lock(thread)
    if thread.group_id == to.id:
        raise Refused(_("This thread is in that group already."))
    before = thread.group_id
    thread.group_id, thread.visibility, thread.pinned_at = to.id, VISIBILITY_IN[to.visibility], None
    db.session.flush()
    posts = select(Post.__table__.c.id).where(Post.__table__.c.thread_id == thread.id)
    place = {"group_id": to.id, "visibility": thread.visibility}
    db.session.execute(
        update(Entry).where(Entry.id.in_(posts)).values(place).execution_options(synchronize_session=False)
    )
    db.session.expire_all()
    _told(thread)
    for post_id in db.session.scalars(posts):
        record(EntryChanged(entry_id=post_id))
    record(ThreadMoved(thread_id=thread.id, from_group_id=before or 0, member_id=by.id))


def retitle(
    thread: Thread,
    *,
    title: str,
    by: Member,
    language: str | None = None,
    regions: Iterable[int] = (),
    themes: Iterable[int] = (),
    about: Iterable[int] = (),
) -> None:
    """Call a thread something else, and file it under these regions, themes and entries instead.

    Raises:
        Invalid: no title, or too long.
    """
    authorize(by, Can.RETITLE, thread)
    lock(thread)
    title = " ".join(cleaned(title).split())
    if not title or len(title) > Thread.TITLE_LENGTH:
        raise Invalid(_("Give the thread a title of at most 200 characters."), "title")
    thread.title, thread.language = title, language or thread.language
    file_under(thread, regions=regions, themes=themes)
    link(thread, Relation.ABOUT, about, by=by)
    _told(thread)


def _told(thread: Thread) -> None:
    thread.touch()
    db.session.flush()
    changed(thread)
