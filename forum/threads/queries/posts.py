"""Reading one thread: itself, its posts, and where its reader stands in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Row,
    Select,
    and_,
    bindparam,
    case,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import contains_eager, joinedload

from forum.access.rules import Can, may
from forum.access.scopes import ME, as_read_by, for_each_office, visible_to
from forum.accounts.likeness import Belonging, Likeness, Reader
from forum.accounts.models import Member
from forum.community.models import Group, Membership
from forum.community.queries import RegionWord, ThemeWord, all_regions, all_themes
from forum.entries.models import Entry, EntryRegion, EntryTheme, Follow, Link, Relation
from forum.entries.titles import KINDS, Named, titled_entries
from forum.kernel.db import db
from forum.kernel.errors import NotAlike, NotFound
from forum.threads.models import Draft, Post, PostQuote, PostRevision, ReadMark, Thread

POST, ENTRY, QUOTE = Post.__table__, Entry.__table__, PostQuote.__table__


@dataclass(frozen=True)
class Reading:
    """A thread, and where its reader stands in it. What a visitor lacks is None or 0."""

    thread: Thread
    group: Group
    membership: Membership | Belonging | None = None
    follow: Follow | None = None
    read_to: int = 0
    draft: Draft | None = None

    @property
    def unread(self) -> int:
        return max(0, self.thread.post_count - self.read_to)


@dataclass(frozen=True)
class PostRow:
    """What a page shows of one post: plain values, and no wording that its reader must not see."""

    id: int
    thread_id: int
    number: int
    version: int
    language: str
    html: str
    created_at: datetime
    edited_at: datetime | None
    is_deleted: bool
    is_hidden: bool
    author_id: int | None
    author: str | None
    author_handle: str | None
    has_quote: bool = False  # a mail's quotations and signature, which a page of their own shows to members

    @property
    def speaks(self) -> bool:
        return bool(self.html)


@dataclass(frozen=True)
class Filed:
    """The regions and themes a thread is filed under, and the entries it is about."""

    regions: Sequence[RegionWord] = ()
    themes: Sequence[ThemeWord] = ()
    about: Sequence[Named] = field(default_factory=list)


def get_thread(thread_id: int, *, reader: Reader | None) -> Reading:
    """The thread with this id, in one statement with all that concerns its reader.

    Raises:
        NotFound: there is none that they may see.
    """
    if not 0 < thread_id < 2**31:
        raise NotFound
    values = as_read_by(reader, thread=thread_id, place=f"thread:{thread_id}")
    found: Any = db.session.execute(_thread_and_standing(reader), values).first()
    if found is None:
        raise NotFound
    if reader is None:
        return Reading(*found)
    if isinstance(reader, Likeness):
        if not may(reader, Can.READ, found[0]):
            raise NotFound
        return Reading(found[0], found[1], reader.belonging_to(found[1].id))
    thread, group, membership, follow, read_to, draft = found
    return Reading(thread, group, membership, follow, read_to or 0, draft)


@for_each_office
def _thread_and_standing(reader: Reader | None) -> Select[Any]:
    query: Any = select(Thread, Group).join(Group, Group.id == Thread.group_id)
    query = query.options(joinedload(Thread.author), contains_eager(Thread.group))
    query = query.outerjoin(Group.region).outerjoin(Group.theme)
    query = query.options(contains_eager(Thread.group, Group.region), contains_eager(Thread.group, Group.theme))
    query = query.where(Thread.id == bindparam("thread"))
    if isinstance(reader, Likeness):
        return query  # whose kind knows what it is to the group, which this statement does not; rules are asked instead
    query = query.where(visible_to(reader, ME))
    if reader is None:
        return query
    query = query.add_columns(Membership, Follow, ReadMark.number, Draft)
    query = query.outerjoin(Membership, and_(Membership.group_id == Group.id, Membership.member_id == ME))
    query = query.outerjoin(Follow, and_(Follow.entry_id == Thread.id, Follow.member_id == ME))
    query = query.outerjoin(ReadMark, and_(ReadMark.thread_id == Thread.id, ReadMark.member_id == ME))
    return query.outerjoin(Draft, and_(Draft.place == bindparam("place"), Draft.member_id == ME))


def get_post(thread_id: int, number: int, *, reader: Member | None) -> Post:
    """The post with this number.

    Raises:
        NotFound: there is none, or none that they may see.
    """
    thread = get_thread(thread_id, reader=reader).thread
    found = db.session.scalar(
        select(Post).where(Post.thread_id == thread.id, Post.number == min(number, 2**31 - 1), visible_to(reader))
    )
    if found is None:
        raise NotFound
    return found


def posts_in(thread: Thread, *, page: int, reader: Reader | None) -> list[PostRow]:
    """The posts of one page, by number: page 250 costs what page 1 costs."""
    first = (page - 1) * Thread.POSTS_ON_A_PAGE + 1
    return _posts(thread, first, first + Thread.POSTS_ON_A_PAGE - 1, reader)


def post_row(thread: Thread, number: int, *, reader: Member | None) -> PostRow:
    """One post as a page shows it.

    Raises:
        NotFound: there is none with this number.
    """
    for row in _posts(thread, number, number, reader):
        return row
    raise NotFound


def _posts(thread: Thread, first: int, last: int, reader: Reader | None) -> list[PostRow]:
    """Callers have checked that the reader sees the thread; a hidden post keeps its place, and loses its wording."""
    values = as_read_by(reader, thread=thread.id, first=first, last=last)
    rows = [PostRow(*row) for row in db.session.execute(_posts_of_thread(reader), values)]
    if isinstance(reader, Likeness) and not reader.is_moderator:
        for row in rows:
            if row.is_hidden:
                reader.but_for(row.author_id)  # who alone of their kind still reads it
    return rows


@for_each_office
def _posts_of_thread(reader: Reader | None) -> Select[Any]:
    member = Member.__table__
    shown: Any = ENTRY.c.hidden_at.is_(None)
    if reader is not None and reader.is_moderator:
        shown = literal(True)
    elif reader is not None and not isinstance(reader, Likeness):
        shown = or_(shown, ENTRY.c.author_id == ME)
    return (
        select(
            POST.c.id,
            POST.c.thread_id,
            POST.c.number,
            POST.c.version,
            ENTRY.c.language,
            case((shown, POST.c.html), else_="").label("html"),
            ENTRY.c.created_at,
            POST.c.edited_at,
            POST.c.deleted_at.is_not(None).label("is_deleted"),
            ENTRY.c.hidden_at.is_not(None).label("is_hidden"),
            ENTRY.c.author_id,
            member.c.name.label("author"),
            member.c.handle.label("author_handle"),
            and_(shown, QUOTE.c.post_id.is_not(None)).label("has_quote"),
        )
        .join(ENTRY, ENTRY.c.id == POST.c.id)
        .outerjoin(QUOTE, QUOTE.c.post_id == POST.c.id)
        .outerjoin(member, member.c.id == ENTRY.c.author_id)
        .where(POST.c.thread_id == bindparam("thread"), POST.c.number.between(bindparam("first"), bindparam("last")))
        .order_by(POST.c.number)
    )


def filed(thread: Thread, *, reader: Reader | None) -> Filed:
    """Under what a thread is filed and what it is about, in one statement.

    Raises:
        NotAlike: it is about something that not every reader of this kind may see.
    """
    rows = db.session.execute(_filed(reader), as_read_by(reader, thread=thread.id)).all()
    if any(r[0] == "about" and not r[6] for r in rows):
        raise NotAlike
    region_ids = {r[1] for r in rows if r[0] == "region"}
    theme_ids = {r[1] for r in rows if r[0] == "theme"}
    return Filed(
        [r for r in all_regions() if r.id in region_ids],
        [t for t in all_themes() if t.id in theme_ids],
        [_named(r) for r in rows if r[0] == "about"],
    )


@for_each_office
def _filed(reader: Reader | None) -> CompoundSelect[Any]:
    this: BindParameter[int] = bindparam("thread")
    none = null()
    regions = select(
        literal("region").label("what"), EntryRegion.region_id.label("id"), none.label("kind"), none.label("reference"),
        none.label("language"), none.label("title"), literal(True).label("for_all"),
    ).where(EntryRegion.entry_id == this)  # fmt: skip
    themes = select(literal("theme"), EntryTheme.theme_id, none, none, none, none, literal(True))
    themes = themes.where(EntryTheme.entry_id == this)
    seen: ColumnElement[bool] = visible_to(reader, ME)
    alike = isinstance(reader, Likeness)  # then what is not for all of the kind is found too, and said to be so
    about = titled_entries().join(Link, Link.to_id == Entry.id)
    about = about.add_columns(seen.label("for_all")) if alike else about.add_columns(literal(True).label("for_all"))
    about = about if alike else about.where(seen)
    about = about.where(Link.from_id == this, Link.relation == Relation.ABOUT, Link.revoked_at.is_(None))
    titled = about.subquery()
    about_rows = select(
        literal("about"), titled.c.id, titled.c.kind, titled.c.reference, titled.c.language, titled.c.title,
        titled.c.for_all,
    )  # fmt: skip
    return union_all(about_rows, regions, themes)


def _named(row: Row[Any]) -> Named:
    values: Any = row
    _, entry_id, kind, reference, language, title, _for_all = values
    return Named(entry_id, kind, reference, language, title, KINDS[kind].url(entry_id, reference))


def quote_of(post: Post) -> str:
    """What the mail a post came by quoted, and how it was signed; the post was got through its reader.

    Raises:
        NotFound: it quoted nothing, or the post was deleted.
    """
    text = db.session.scalar(select(PostQuote.text).where(PostQuote.post_id == post.id))
    if text is None or post.is_deleted:
        raise NotFound
    return text


def revisions_of(post: Post) -> list[PostRevision]:
    """The wordings a post had before, oldest first."""
    return list(
        db.session.scalars(select(PostRevision).where(PostRevision.post_id == post.id).order_by(PostRevision.version))
    )


def draft_for(place: str, *, reader: Member) -> Draft | None:
    """What this member was writing in this form."""
    return db.session.scalar(select(Draft).where(Draft.member_id == reader.id, Draft.place == place))


def drafts_of(reader: Member) -> list[Draft]:
    """Everything this member is still writing, latest first."""
    return list(db.session.scalars(select(Draft).where(Draft.member_id == reader.id).order_by(Draft.saved_at.desc())))
