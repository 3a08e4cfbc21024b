"""What the worker does: give every member a choice, make digests that are due, and ask again before one goes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from sqlalchemy import delete, func, select

from forum.access.scopes import visible_to
from forum.accounts.events import MemberErased, TimeZoneChanged
from forum.accounts.models import Member
from forum.entries.models import Entry
from forum.kernel import clock
from forum.kernel.db import db
from forum.kernel.events import handles, record
from forum.kernel.jobs import every, lane
from forum.kernel.mail import Delivery, Reason, objection
from forum.notifications import recomposing
from forum.notifications.events import DigestsGivenUp
from forum.notifications.lines import may_be_quoted
from forum.notifications.models import Digest, DigestItem, Frequency, GroupWeight, MailChoice, RegionWeight, ThemeWeight
from forum.notifications.operations import reschedule
from forum.notifications.preparing import begin_telling, prepare_due
from forum.notifications.schedule import is_away
from forum.notifications.screening import BATCH
from forum.threads.models import Post

KEEP_DIGESTS = timedelta(days=400)


@every(timedelta(minutes=1))
def begin_telling_newcomers() -> None:
    """Whoever was admitted since the last time starts with a digest at seven every morning."""
    begin_telling(now=clock.now())


@lane
def make_digests(limit: int, stopping: Callable[[], bool]) -> int:
    """Digests that are due, beside the jobs: a hundred thousand of them must not hold up the index."""
    return prepare_due(max(limit, BATCH), stopping)


@objection
def is_not_wanted(delivery: Delivery) -> Reason | None:
    """Whether a digest, made a while ago, may still go."""
    if delivery.kind != "digest" or delivery.member_id is None:
        return None
    member, choice = db.session.get(Member, delivery.member_id), db.session.get(MailChoice, delivery.member_id)
    if member is None or choice is None or not member.is_admitted:
        return Reason.NOT_A_MEMBER
    if choice.frequency is Frequency.NEVER or is_away(choice.paused_until, member.time_zone, now=clock.now()):
        return Reason.UNSUBSCRIBED
    return Reason.NOT_VISIBLE if _tells_of_what_is_gone(delivery, member) else None


def _tells_of_what_is_gone(delivery: Delivery, member: Member) -> bool:
    """Something in it was hidden, deleted or made private since: it is given up, and put together again without that."""
    day = date.fromisoformat(delivery.key[-10:])  # see Digest.key
    ids = select(DigestItem.entry_id).join(Digest).where(Digest.member_id == member.id, Digest.day == day)
    named = db.session.scalar(select(func.count()).select_from(ids.subquery())) or 0
    seen = db.session.scalar(select(func.count()).select_from(Entry).where(Entry.id.in_(ids), visible_to(member)))
    return seen != named or _quotes_what_is_gone(member, day)


def _quotes_what_is_gone(member: Member, day: date) -> bool:
    """The conversation may still be there, and the post whose beginning it says not."""
    items = select(DigestItem).join(Digest).where(Digest.member_id == member.id, Digest.day == day)
    quotes = items.where(DigestItem.quoted.is_not(None)).subquery().c
    post = Post.__table__.c
    still = (
        select(post.id)
        .join(Entry, Entry.id == post.id)
        .where(post.thread_id == quotes.entry_id, post.number == quotes.quoted, *may_be_quoted(member))
    )
    return db.session.scalar(select(quotes.entry_id).where(~still.exists()).limit(1)) is not None


@every(timedelta(minutes=1))
def promise_to_compose_again() -> None:
    """A promise for each handful, so that none holds the database for long."""
    ids = recomposing.given_up()
    for start in range(0, len(ids), recomposing.AT_ONCE):
        record(DigestsGivenUp(delivery_ids=ids[start : start + recomposing.AT_ONCE]))


@handles(DigestsGivenUp)
def compose_again(event: DigestsGivenUp) -> None:
    """Without what is no longer for its reader, and with what is behind it in the same window."""
    for id in event.delivery_ids:
        recomposing.compose_again(id)


@every(timedelta(days=1))
def forget_old_digests() -> None:
    old = delete(Digest).where(Digest.created_at < clock.now() - KEEP_DIGESTS)
    db.session.execute(old.execution_options(synchronize_session=False))


@handles(TimeZoneChanged)
def come_at_their_hour_there(event: TimeZoneChanged) -> None:
    """The next digest comes at the hour they chose, by the clocks they live by now."""
    member = db.session.get(Member, event.member_id)
    if member is not None and not member.erased_at:
        reschedule(member)


@handles(MemberErased)
def forget_what_they_were_told(event: MemberErased) -> None:
    """Who has left leaves no list of what they were told, and no choices."""
    mine = {"synchronize_session": False}
    for table in (Digest, GroupWeight, ThemeWeight, RegionWeight, MailChoice):
        db.session.execute(delete(table).where(table.member_id == event.member_id).execution_options(**mine))
