"""Telling members what somebody who looks after the place did with a thread or post of theirs."""

from __future__ import annotations

from dataclasses import replace

from forum.accounts.models import Member
from forum.kernel import clock, letters, mail
from forum.kernel.db import db
from forum.kernel.events import handles
from forum.notices.models import NoticeKind, Reason
from forum.notices.telling import tell
from forum.notifications.models import MailChoice
from forum.threads.events import PostDeleted, PostRestored, ThreadClosed, ThreadMoved, ThreadReopened
from forum.threads.models import Post, Thread


@handles(ThreadClosed)
def tell_whose_was_closed(event: ThreadClosed) -> None:
    _tell_whose(db.session.get(Thread, event.thread_id), NoticeKind.CLOSED, by=event.member_id)


@handles(ThreadReopened)
def tell_whose_was_reopened(event: ThreadReopened) -> None:
    _tell_whose(db.session.get(Thread, event.thread_id), NoticeKind.REOPENED, by=event.member_id)


@handles(ThreadMoved)
def tell_whose_was_moved(event: ThreadMoved) -> None:
    _tell_whose(db.session.get(Thread, event.thread_id), NoticeKind.MOVED, by=event.member_id)


@handles(PostDeleted)
def tell_whose_was_deleted(event: PostDeleted) -> None:
    _tell_whose(db.session.get(Post, event.post_id), NoticeKind.DELETED, by=event.member_id)


@handles(PostRestored)
def tell_whose_was_restored(event: PostRestored) -> None:
    _tell_whose(db.session.get(Post, event.post_id), NoticeKind.RESTORED, by=event.member_id)


def _tell_whose(thing: Thread | Post | None, kind: NoticeKind, *, by: int) -> None:
    """Tell its author, on the site and by mail, what somebody who looks after the place did; once a day for each deed."""
    if thing is None or thing.author_id in (None, by):
        return
    post = thing if isinstance(thing, Post) else None
    thread = thing.thread if isinstance(thing, Post) else thing
    key = f"{kind.value}-{thing.id}-{clock.now():%Y%m%d}"
    path = f"/threads/{thread.id}/posts/{post.number}" if post else f"/threads/{thread.id}"
    tell([thing.author_id], kind, Reason.THEIRS, key=key, entry_id=thread.id, path=path)
    if thing.author is not None and thing.author.is_admitted:
        mail.promise(_letter(thing.author, thread, kind, key=key, path=path))


def _letter(to: Member, thread: Thread, kind: NoticeKind, *, key: str, path: str) -> mail.Message:
    """To one person about their own: no list, nothing to stop. It says what happened, and none of the words."""
    choice = db.session.get(MailChoice, to.id)
    letter = letters.write(
        "notices/mail/moderated.txt",
        to=to.email,
        language=to.language,
        key=f"{key}-{to.id}",
        name=to.name,
        what=kind.value,
        title=thread.title,
        path=path,
        discreet=bool(choice and choice.discreet),
    )
    return replace(letter, kind="notice", member_id=to.id)
