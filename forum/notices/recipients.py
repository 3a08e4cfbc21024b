"""Who gets a post by mail at once: whom it names, who follows its thread at every post, who wants each post of its group.

One statement answers for all of them, when the mails are made, and for one of them just before a mail goes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select, true

from forum.access.scopes import readers_of
from forum.accounts.models import Member, Office
from forum.community.models import Membership
from forum.entries.models import Entry, Follow, Level
from forum.kernel import clock
from forum.kernel.db import db
from forum.kernel.mail import Reason as MailReason
from forum.notices.models import Reason
from forum.notifications.models import GroupWeight, MailChoice, Weight
from forum.notifications.schedule import is_away
from forum.threads.models import Mention, Post

#: Mails of one thread in an hour; the next says that there is more, and then only who is named hears at once.
BURST = 20
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Recipient:
    """One member who gets it, as far as the mail needs to know them.

    Args:
        may_answer: whether an answer by mail would be taken from them.
        is_discreet: they want to be told how many things are new, and nothing else.
        is_paused: they want no mail these days.
    """

    id: int
    name: str
    email: str
    language: str
    time_zone: str
    reason: Reason
    may_answer: bool
    is_discreet: bool
    is_paused: bool

    @property
    def is_named(self) -> bool:
        return self.reason is Reason.NAMED


def recipients_of(
    post: Post, *, after: int = 0, limit: int = 1, only: int | None = None, named_only: bool = False
) -> list[Recipient]:
    """Who gets this post at once, by their ids.

    Args:
        after: an id; only members with higher ones.
        only: ask for this member alone.
        named_only: only whom the post names.
    """
    thread = post.thread
    if post.is_deleted or post.is_hidden or thread.is_hidden:
        return []
    each = and_(GroupWeight.weight == Weight.EACH, Membership.joined_at.is_not(None))
    # who wants to hear no more of a group hears of no thread of it, as in the digest; only what names them still comes
    follows = and_(Follow.level == Level.EVERY_POST, func.coalesce(GroupWeight.weight, Weight.NORMAL) != Weight.NEVER)
    belongs = and_(Membership.member_id == Member.id, Membership.group_id == thread.group_id)
    weighs = and_(GroupWeight.member_id == Member.id, GroupWeight.group_id == thread.group_id)
    moderates = Member.office.in_((Office.MODERATOR, Office.SECRETARIAT))
    query: Any = (
        select(
            Member.id,
            Member.name,
            Member.email,
            Member.language,
            Member.time_zone,
            Mention.member_id.label("named"),
            and_(follows, Follow.member_id.is_not(None)).label("follows"),
            Follow.because,
            or_(Membership.joined_at.is_not(None), moderates).label("may_answer"),
            func.coalesce(MailChoice.discreet, False).label("discreet"),
            MailChoice.paused_until,
        )
        .outerjoin(MailChoice, MailChoice.member_id == Member.id)
        .outerjoin(Mention, and_(Mention.member_id == Member.id, Mention.post_id == post.id))
        .outerjoin(Follow, and_(Follow.member_id == Member.id, Follow.entry_id == thread.id))
        .outerjoin(Membership, belongs)
        .outerjoin(GroupWeight, weighs)
        .where(Member.takes_part(clock.now()), readers_of(post), readers_of(thread), Member.id != (post.author_id or 0))
        .where(or_(MailChoice.at_once.is_(None), MailChoice.at_once.is_(True)))
        .where(or_(Follow.level.is_(None), Follow.level != Level.MUTED))
        .where(Mention.member_id.is_not(None) if named_only else or_(Mention.member_id.is_not(None), follows, each))
        .where(Member.id == only if only is not None else true(), Member.id > after)
        .order_by(Member.id)
        .limit(limit)
    )
    return [_recipient(row) for row in db.session.execute(query)]


def _recipient(row: Any) -> Recipient:
    reason = Reason.NAMED if row.named else Reason.EACH
    if not row.named and row.follows:
        reason = Reason(row.because.value)
    return Recipient(
        row.id,
        row.name,
        row.email,
        row.language,
        row.time_zone,
        reason,
        bool(row.may_answer),
        bool(row.discreet),
        is_away(row.paused_until, row.time_zone, now=clock.now()),
    )


def wants_at_once(member_id: int, post: Post) -> bool:
    """Whether a member still wants, and may still have, a post by mail at once."""
    return any(not each.is_paused for each in recipients_of(post, only=member_id))


def why_not(member_id: int, post: Post) -> MailReason:
    """Why a member who does not get a post at once does not."""
    here = db.session.scalar(select(Member.id).where(Member.id == member_id, Member.takes_part(clock.now())))
    if here is None:
        return MailReason.NOT_A_MEMBER
    hidden = post.is_deleted or post.is_hidden or post.thread.is_hidden
    may = select(Member.id).where(Member.id == member_id, readers_of(post), readers_of(post.thread))
    return MailReason.NOT_VISIBLE if hidden or db.session.scalar(may) is None else MailReason.UNSUBSCRIBED


def said_lately(post: Post) -> int:
    """How many posts its thread had in the hour before this one."""
    posts, entries = Post.__table__.c, Entry.__table__.c
    said = select(func.count()).select_from(Post.__table__.join(Entry.__table__, entries.id == posts.id))
    before = said.where(posts.thread_id == post.thread_id, posts.number < post.number)
    return db.session.scalar(before.where(entries.created_at > post.created_at - HOUR)) or 0
