"""Mail that came in, for its author and for moderators."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from forum.access.scopes import groups_visible_to, visible_to
from forum.accounts.models import Member
from forum.community.models import Group
from forum.entries.models import Entry
from forum.entries.titles import titles_of
from forum.inbound import recipients
from forum.inbound.belonging import Stands, form_for, group_missed, standing, thread_at
from forum.inbound.models import Did, Fate, HeldMail, MailDeed, MailLine, MailQuestion, MailWords, ReceivedMail, Why
from forum.kernel import clock
from forum.kernel.db import db
from forum.kernel.errors import NotFound
from forum.kernel.paging import ROWS_ON_A_PAGE, Page
from forum.notifications.tokens import Purpose, read
from forum.threads.models import Post, Thread

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
class Kept:
    """Words that were not posted.

    Args:
        form: where they belong now, as drafts name it; empty where there is no such form.
        thread: the conversation they answer, if their author may see it.
        missed: the group they were refused for want of, and how their author stands to that now.
    """

    of: MailWords | MailLine
    form: str = ""
    thread: Thread | None = None
    missed: Group | None = None
    stands: Stands | None = None


@dataclass(frozen=True)
class Mine:
    """One mail of a member, with what it did and the words that are kept of it, whole or line by line."""

    received: ReceivedMail
    words: Kept | None = None
    made: list[Made] = field(default_factory=list)
    lines: list[Kept] = field(default_factory=list)


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


def all_received_of(person: Member) -> list[tuple[ReceivedMail, str | None, list[MailLine]]]:
    """Everything that came from a member, with the words that are kept, whole or line by line, for them to take along."""
    query: Any = select(ReceivedMail, MailWords.text).outerjoin(MailWords, MailWords.received_id == ReceivedMail.id)
    query = query.where(ReceivedMail.member_id == person.id, ReceivedMail.fate != Fate.RETURNED)
    lines = _lines(MailLine.member_id == person.id)
    return [(row[0], row[1], lines[row[0].id]) for row in db.session.execute(query.order_by(ReceivedMail.id))]


def _lines(*whose: ColumnElement[bool]) -> dict[int, list[MailLine]]:
    """What is kept line by line, by mail."""
    found: dict[int, list[MailLine]] = defaultdict(list)
    for line in db.session.scalars(select(MailLine).where(*whose).order_by(MailLine.received_id, MailLine.position)):
        found[line.received_id].append(line)
    return found


def words_of(received_id: int, *, line: int, reader: Member) -> MailWords | MailLine:
    """The words that are kept of a mail, or of one line of it.

    Args:
        line: its position among those that are kept; 0 for the whole mail.

    Raises:
        NotFound: there are none, or they are somebody else's.
    """
    get_received(received_id, reader=reader)
    found = (
        db.session.get(MailLine, (received_id, min(line, 2**31 - 1)))
        if line
        else db.session.get(MailWords, received_id)
    )
    if found is None:
        raise NotFound
    return found


def _with_all(mails: Sequence[ReceivedMail], reader: Member) -> list[Mine]:
    ids = [mail.id for mail in mails]
    words = {
        row.received_id: row for row in db.session.scalars(select(MailWords).where(MailWords.received_id.in_(ids)))
    }
    deeds = db.session.scalars(select(MailDeed).where(MailDeed.received_id.in_(ids)).order_by(MailDeed.id)).all()
    where = _addresses([deed.entry_id for deed in deeds if deed.entry_id], reader)
    joined = _groups_joined(deeds, reader)
    made: dict[int, list[Made]] = defaultdict(list)
    for deed in deeds:
        title, url = joined.get(deed.id) or where.get(deed.entry_id or 0, ("", ""))
        made[deed.received_id].append(Made(deed.did, title, url, deed.undone_at is not None))
    lines = _lines(MailLine.received_id.in_(ids))
    kept = _all_kept([*words.values(), *(line for each in lines.values() for line in each)], reader)
    return [
        Mine(mail, kept.get((mail.id, 0)), made[mail.id], [kept[mail.id, line.position] for line in lines[mail.id]])
        for mail in mails
    ]


def _all_kept(of: Sequence[MailWords | MailLine], reader: Member) -> dict[tuple[int, int], Kept]:
    """What can be done with each, by mail and position; 0 for the words of a whole mail. Few statements, however many there are."""
    ids = [int(words.place.removeprefix("thread:")) for words in of if words.place.startswith("thread:")]
    threads: Any = select(Thread).where(Thread.id.in_(ids)).options(joinedload(Thread.group))
    _held = db.session.scalars(threads).all() if ids else ()  # the session forgets what nobody holds
    stands: dict[int, Stands] = {}
    found: dict[tuple[int, int], Kept] = {}
    for words in of:
        missed = group_missed(words, reader=reader)
        if missed and missed.id not in stands:
            stands[missed.id] = standing(reader, missed)
        found[words.received_id, getattr(words, "position", 0)] = Kept(
            words,
            form_for(words, reader=reader),
            thread_at(words.place, reader=reader),
            missed,
            stands[missed.id] if missed else None,
        )
    return found


def _groups_joined(deeds: Sequence[MailDeed], reader: Member) -> dict[int, tuple[str, str]]:
    """(name, address) of the group of each deed that joined one the reader may still know of."""
    ids = {deed.id: deed.before["group"] for deed in deeds if deed.did is Did.JOIN}
    if not ids:
        return {}
    seen = db.session.scalars(select(Group).where(Group.id.in_(ids.values()), groups_visible_to(reader)))
    groups = {group.id: (group.label(reader.language), f"/groups/{group.slug}") for group in seen}
    return {deed: groups[id] for deed, id in ids.items() if id in groups}


def _addresses(ids: list[int], reader: Member) -> dict[int, tuple[str, str]]:
    """(title, address) of those the reader may still see."""
    if not ids:
        return {}
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
    """One of them, to decide about it: who decides at the same moment finds afterwards that it does not wait any more.

    Raises:
        NotFound: it does not wait, or not any more.
    """
    if (held := _held(received_id)) is None:
        raise NotFound
    return held


def mine_held(received_id: int, *, reader: Member) -> HeldMail | None:
    """One that waits for the reader's own word, to decide about it; nothing where it was decided already.

    Raises:
        NotFound: there is no such mail of theirs.
    """
    get_received(received_id, reader=reader)
    return _held(received_id)


def _held(received_id: int) -> HeldMail | None:
    waiting = select(ReceivedMail).where(ReceivedMail.id == min(received_id, 2**31 - 1), ReceivedMail.fate == Fate.HELD)
    waiting = waiting.with_for_update().execution_options(populate_existing=True)
    return None if db.session.scalar(waiting) is None else db.session.get(HeldMail, received_id)


def for_operators(*, limit: int = 50) -> list[ReceivedMail]:
    """What came to postmaster@ and abuse@ and is still kept, latest first; also what could not be read."""
    lately = ReceivedMail.received_at > clock.now() - KEPT_FOR_OPERATORS
    query = select(ReceivedMail).where(
        ReceivedMail.fate.in_((Fate.DONE, Fate.UNREADABLE)), lately, recipients.to_operators()
    )
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
