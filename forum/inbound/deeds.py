"""Mail as deeds, through the same operations as the web: an answer in a thread, a new thread, several answers at once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import select

from forum.access.rules import Can, authorize
from forum.accounts.models import Member
from forum.community.models import Group
from forum.entries.models import Entry
from forum.inbound.attaching import Taken, files_in, take, tie_to
from forum.inbound.belonging import let_write
from forum.inbound.folding import Folded
from forum.inbound.letters import Letter
from forum.inbound.models import Did, MailDeed, ReceivedMail, Why
from forum.inbound.refusals import Unfit, refuse_too_many, unfit
from forum.inbound.texts import language_of, shown_folded, title_of
from forum.kernel.db import db, save
from forum.kernel.errors import DomainError
from forum.notifications.origins import MailOrigin
from forum.threads import operations
from forum.threads.models import Post, Thread
from forum.threads.operations.adding import already_posted


@dataclass
class Done:
    """What came of a mail, or of a part of one.

    Args:
        post: what it became; nothing where it came before.
        refused: (name, why) of files that were not taken.
    """

    post: Post | None = None
    refused: list[tuple[str, str]] = field(default_factory=list)


@contextmanager
def all_or_nothing() -> Iterator[None]:
    """A part of a mail that is done wholly or not at all, whatever else the mail does.

    Raises:
        Unfit: an operation refused it.
    """
    try:
        with db.session.begin_nested():
            yield
    except DomainError as trouble:
        raise unfit(trouble) from trouble


def post_answer(
    received: ReceivedMail,
    letter: Letter,
    thread: Thread,
    folded: Folded,
    *,
    by: Member,
    with_files: bool = True,
    part: str = "",
) -> Done:
    """Make a mail the next post of a thread.

    Args:
        part: names the part of the mail, where each part is a post.

    Raises:
        Unfit: it cannot be; nothing is left of it then.
    """
    with all_or_nothing():
        authorize(by, Can.READ, thread)
        earlier = already_posted(submission_of(received, letter, part), by=by)
        if not thread.is_open and earlier is None:
            raise Unfit(Why.CLOSED)
        let_write(by, Can.REPLY, thread)
        language = language_of(folded.own, by)
        taken = _taken(letter if with_files else None, thread.group, folded, language, by)
        body = _body(folded, taken)
        if earlier is None:
            refuse_too_many(by)
        post = operations.reply(
            thread,
            body=body,
            by=by,
            language=language,
            submission=submission_of(received, letter, part),
            quoted=shown_folded(folded.rest),
        )
        if not _is_first(post):
            return Done()
        tie_to(thread, taken, by=by)
        _remember(received, letter, Did.POST, post, taken, by=by)
        return Done(post, taken.refused)


def open_by_mail(received: ReceivedMail, letter: Letter, group: Group, folded: Folded, *, by: Member) -> Done:
    """Make a mail to a group's address a thread of the group.

    Raises:
        Unfit: it cannot be; nothing is left of it then.
    """
    with all_or_nothing():
        let_write(by, Can.POST, group)
        language = language_of(folded.own, by)
        taken = _taken(letter, group, folded, language, by)
        body = _body(folded, taken)
        refuse_too_many(by)
        thread = operations.open_thread(
            group,
            title=title_of(letter.subject, folded.own),
            body=body,
            by=by,
            language=language,
            submission=submission_of(received, letter, ""),
            quoted=shown_folded(folded.rest),
        )
        post = db.session.scalars(select(Post).where(Post.thread_id == thread.id, Post.number == 1)).one()
        if not _is_first(post):
            return Done()
        tie_to(thread, taken, by=by)
        _remember(received, letter, Did.THREAD, thread, taken, by=by)
        db.session.add(MailOrigin(entry_id=post.id, message_id=_message_id(letter)))
        return Done(post, taken.refused)


def submission_of(received: ReceivedMail, letter: Letter, part: str) -> str:
    """What makes the same mail, delivered again by another way, the same post."""
    named = hashlib.sha256(letter.message_id.encode()).hexdigest()[:30] if letter.message_id else str(received.id)
    return f"mail-{named}{f'.{part}' if part else ''}"


def _is_first(post: Post) -> bool:
    """Whether it was made just now: of a mail that came twice at once, the second finds what the first one made."""
    return db.session.get(MailOrigin, post.id) is None


def _taken(letter: Letter | None, group: Group | None, folded: Folded, language: str, by: Member) -> Taken:
    files = files_in(letter.attachments) if letter else []
    if not files or group is None:
        return Taken()
    return take(files, group=group, language=language, by=by)


def _body(folded: Folded, taken: Taken) -> str:
    body = "\n\n".join(filter(None, (folded.own.strip("\n"), taken.links)))
    if not body.strip():
        raise Unfit(Why.FILE_REFUSED if taken.refused else Why.NO_WORDS)
    if len(body) > Post.BODY_LENGTH:
        raise Unfit(Why.TOO_LONG)
    return body


def _message_id(letter: Letter) -> str:
    return letter.message_id[: MailOrigin.MESSAGE_ID_LENGTH]


def _remember(received: ReceivedMail, letter: Letter, did: Did, made: Entry, taken: Taken, *, by: Member) -> None:
    """Which entry came from which mail, for mail programs, for its author, and for UNDO."""
    db.session.add(MailOrigin(entry_id=made.id, message_id=_message_id(letter)))
    note(received, did, made, by=by)
    for resource in taken.resources:
        note(received, Did.RESOURCE, resource, by=by)


def note(
    received: ReceivedMail, did: Did, entry: Entry | None, *, by: Member, before: dict[str, object] | None = None
) -> None:
    """Write down what a mail did."""
    save(
        MailDeed(
            received_id=received.id, member_id=by.id, did=did, entry_id=entry.id if entry else None, before=before or {}
        )
    )
