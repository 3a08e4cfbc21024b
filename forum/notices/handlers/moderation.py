"""Telling members what somebody who looks after the place did with a thread or post of theirs."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from forum.access.scopes import visible_to
from forum.accounts.models import Member
from forum.entries.models import Entry
from forum.kernel import clock, letters, mail
from forum.kernel.db import db
from forum.kernel.events import handles
from forum.kernel.mail import objection
from forum.notices.models import NoticeKind, Reason
from forum.notices.telling import tell
from forum.notifications.models import MailChoice
from forum.threads.events import PostDeleted, PostRestored, ThreadClosed, ThreadMoved, ThreadReopened
from forum.threads.models import Post, Thread

KIND = "notice"
MODERATED = {
    NoticeKind.CLOSED.value,
    NoticeKind.REOPENED.value,
    NoticeKind.MOVED.value,
    NoticeKind.DELETED.value,
    NoticeKind.RESTORED.value,
}


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
    _tell_whose(db.session.get(Post, event.post_id), NoticeKind.DELETED, by=event.member_id, said=event.reason)


@handles(PostRestored)
def tell_whose_was_restored(event: PostRestored) -> None:
    _tell_whose(db.session.get(Post, event.post_id), NoticeKind.RESTORED, by=event.member_id)


def _tell_whose(thing: Thread | Post | None, kind: NoticeKind, *, by: int, said: str = "") -> None:
    """Tell its author, on the site and by mail, what somebody who looks after the place did; once a day for each deed."""
    if thing is None or thing.author_id in (None, by):
        return
    post = thing if isinstance(thing, Post) else None
    thread = thing.thread if isinstance(thing, Post) else thing
    key = f"{kind.value}-{thing.id}-{clock.now():%Y%m%d}"
    path = f"/threads/{thread.id}/posts/{post.number}" if post else f"/threads/{thread.id}"
    tell([thing.author_id], kind, Reason.THEIRS, key=key, entry_id=thread.id, path=path, said=said)
    if thing.author is not None and thing.author.is_admitted:
        mail.promise(_letter(thing.author, thread, kind, key=key, path=path, said=said))


@objection
def is_not_wanted(delivery: mail.Delivery) -> mail.Reason | None:
    """Whether such a mail, promised a while ago, may still name the thread: a title that was hidden is not sent after all."""
    what, *rest = delivery.key.split("-")  # see _tell_whose
    if delivery.kind != KIND or what not in MODERATED or delivery.member_id is None:
        return None
    thing = db.session.get(Entry, int(rest[0]))
    thread_id = thing.thread_id if isinstance(thing, Post) else int(rest[0])
    member = db.session.get(Member, delivery.member_id)
    seen = select(Entry.id).where(Entry.id == thread_id, visible_to(member))
    return mail.Reason.NOT_VISIBLE if db.session.scalar(seen) is None else None


def _letter(to: Member, thread: Thread, kind: NoticeKind, *, key: str, path: str, said: str) -> mail.Message:
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
        said=said,
        discreet=bool(choice and choice.discreet),
    )
    return replace(letter, kind=KIND, member_id=to.id)
