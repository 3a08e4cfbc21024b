"""Reading threads: always as somebody, never a row they may not see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    Row,
    Select,
    String,
    and_,
    bindparam,
    case,
    exists,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from forum.access.scopes import ME, as_read_by, for_each_office, my_group_ids, visible_to
from forum.accounts.likeness import Person, Reader
from forum.accounts.models import Member
from forum.community.models import Group, GroupKind, Region, Theme
from forum.community.queries import all_regions, all_themes
from forum.entries.models import Entry, EntryRegion, EntryTheme, Follow, Kind, Level, Link, Relation
from forum.kernel.db import built_once, db
from forum.kernel.direct import Line, direct
from forum.kernel.paging import ROWS_ON_A_PAGE, Page
from forum.threads.models import ReadMark, Thread

#: The thread's own columns, without the join to entry that the mapped class brings along.
THREAD = Thread.__table__
_LOOKING = aliased(Member, name="looking")  # lists join members of other roles
JOINED = select(_LOOKING.joined_at).where(_LOOKING.id == ME).scalar_subquery()
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
R = TypeVar("R", bound=Sequence[Any])


class Standing(StrEnum):
    """What a reader may ask of a list of threads."""

    OPEN = "open"
    CLOSED = "closed"
    UNREAD = "unread"
    FOLLOWING = "following"
    MINE = "mine"  # in one of the reader's groups, or followed; not muted


@dataclass(frozen=True)
class Tag:
    """A region or theme a thread is filed under."""

    slug: str
    labels: Mapping[str, str]

    def label(self, language: str) -> str:
        return self.labels.get(language) or self.labels["en"]


@dataclass(frozen=True)
class ThreadRow:
    """What a list says about one thread: plain values, so that a row costs nothing to show."""

    id: int
    title: str
    language: str
    post_count: int
    active_at: datetime
    is_closed: bool
    is_pinned: bool
    is_hidden: bool
    author: str | None
    author_handle: str | None
    last_poster: str | None
    group_slug: str
    group_name: str
    group_labels: dict[str, str] | None
    unread: int
    regions: tuple[Tag, ...] = ()
    themes: tuple[Tag, ...] = ()

    def is_unread(self) -> bool:
        return self.unread > 0

    def group_label(self, language: str) -> str:
        """The group's name, in the reader's language where it is named after a region or theme."""
        labels = self.group_labels or {}
        return labels.get(language) or labels.get("en") or self.group_name


def latest_threads(
    *,
    reader: Member | None,
    group_id: int | None = None,
    region_id: int | None = None,
    theme_id: int | None = None,
    about_id: int | None = None,
    language: str | None = None,
    state: Standing | str | None = None,
    page: int = 1,
    size: int = ROWS_ON_A_PAGE,
) -> Page[ThreadRow]:
    """Threads by latest activity, in two statements however many there are.

    Within one group the pinned ones come first, on its first page.

    Args:
        reader: who is looking; None for a visitor.
        about_id: only threads about this entry.
        state: one of Standing; "unread" and "following" mean nothing to a visitor and find nothing.
        page: which page, from 1.
        size: rows on a page.
    """
    filed = {"group": group_id, "region": region_id, "theme": theme_id, "about": about_id, "language": language}
    narrowed = {name: value for name, value in filed.items() if value is not None}
    standing = Standing(state) if state else None
    pins = group_id is not None and page == 1 and standing is None
    values = as_read_by(reader, **narrowed, rows=size + 1, skipped=(page - 1) * size)
    found = db.session.execute(_list(reader, tuple(narrowed), standing, pins), values).all()
    rows, has_next = _arranged(found, size)
    return Page(_with_tags([_thread_row(row) for row in rows]), page, has_next, size=size)


def threads_called(ids: Sequence[int]) -> list[ThreadRow]:
    """The rows of these threads, in no order and for no reader: only for ids that a list found for its reader."""
    found = db.session.execute(_called(), {"ids": list(ids)}).all() if ids else ()
    return _with_tags([_thread_row(row) for row in found])


def listed(
    line: Line,
    *,
    reader: Person,
    group_id: int | None = None,
    state: Standing | None = None,
    page: int = 1,
    size: int = ROWS_ON_A_PAGE,
) -> tuple[list[tuple[int, int]], bool]:
    """Which threads a list shows to this member: (id, posts they have not read) of each, and whether there are more.

    The same as `latest_threads`, for pages whose rows are already made.
    """
    narrowed: dict[str, int] = {} if group_id is None else {"group": group_id}
    pins = group_id is not None and page == 1 and state is None
    statement = direct(_list(reader, tuple(narrowed), state, pins, bare=True))
    found = line.rows(statement, me=reader.id, rows=size + 1, skipped=(page - 1) * size, **narrowed)
    rows, has_next = _arranged(found, size)
    return [(thread_id, max(0, unread)) for _first, thread_id, unread in rows], has_next


def _arranged(found: Sequence[R], size: int) -> tuple[list[R], bool]:
    """Rows that begin with (whether it was looked up as a pinned one, id), these on top; and whether others follow."""
    first = [row for row in found if row[0]]
    usual = [row for row in found if not row[0]]
    on_top = {row[1] for row in first}
    return first + [row for row in usual[:size] if row[1] not in on_top], len(usual) > size


@for_each_office
def _list(
    reader: Reader | None, narrowed: tuple[str, ...], standing: Standing | None, pins: bool, *, bare: bool = False
) -> Select[Any]:
    """The statement for a list narrowed by these, in one standing, with or without a group's pinned threads on top.

    Args:
        bare: ask only for ids and how much of each is unread.
    """
    seen = select(Entry.id, literal(0).label("first"), Entry.active_at).where(visible_to(reader, ME))
    kept = seen.where(Entry.kind == Kind.THREAD, *(_filed_under(name) for name in narrowed))
    if standing:
        kept = kept.where(_standing(standing, reader))
    chosen = kept.order_by(Entry.active_at.desc(), Entry.id.desc())
    chosen = chosen.limit(bindparam("rows", type_=Integer)).offset(bindparam("skipped", type_=Integer))
    ids: Any = chosen.subquery()
    if pins:
        pinned = seen.with_only_columns(Entry.id, literal(1).label("first"), Entry.active_at)
        pinned = pinned.where(Entry.id.in_(select(THREAD.c.id).where(THREAD.c.pinned_at.is_not(None))))
        # few are pinned: they are looked up by their ids, and not among all of the group by its index
        others = (_filed_under(name) for name in narrowed if name != "group")
        pinned = pinned.where(Entry.group_id + 0 == bindparam("group", type_=Integer), *others)
        ids = union_all(select(ids), pinned).subquery()
    return _rows(ids, reader, bare=bare)


@built_once
def _called() -> Select[Any]:
    ids = select(literal(0).label("first"), Entry.id, Entry.active_at).where(Entry.id.in_(_IDS)).subquery()
    return _rows(ids, None)


def _filed_under(name: str) -> ColumnElement[bool]:
    if name == "language":
        return Entry.language == bindparam("language", type_=String)
    value: BindParameter[int] = bindparam(name, type_=Integer)
    if name == "region":
        return Entry.id.in_(select(EntryRegion.entry_id).where(EntryRegion.region_id == value))
    if name == "theme":
        return Entry.id.in_(select(EntryTheme.entry_id).where(EntryTheme.theme_id == value))
    if name == "about":
        about = select(Link.from_id).where(Link.to_id == value, Link.relation == Relation.ABOUT)
        return Entry.id.in_(about.where(Link.revoked_at.is_(None)))
    return Entry.group_id == value


def _standing(state: Standing, reader: Reader | None) -> ColumnElement[bool]:
    """A WHERE clause over Entry alone, so that a list is always read by the index of what was active last."""
    this = exists().where(THREAD.c.id == Entry.id)
    if state is Standing.OPEN:
        return this.where(THREAD.c.closed_at.is_(None))
    if state is Standing.CLOSED:
        return this.where(THREAD.c.closed_at.is_not(None))
    if reader is None:
        return literal(1) == 0
    # lists of ids, looked up once, and not a question for each thread: most members follow few of them
    mine = select(Follow.entry_id).where(Follow.member_id == ME)
    followed = Entry.id.in_(mine.where(Follow.level != Level.MUTED))
    if state is Standing.FOLLOWING:
        return followed
    if state is Standing.MINE:
        muted = Entry.id.in_(mine.where(Follow.level == Level.MUTED))
        return and_(or_(Entry.group_id.in_(my_group_ids(reader, ME)), followed), ~muted)
    read_to = (
        select(ReadMark.number)
        .where(ReadMark.thread_id == Entry.id, ReadMark.member_id == ME)
        .correlate(Entry)
        .scalar_subquery()
    )
    # what was silent before somebody joined is not news to them, unless they had begun to read it
    return this.where(or_(read_to < THREAD.c.post_count, and_(read_to.is_(None), Entry.active_at >= JOINED)))


def _rows(ids: Any, reader: Reader | None, *, bare: bool = False) -> Select[Any]:
    """The columns of a ThreadRow for these ids; no ORM objects, since lists are the hottest pages there are."""
    last = aliased(Member)
    unread: ColumnElement[int] = literal(0)
    if reader is not None:
        unread = case(
            (ReadMark.number.is_not(None), THREAD.c.post_count - ReadMark.number),
            (ids.c.active_at >= JOINED, THREAD.c.post_count),
            else_=0,
        )
    if bare:
        found: Any = select(ids.c.first, ids.c.id, unread.label("unread")).select_from(ids)
        found = found.join(THREAD, THREAD.c.id == ids.c.id)
        found = found.outerjoin(ReadMark, and_(ReadMark.thread_id == ids.c.id, ReadMark.member_id == ME))
        bare_rows: Select[Any] = found.order_by(ids.c.first.desc(), ids.c.active_at.desc(), ids.c.id.desc())
        return bare_rows
    query = (
        select(
            ids.c.first,
            Entry.id,
            Entry.language,
            Entry.active_at,
            Entry.hidden_at,
            THREAD.c.title,
            THREAD.c.post_count,
            THREAD.c.closed_at,
            THREAD.c.pinned_at,
            Member.name.label("author"),
            Member.handle.label("author_handle"),
            last.name.label("last_poster"),
            Group.slug.label("group_slug"),
            Group.name.label("group_name"),
            Group.kind.label("group_kind"),
            Region.labels.label("region_labels"),
            Theme.labels.label("theme_labels"),
            unread.label("unread"),
        )
        .select_from(ids)
        .join(Entry, Entry.id == ids.c.id)
        .join(THREAD, THREAD.c.id == Entry.id)
        .join(Group, Group.id == Entry.group_id)
        .outerjoin(Region, Region.id == Group.region_id)
        .outerjoin(Theme, Theme.id == Group.theme_id)
        .outerjoin(Member, Member.id == Entry.author_id)
        .outerjoin(last, last.id == THREAD.c.last_poster_id)
        .order_by(ids.c.first.desc(), Entry.active_at.desc(), Entry.id.desc())
    )
    if reader is not None:
        query = query.outerjoin(ReadMark, and_(ReadMark.thread_id == Entry.id, ReadMark.member_id == ME))
    return query


def _thread_row(row: Row[Any]) -> ThreadRow:
    named_after = {GroupKind.REGION: row.region_labels, GroupKind.THEME: row.theme_labels}
    return ThreadRow(
        id=row.id,
        title=row.title,
        language=row.language,
        post_count=row.post_count,
        active_at=row.active_at,
        is_closed=row.closed_at is not None,
        is_pinned=row.pinned_at is not None,
        is_hidden=row.hidden_at is not None,
        author=row.author,
        author_handle=row.author_handle,
        last_poster=row.last_poster,
        group_slug=row.group_slug,
        group_name=row.group_name,
        group_labels=named_after.get(row.group_kind),
        unread=max(0, row.unread),
    )


_TAGS = union_all(
    select(literal(0).label("theme"), EntryRegion.entry_id, EntryRegion.region_id.label("tag_id")).where(
        EntryRegion.entry_id.in_(_IDS)
    ),
    select(literal(1).label("theme"), EntryTheme.entry_id, EntryTheme.theme_id.label("tag_id")).where(
        EntryTheme.entry_id.in_(_IDS)
    ),
)


def tags_of(ids: Sequence[int]) -> tuple[dict[int, list[Tag]], dict[int, list[Tag]]]:
    """The regions and the themes of these entries, in one statement for both."""
    regions: dict[int, list[Tag]] = defaultdict(list)
    themes: dict[int, list[Tag]] = defaultdict(list)
    if not ids:
        return regions, themes
    filed: tuple[dict[int, set[int]], dict[int, set[int]]] = (defaultdict(set), defaultdict(set))
    for row in db.session.execute(_TAGS, {"ids": list(ids)}):
        filed[row.theme][row.tag_id].add(row.entry_id)
    for words, at, tags in ((all_regions(), filed[0], regions), (all_themes(), filed[1], themes)):
        for word in words:  # in their own order
            for entry_id in at.get(word.id, ()):
                tags[entry_id].append(Tag(word.slug, word.labels))
    return regions, themes


def _with_tags(rows: list[ThreadRow]) -> list[ThreadRow]:
    regions, themes = tags_of([row.id for row in rows])
    return [replace(r, regions=tuple(regions.get(r.id, ())), themes=tuple(themes.get(r.id, ()))) for r in rows]
