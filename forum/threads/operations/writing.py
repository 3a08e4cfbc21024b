"""Saying something: open a thread, reply, edit, delete."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import delete, select

from forum.access.rules import Can, authorize
from forum.accounts.models import Member
from forum.accounts.operations import one_form_at_a_time
from forum.community.models import Group, GroupVisibility
from forum.entries.events import EntryChanged
from forum.entries.models import Because, Entry, Level, Relation, Visibility
from forum.entries.operations import changed, file_under, follow, link
from forum.kernel import clock
from forum.kernel.db import db, save
from forum.kernel.errors import Invalid, Refused
from forum.kernel.events import record
from forum.kernel.i18n import _
from forum.kernel.text import cleaned
from forum.kernel.written import together
from forum.threads.events import PostDeleted, PostEdited, PostRestored, ReplyPosted, ThreadOpened
from forum.threads.models import Mention, Post, PostQuote, PostRevision, Thread
from forum.threads.operations.adding import SentBefore, add_post, already_posted
from forum.threads.operations.drafts import discard_draft
from forum.threads.operations.rendering import note_mentions, write
from forum.threads.queries.answering import is_held

VISIBILITY_IN = {
    GroupVisibility.PUBLIC: Visibility.PUBLIC,
    GroupVisibility.MEMBERS: Visibility.MEMBERS,
    GroupVisibility.PRIVATE: Visibility.GROUP,
}


def open_thread(
    group: Group,
    *,
    title: str,
    body: str,
    by: Member,
    language: str | None = None,
    about: Iterable[int] = (),
    regions: Iterable[int] | None = None,
    themes: Iterable[int] | None = None,
    submission: str | None = None,
    quoted: str = "",
) -> Thread:
    """Start a thread in a group.

    Args:
        language: of the opening post, as a BCP 47 tag; the author's own when not given.
        about: ids of the entries it is about, which `by` may see.
        regions, themes: ids to file it under; those of the group when not given.
        submission: token of the form it came from. Sending the same form again returns the first thread.
        quoted: what is shown folded under the opening post; not searched.

    Raises:
        Invalid: no title or no text, or too much of it.
    """
    authorize(by, Can.POST, group)
    if submission:
        one_form_at_a_time(by)
        if first := already_posted(submission, by=by):
            if first.body == _fitting(body):
                return first.thread
            submission = None  # the Back button showed an old form, and something new was written in it
    title, body = " ".join(cleaned(title).split()), _fitting(body)
    if not title or len(title) > Thread.TITLE_LENGTH:
        raise Invalid(_("Give the thread a title of at most 200 characters."), "title")
    thread = save(
        Thread(
            title=title,
            group_id=group.id,
            author_id=by.id,
            language=language or by.language,
            visibility=VISIBILITY_IN[group.visibility],
        )
    )
    file_under(
        thread,
        regions=regions if regions is not None else filter(None, [group.region_id]),
        themes=themes if themes is not None else filter(None, [group.theme_id]),
    )
    link(thread, Relation.ABOUT, about, by=by)
    post = add_post(thread, body, by=by, language=thread.language, submission=submission, quoted=quoted)
    follow(thread, by=by, level=Level.EVERY_POST, because=Because.STARTED)
    discard_draft("new", by=by)
    opened = ThreadOpened(thread_id=thread.id, member_id=by.id)
    record(EntryChanged(entry_id=post.id), EntryChanged(entry_id=thread.id), opened)
    return thread


def reply(
    thread: Thread,
    *,
    body: str,
    by: Member,
    language: str | None = None,
    submission: str | None = None,
    quoted: str = "",
    follows: bool = False,
    has_draft: bool = True,
) -> Post:
    """Add a post to an open thread.

    Args:
        submission: token of the form it came from. Sending the same form again returns the first post.
        quoted: what is shown folded under it; not searched.
        follows: whether it is known that they follow the thread, so that it need not be said again.
        has_draft: unless it is known that no draft of this answer is kept, which would be forgotten.

    Raises:
        Refused: the thread is closed.
    """
    authorize(by, Can.REPLY, thread)
    lock(thread)
    if not thread.is_open and submission and (first := _first_sent(thread, body, submission, by=by)):
        return first
    thread.refuse_when_closed()
    words: dict[str, Any] = {"body": _fitting(body), "language": language or by.language, "quoted": quoted}
    words |= {"follows": follows, "has_draft": has_draft}
    try:
        return _answer(thread, by=by, submission=submission, **words)
    except SentBefore:
        # none: the Back button showed an old form, and something new was written in it
        first = _first_sent(thread, body, submission or "", by=by)
        return first or _answer(thread, by=by, submission=None, **words)


def _first_sent(thread: Thread, body: str, submission: str, *, by: Member) -> Post | None:
    """What this form became in this thread when it was sent before with these words."""
    first = already_posted(submission, by=by)
    return first if first and first.thread_id == thread.id and first.body == _fitting(body) else None


def _answer(thread: Thread, *, by: Member, follows: bool, has_draft: bool, **words: Any) -> Post:
    with together():
        post = add_post(thread, by=by, **words)
        if not follows:
            follow(thread, by=by, level=Level.DIGEST, because=Because.REPLIED)
        if has_draft:
            discard_draft(f"thread:{thread.id}", by=by)
        posted = ReplyPosted(thread_id=thread.id, post_id=post.id, member_id=by.id)
        record(EntryChanged(entry_id=post.id), posted)
    return post


def edit_post(post: Post, *, body: str, by: Member, language: str | None = None, version: int | None = None) -> Post:
    """Give a post another wording; the one before is kept as a revision.

    Args:
        version: the version the editor had before them, so that nobody undoes another's edit unawares.

    Raises:
        Refused: it was deleted, its thread is closed, or it changed in the meantime.
    """
    authorize(by, Can.EDIT, post)
    thread = lock(post.thread)
    db.session.refresh(post)
    _refuse_when_deleted(post)
    if not by.is_moderator:
        thread.refuse_when_closed()
    if version is not None and version != post.version:
        raise Refused(_("This post was changed in the meantime. Look at it again before you change it."))
    body = _fitting(body)
    if body == post.body and language in (None, post.language):
        return post
    if body != post.body:
        _keep_revision(post, by=by)
    made = write(post, body, by=by)
    post.language, post.edited_at = language or post.language, clock.now()
    note_mentions(post, thread, made.handles, by=by)
    discard_draft(f"post:{thread.id}.{post.number}", by=by)
    _told(thread, post)
    record(PostEdited(post_id=post.id, member_id=by.id))
    return post


def delete_post(post: Post, *, by: Member, reason: str = "") -> Post:
    """Take a post's wording away. Its number stays, so that no permalink and no page moves.

    Args:
        reason: what its author is told, where that is somebody else (`is_told_why`).

    Raises:
        Invalid: they are to be told why, and no reason was given.
        Refused: it is deleted already.
    """
    authorize(by, Can.DELETE, post)
    thread = lock(post.thread)
    db.session.refresh(post)
    _refuse_when_deleted(post)
    if is_told_why(post, by=by) and not cleaned(reason).strip():
        raise Invalid(_("Please give a reason; they will read it."), "reason")
    _keep_revision(post, by=by)
    post.body = post.html = ""
    post.deleted_at, post.deleted_by_id = clock.now(), by.id
    db.session.execute(delete(Mention).where(Mention.post_id == post.id))
    db.session.execute(delete(PostQuote).where(PostQuote.post_id == post.id))
    _last_word(thread)
    _told(thread, post)
    record(PostDeleted(post_id=post.id, member_id=by.id, reason=cleaned(reason).strip()))
    return post


def is_told_why(post: Post, *, by: Member) -> bool:
    """Whether the author of a post that is deleted is somebody else, who is still here to read the reason."""
    return post.author is not None and post.author.is_admitted and post.author_id != by.id


def restore_post(post: Post, *, by: Member) -> Post:
    """Give a deleted post back the wording it had.

    Raises:
        Refused: it is not deleted.
    """
    authorize(by, Can.READ_DELETED, post)
    thread = lock(post.thread)
    db.session.refresh(post)
    if not post.is_deleted:
        raise Refused(_("This post is not deleted."))
    last = select(PostRevision.body).where(PostRevision.post_id == post.id).order_by(PostRevision.version.desc())
    made = write(post, db.session.scalars(last.limit(1)).one(), by=by)
    post.deleted_at = post.deleted_by_id = None
    post.version += 1
    note_mentions(post, thread, made.handles, by=by)
    _last_word(thread)
    _told(thread, post)
    record(PostRestored(post_id=post.id, member_id=by.id))
    return post


def drop_quote(post: Post, *, by: Member) -> None:
    """Take away what stands folded under a post; its words stay. Doing it again changes nothing."""
    authorize(by, Can.EDIT, post)
    thread = lock(post.thread)
    db.session.execute(delete(PostQuote).where(PostQuote.post_id == post.id))
    thread.touch()


def lock(thread: Thread) -> Thread:
    """Hold a thread until the unit of work ends, and see it as it is now.

    On PostgreSQL its row is locked and read again. On SQLite whoever writes holds the one write lock from the beginning
    (BEGIN IMMEDIATE), so that what they have read of it cannot have changed.
    """
    if db.engine.dialect.name != "sqlite" and not is_held(thread):
        db.session.refresh(thread, with_for_update={"of": Thread.__table__})
    return thread


def _fitting(body: str) -> str:
    body = cleaned(body).strip("\n").rstrip()
    if not body.strip():
        raise Invalid(_("Write something first."), "body")
    if len(body) > Post.BODY_LENGTH:
        raise Invalid(_("This is longer than 30,000 characters. Split it in two, or share it as a resource."), "body")
    return body


def _keep_revision(post: Post, *, by: Member) -> None:
    db.session.add(PostRevision(post_id=post.id, version=post.version, body=post.body, replaced_by_id=by.id))
    post.version += 1


def _last_word(thread: Thread) -> None:
    """Who spoke last, and when, is what the last post that still says something tells."""
    db.session.flush()
    query: Any = select(Post.author_id, Post.created_at).where(Post.thread_id == thread.id, Post.deleted_at.is_(None))
    last = db.session.execute(query.order_by(Post.number.desc()).limit(1)).first()
    thread.last_poster_id = last.author_id if last else None
    thread.active_at = last.created_at if last else thread.created_at


def _refuse_when_deleted(post: Post) -> None:
    if post.is_deleted:
        raise Refused(_("This post was deleted."))


def _told(thread: Thread, post: Entry) -> None:
    thread.touch()
    db.session.flush()
    changed(post)
