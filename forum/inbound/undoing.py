"""Taking back what one's last mail did, within a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import select

from forum.accounts.models import Member
from forum.community.models import Group
from forum.entries.models import Because, Entry, Follow, Level, Visibility
from forum.entries.operations import follow, unfollow
from forum.groups import operations as groups
from forum.inbound.deeds import all_or_nothing
from forum.inbound.models import Did, MailDeed, ReceivedMail
from forum.inbound.refusals import Unfit
from forum.kernel import clock
from forum.kernel.db import db
from forum.library import operations as library
from forum.library.models import Resource
from forum.notifications import operations as notifications
from forum.notifications.tokens import Purpose, Token
from forum.threads import operations as threads
from forum.threads.models import Post, Thread

WITHIN = timedelta(days=1)


class Nothing(StrEnum):
    """Why nothing was taken back."""

    NO = ""
    DONE = "done"  # that mail did nothing, or none did within a day
    ALREADY = "already"
    LATE = "late"
    STANDS = "stands"  # what became of it since does not let it be taken back


@dataclass(frozen=True)
class Undone:
    """What was taken back, or why nothing was."""

    deeds: tuple[MailDeed, ...] = ()
    nothing: Nothing = Nothing.NO


def undo(*, by: Member, of: ReceivedMail | None = None) -> Undone:
    """Take back everything a mail did, within a day. Doing it again changes nothing.

    Args:
        of: which mail; the latest that did anything, if none is named.
    """
    mine = select(MailDeed).where(MailDeed.member_id == by.id)
    since = clock.now() - WITHIN
    if of is None:
        standing = mine.where(MailDeed.undone_at.is_(None), MailDeed.done_at > since)
        last = db.session.scalar(standing.order_by(MailDeed.id.desc()).limit(1))
    else:
        last = db.session.scalar(mine.where(MailDeed.received_id == of.id).limit(1))
    if last is None:
        return Undone(nothing=Nothing.DONE)
    of_it = mine.where(MailDeed.received_id == last.received_id).order_by(MailDeed.id.desc())
    # the same word sent twice may be read by two workers at once
    deeds = db.session.scalars(of_it.with_for_update(of=MailDeed).execution_options(populate_existing=True)).all()
    if all(deed.undone_at for deed in deeds):
        return Undone(nothing=Nothing.ALREADY)
    standing_now = [deed for deed in deeds if deed.undone_at is None and deed.done_at > since]
    if not standing_now:
        return Undone(nothing=Nothing.LATE)
    taken_back = tuple(deed for deed in standing_now if _taken_back(deed, by=by))
    return Undone(taken_back, Nothing.NO if taken_back else Nothing.STANDS)


def _taken_back(deed: MailDeed, *, by: Member) -> bool:
    """Whether it is so again as it was; what cannot be taken back any more stays, and is not told as undone."""
    try:
        with all_or_nothing():
            _undo_one(deed, by=by)
            deed.undone_at = clock.now()
    except Unfit:
        return False
    return True


def _undo_one(deed: MailDeed, *, by: Member) -> None:
    if deed.did is Did.PUT_OFF:
        notifications.remind_again(by=by)
    elif deed.did is Did.JOIN:
        _go_out(deed.before["group"], by=by)
    elif deed.did is Did.STOP:
        _start_again(deed, by=by)
    elif deed.entry is not None and deed.did is Did.FOLLOW:
        hear_again(deed.entry, deed.before, by=by)
    elif isinstance(deed.entry, Post):
        threads.delete_post(deed.entry, by=by)
    elif isinstance(deed.entry, Thread):
        _withdraw(deed.entry, by=by)
    elif isinstance(deed.entry, Resource):
        library.publish(deed.entry, visibility=Visibility.DRAFT, group=None, by=by)


def _withdraw(thread: Thread, *, by: Member) -> None:
    """Its opening words go; and where nobody has answered, nobody can any more."""
    opening = db.session.scalars(select(Post).where(Post.thread_id == thread.id, Post.number == 1)).one()
    threads.delete_post(opening, by=by)
    if thread.post_count == 1 and thread.is_open:
        threads.close(thread, by=by)


def _go_out(group_id: int, *, by: Member) -> None:
    if (group := db.session.get(Group, group_id)) is not None:
        groups.leave(group, by=by)


def hear_again(entry: Entry, before: dict[str, str | None], *, by: Member) -> None:
    """Follow an entry as it was followed before."""
    if (level := before.get("level")) is None:
        unfollow(entry, by=by)
        return
    follow(entry, by=by, level=Level(level))
    if (standing := db.session.get(Follow, (entry.id, by.id))) is not None:
        standing.because = Because(before.get("because") or Because.CHOSE)


def _start_again(deed: MailDeed, *, by: Member) -> None:
    token = Token(Purpose(deed.before["purpose"]), by.id, deed.before["object"])
    if token.purpose is not Purpose.STOP_ENTRY:
        notifications.resume(token, deed.before["was"])
    elif (entry := db.session.get(Entry, token.object_id)) is not None:
        hear_again(entry, deed.before, by=by)
