"""What threads and posts say, for whoever reads law in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, select

from forum.access.scopes import visible_to
from forum.accounts.models import Member
from forum.entries.models import Entry, Kind
from forum.entries.titles import Named
from forum.instruments.models import Place
from forum.instruments.texts import Text, register
from forum.kernel.db import db
from forum.threads.models import Post, Thread

POST: Any = Post.__table__.c
THREAD: Any = Thread.__table__.c


def texts_of_threads(ids: list[int]) -> Iterator[tuple[int, Text]]:
    """Their titles; what is said in them is for their posts."""
    for id, title in db.session.execute(select(THREAD.id, THREAD.title).where(THREAD.id.in_(ids))):
        yield id, Text(Place.TITLE, title)


def texts_of_posts(ids: list[int]) -> Iterator[tuple[int, Text]]:
    """What they say, unless they were deleted."""
    standing = select(POST.id, POST.body).where(POST.id.in_(ids), POST.deleted_at.is_(None))
    for id, body in db.session.execute(standing):
        yield id, Text(Place.TEXT, body)


def posts_called(ids: list[int]) -> dict[int, Named]:
    """Posts by the title of their thread and their number."""
    rows = (
        select(POST.id, POST.number, POST.thread_id, THREAD.title, Entry.language)
        .join(Thread.__table__, THREAD.id == POST.thread_id)
        .join(Entry, Entry.id == POST.thread_id)
        .where(POST.id.in_(ids))
    )
    return {
        row.id: Named(
            row.id,
            Kind.POST,
            None,
            row.language,
            f"{row.title} · {row.number}",
            f"/threads/{row.thread_id}/posts/{row.number}",
        )
        for row in db.session.execute(rows)
    }


def in_a_thread_visible_to(reader: Member | None) -> ColumnElement[bool]:
    """A WHERE clause over Entry: posts of threads this reader may see."""
    seen = select(POST.id).join(Entry, Entry.id == POST.thread_id).where(visible_to(reader), POST.deleted_at.is_(None))
    return Entry.id.in_(seen.correlate(None))


register(Kind.THREAD, texts_of_threads)
register(Kind.POST, texts_of_posts, named=posts_called, within=in_a_thread_visible_to)
