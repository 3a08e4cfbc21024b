"""From keys to what a page shows, read from the database as it is now, for this reader: the last visibility check."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from forum.access.scopes import visible_to
from forum.accounts.models import Member
from forum.collections.models import Collection
from forum.community.models import Group
from forum.entries.models import Entry, Kind
from forum.kernel.db import db
from forum.kernel.plain import plain
from forum.library.models import Resource
from forum.meetings.models import Congress, Meeting
from forum.recommendations.models import Recommendation
from forum.search.engine import Hit
from forum.search.excerpts import Piece, excerpt, marked
from forum.search.opened import PageShown, pages_shown
from forum.search.people import in_the_directory, said
from forum.search.said import instant
from forum.threads.models import Post, Thread

#: Per kind: its table, the column excerpts are made of, and that of its date, if it is not the entry's own.
TEXTS: dict[Kind, tuple[Any, str, str | None]] = {
    Kind.RESOURCE: (Resource.__table__, "abstract", "year"),
    Kind.CONGRESS: (Congress.__table__, "theme", "start_date"),
    Kind.MEETING: (Meeting.__table__, "summary", "start_date"),
    Kind.RECOMMENDATION: (Recommendation.__table__, "text", None),
    Kind.COLLECTION: (Collection.__table__, "note", None),
}


@dataclass(frozen=True)
class Result:
    """One thing found, as the page shows it."""

    key: str
    kind: str
    url: str
    language: str
    title: list[Piece]
    excerpt: list[Piece]
    reference: str | None = None
    author: str | None = None
    group: str | None = None
    date: datetime | None = None
    day: str | None = None
    entry_id: int | None = None

    pages: Sequence[PageShown] = ()


@dataclass(frozen=True)
class Text:
    title: str
    body: str
    url: str
    day: str | None = None


def results(hits: Iterable[Hit], *, tokens: frozenset[str], reader: Member | None, typed: str = "") -> list[Result]:
    """What these hits stand for, in their order; left out is what is gone or not for this reader.

    Args:
        typed: the question, which the pages of files open with.
    """
    hits = list(hits)
    order = [hit.key for hit in hits]
    ids = [int(key.split("/")[1]) for key in order if key.startswith("entry/")]
    members = [int(key.split("/")[1]) for key in order if key.startswith("member/")]
    found = {**_entries(ids, tokens, reader), **_members(members, tokens, reader)}
    asked = {hit.key: [key for key, _number in hit.pages] for hit in hits if hit.pages and hit.key in found}
    pages = pages_shown(asked, tokens=tokens, typed=typed)
    named = ((hit.key, "/".join(hit.key.split("/")[:2])) for hit in hits)
    return [replace(found[name], pages=pages.get(key, ())) for key, name in named if name in found]


def _entries(ids: list[int], tokens: frozenset[str], reader: Member | None) -> dict[str, Result]:
    if not ids:
        return {}
    post = Post.__table__.c
    posts: dict[int, Any] = {
        row.id: row
        for row in db.session.execute(
            select(post.id, post.thread_id, post.number, post.body, post.deleted_at).where(post.id.in_(ids))
        )
    }
    visible: dict[int, Any] = _visible({*ids, *(row.thread_id for row in posts.values())}, reader)
    texts = _texts(visible, posts)
    return {
        f"entry/{id}": Result(
            f"entry/{id}", visible[id].kind.value, texts[id].url, visible[id].language,
            marked(texts[id].title, tokens, visible[id].language),
            excerpt(texts[id].body, tokens, visible[id].language),
            visible[id].reference, visible[id].author, visible[id].group,
            None if texts[id].day else visible[id].created_at, texts[id].day, id,
        )
        for id in ids
        if id in texts
    }  # fmt: skip


def _visible(ids: set[int], reader: Member | None) -> dict[int, Any]:
    entry = Entry.__table__.c
    rows = db.session.execute(
        select(
            Entry.id, entry.kind, entry.reference, entry.language, entry.created_at,
            Member.name.label("author"), Group.name.label("group"),
        )
        .outerjoin(Member, Member.id == entry.author_id)
        .outerjoin(Group, Group.id == entry.group_id)
        .where(entry.id.in_(ids), visible_to(reader))
    )  # fmt: skip
    return {row.id: row for row in rows}


def _texts(visible: dict[int, Any], posts: dict[int, Any]) -> dict[int, Text]:
    texts: dict[int, Text] = {}
    post, thread = Post.__table__.c, Thread.__table__.c
    threads = [id for id, row in visible.items() if row.kind is Kind.THREAD]
    if threads:
        rows: Iterable[Any] = db.session.execute(
            select(thread.id, thread.title, post.body, post.deleted_at)
            .outerjoin(Post.__table__, (post.thread_id == thread.id) & (post.number == 1))
            .where(thread.id.in_(threads))
        )
        for row in rows:
            body = plain(row.body or "") if row.deleted_at is None else ""
            texts[row.id] = Text(row.title, body, f"/threads/{row.id}")
    for id, row in posts.items():
        if id in visible and row.thread_id in texts and row.deleted_at is None:
            page = Thread.page_of(row.number)
            url = f"/threads/{row.thread_id}{f'?page={page}' if page > 1 else ''}#post-{row.number}"
            texts[id] = Text(texts[row.thread_id].title, plain(row.body), url)
    for kind, (table, body, day) in TEXTS.items():
        of_kind = [id for id, row in visible.items() if row.kind is kind]
        if of_kind:
            columns = [table.c.id, table.c.title, table.c[body], *([table.c[day]] if day else [])]
            for id, title, text, *days in db.session.execute(select(*columns).where(table.c.id.in_(of_kind))):
                shown = str(days[0]) if days and days[0] else None
                texts[id] = Text(title, text or "", _address(visible[id]), shown if instant(shown) else None)
    return texts


def _address(row: Any) -> str:
    folder = {"resource": "library", "congress": "congresses"}.get(row.kind.value, f"{row.kind.value}s")
    return f"/{folder}/{row.id if row.kind is Kind.RESOURCE else row.reference or row.id}"


def _members(ids: list[int], tokens: frozenset[str], reader: Member | None) -> dict[str, Result]:
    if not ids:
        return {}
    for_visitors = reader is None
    return {
        f"member/{member.id}": Result(
            f"member/{member.id}", "member", f"/members/{member.handle}", member.language,
            marked(member.name, tokens, member.language),
            excerpt(said(profile, for_visitors=for_visitors), tokens, member.language),
        )
        for member, profile in in_the_directory(ids, for_visitors=for_visitors)
    }  # fmt: skip
