"""Mail that came in, for its author and for moderators."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from forum.access.scopes import visible_to
from forum.accounts.models import Member
from forum.community.models import Group
from forum.entries.models import Entry
from forum.entries.titles import titles_of
from forum.inbound import recipients
from forum.inbound.belonging import Stands, group_missed, standing
from forum.inbound.models import Did, Fate, HeldMail, MailDeed, MailQuestion, MailWords, ReceivedMail, Why
from forum.kernel import clock
from forum.kernel.db import db
from forum.kernel.errors import NotFound
from forum.kernel.paging import ROWS_ON_A_PAGE, Page
from forum.notifications import addresses
from forum.notifications.tokens import Purpose, read
from forum.threads.models import Post

COUNTED = timedelta(days=7)
KEPT_FOR_OPERATORS = timedelta(days=30)  # as long as the mail itself is


@dataclass(frozen=True)
class Made:
    """Something a mail became or did: what it is called and where it is; neither where its author may not see it any more."""

    did: Did
    title: str
    url: str
    is_undone: bool


@dataclass(frozen=True)
class Mine:
    """One mail of a member, with what it did and the words that are kept of it.

    Args:
        missed: the group it was refused for want of, and how its author stands to that now.
    """

    received: ReceivedMail
    words: MailWords | None = None
    made: list[Made] = field(default_factory=list)
    missed: Group | None = None
    stands: Stands | None = None


def received_of(reader: Member, *, number: int = 1) -> Page[Mine]:
    """What came from a member, or says that it does, latest first."""
    query = select(ReceivedMail).where(ReceivedMail.member_id == reader.id, ReceivedMail.fate != Fate.RETURNED)
    query = query.order_by(ReceivedMail.received_at.desc(), ReceivedMail.id.desc())
    rows = db.session.scalars(query.offset((number - 1) * ROWS_ON_A_PAGE).limit(ROWS_ON_A_PAGE + 1)).all()
    page = Page.of(rows, number)
    return Page(_with_all(page.items, reader), number, page.has_next)


def get_received(received_id: int, *, reader: Member) -> Mine:
    """One of them.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    received = db.session.get(ReceivedMail, min(received_id, 2**31 - 1))
    if received is None or received.member_id != reader.id or received.fate is Fate.RETURNED:
        raise NotFound
    return _with_all([received], reader)[0]


def all_received_of(person: Member) -> list[tuple[ReceivedMail, str | None]]:
    """Everything that came from a member, with the words that are kept, for them to take along."""
    query: Any = select(ReceivedMail, MailWords.text).outerjoin(MailWords, MailWords.received_id == ReceivedMail.id)
    query = query.where(ReceivedMail.member_id == person.id, ReceivedMail.fate != Fate.RETURNED)
    return [(row[0], row[1]) for row in db.session.execute(query.order_by(ReceivedMail.id))]


def _with_all(mails: Sequence[ReceivedMail], reader: Member) -> list[Mine]:
    ids = [mail.id for mail in mails]
    words = {
        row.received_id: row for row in db.session.scalars(select(MailWords).where(MailWords.received_id.in_(ids)))
    }
    deeds = db.session.scalars(select(MailDeed).where(MailDeed.received_id.in_(ids)).order_by(MailDeed.id)).all()
    where = _addresses([deed.entry_id for deed in deeds if deed.entry_id], reader)
    made: dict[int, list[Made]] = defaultdict(list)
    for deed in deeds:
        title, url = where.get(deed.entry_id or 0, ("", ""))
        made[deed.received_id].append(Made(deed.did, title, url, deed.undone_at is not None))
    return [_mine(mail, words.get(mail.id), made[mail.id], reader) for mail in mails]


def _mine(mail: ReceivedMail, words: MailWords | None, made: list[Made], reader: Member) -> Mine:
    missed = group_missed(mail, words, reader=reader)
    return Mine(mail, words, made, missed, standing(reader, missed) if missed else None)


def _addresses(ids: list[int], reader: Member) -> dict[int, tuple[str, str]]:
    """(title, address) of those the reader may still see."""
    seen = select(Entry.id).where(Entry.id.in_(ids), visible_to(reader))
    visible = list(db.session.scalars(seen))
    posts: Any = select(Post.id, Post.thread_id, Post.number).where(Post.id.in_(visible))
    rows = db.session.execute(posts).all()
    threads = select(Entry.id).where(Entry.id.in_([row.thread_id for row in rows]), visible_to(reader))
    titles = titles_of([*visible, *db.session.scalars(threads)])
    found = {id: (titles[id].title, titles[id].url) for id in visible if id in titles}
    for row in rows:
        if row.thread_id in titles:
            thread = titles[row.thread_id]
            found[row.id] = (thread.title, f"{thread.url}/posts/{row.number}")
    return found


def question_of(token: str) -> MailQuestion:
    """The question a token answers.

    Raises:
        NotFound: there is none; or it belongs to another member than the token.
    """
    said = read(token)
    if said is None or said.purpose is not Purpose.SURE:
        raise NotFound
    question = db.session.get(MailQuestion, said.object_id)
    if question is None or question.member_id != said.member_id:
        raise NotFound
    return question


def held_mails(*, limit: int = 100) -> list[tuple[HeldMail, MailWords | None]]:
    """What waits for somebody's word, longest waiting first. For moderators."""
    query: Any = (
        select(HeldMail, MailWords)
        .join(ReceivedMail, ReceivedMail.id == HeldMail.received_id)
        .outerjoin(MailWords, MailWords.received_id == HeldMail.received_id)
        .where(ReceivedMail.fate == Fate.HELD)
        .options(joinedload(HeldMail.received), joinedload(HeldMail.member))
        .order_by(HeldMail.received_id)
    )
    return [(row[0], row[1]) for row in db.session.execute(query.limit(limit))]


def get_held(received_id: int) -> HeldMail:
    """One of them.

    Raises:
        NotFound: it does not wait, or not any more.
    """
    held = db.session.get(HeldMail, min(received_id, 2**31 - 1))
    if held is None or held.received.fate is not Fate.HELD:
        raise NotFound
    return held


def for_operators(*, limit: int = 50) -> list[ReceivedMail]:
    """What came to postmaster@ and abuse@ and is still kept, latest first."""
    domain = addresses.answering_domain().casefold()
    to = [
        ReceivedMail.envelope_to.like(f"{left}{plus}@{domain}")
        for left in sorted(recipients.FOR_OPERATORS)
        for plus in ("", "+%")
    ]
    lately = ReceivedMail.received_at > clock.now() - KEPT_FOR_OPERATORS
    query = select(ReceivedMail).where(ReceivedMail.fate == Fate.DONE, lately, or_(*to))
    return list(db.session.scalars(query.order_by(ReceivedMail.received_at.desc()).limit(limit)))


def lately_refused() -> list[tuple[Why, int]]:
    """How many mails of the last week were not posted, by reason, most frequent first."""
    lately = ReceivedMail.received_at > clock.now() - COUNTED
    count = func.count()
    query: Any = (
        select(ReceivedMail.why, count)
        .where(lately, ReceivedMail.fate.in_((Fate.REFUSED, Fate.HELD, Fate.UNREADABLE)))
        .group_by(ReceivedMail.why)
        .order_by(count.desc())
    )
    return [(row[0], row[1]) for row in db.session.execute(query)]
