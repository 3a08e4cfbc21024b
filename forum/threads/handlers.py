"""What is done about conversations by and by: drafts and renderings that are old, people who changed or left."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select, update

from forum.accounts.events import MemberErased
from forum.community.events import ProfileChanged
from forum.entries.events import EntryRenamed
from forum.entries.models import Entry, Follow, Link, Relation
from forum.kernel import clock
from forum.kernel.db import db
from forum.kernel.events import handles
from forum.kernel.jobs import every
from forum.kernel.text import RENDERED_BY
from forum.threads.models import Draft, Mention, Post, PostQuote, ReadMark, Thread
from forum.threads.operations import rendered
from forum.threads.operations.drafts import KEPT_FOR

ENTRY: Any = Entry.__table__
POST: Any = Post.__table__
THREAD: Any = Thread.__table__

#: A long post takes up to 16 ms, and nobody should wait a second for SQLite's one write lock.
AS_MANY = 100


@handles(ProfileChanged)
def show_them_under_their_new_name(event: ProfileChanged) -> None:
    """Pages of threads in which they spoke are other pages now: no browser may go on with one it has."""
    spoke = select(POST.c.thread_id).join(ENTRY, ENTRY.c.id == POST.c.id).where(ENTRY.c.author_id == event.member_id)
    db.session.execute(update(THREAD).where(THREAD.c.id.in_(spoke)).values(version=THREAD.c.version + 1))


@handles(EntryRenamed)
def show_what_they_are_about_under_its_new_name(event: EntryRenamed) -> None:
    """Likewise the pages of threads that are about something which is called otherwise now, or is for others to read."""
    about = select(Link.from_id).where(Link.to_id == event.entry_id, Link.relation == Relation.ABOUT)
    standing = about.where(Link.revoked_at.is_(None))
    db.session.execute(update(THREAD).where(THREAD.c.id.in_(standing)).values(version=THREAD.c.version + 1))


@handles(MemberErased)
def forget_what_was_theirs_alone(event: MemberErased) -> None:
    """What they began to write, how far they read, what they followed, that others named them, and their signatures."""
    for table in (Draft, ReadMark, Mention, Follow):
        theirs: Any = table.member_id == event.member_id  # type: ignore[attr-defined]
        db.session.execute(delete(table).where(theirs).execution_options(synchronize_session=False))
    spoke = select(ENTRY.c.id).where(ENTRY.c.author_id == event.member_id)
    signed: Any = delete(PostQuote).where(PostQuote.post_id.in_(spoke))  # a signature says who they were
    db.session.execute(signed.execution_options(synchronize_session=False))


@every(timedelta(days=1))
def forget_old_drafts() -> None:
    """Nobody came back to them."""
    old = delete(Draft).where(Draft.saved_at < clock.now() - KEPT_FOR)
    db.session.execute(old.execution_options(synchronize_session=False))


@every(timedelta(minutes=5))
def render_anew() -> None:
    """After a release that renders otherwise: some of the posts that an older recipe made, until none is left."""
    old = select(Post).where(Post.rendered_by != RENDERED_BY, Post.deleted_at.is_(None)).limit(AS_MANY)
    for post in db.session.scalars(old):
        post.html, post.rendered_by = rendered(post.body).html, RENDERED_BY
        post.thread.touch()
