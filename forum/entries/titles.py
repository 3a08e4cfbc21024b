"""What an entry is called. Titles live in the slices above; each registers here how to read its own.

Whoever shows a mixed list of entries asks `titles_of` once for all of them. A slice registers in its `titles.py`:

    register(Kind.MEETING, Titled(Meeting.__table__, address="/meetings/{reference}"))
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import FromClause, Select, literal, select, union_all

from forum.entries.models import Entry, Kind
from forum.kernel.db import db


@dataclass(frozen=True)
class Titled:
    """How one kind is called and where its page is.

    Args:
        table: completes `entry`; has `id` and the title.
        address: of its page, with `{id}` or `{reference}` where these go.
        column: name of the column that holds the title.
    """

    table: FromClause
    address: str
    column: str = "title"

    def url(self, entry_id: int, reference: str | None) -> str:
        return self.address.format(id=entry_id, reference=reference)


@dataclass(frozen=True)
class Named:
    """An entry as a list or a link needs it."""

    id: int
    kind: Kind
    reference: str | None
    language: str
    title: str
    url: str


KINDS: dict[Kind, Titled] = {}


def register(kind: Kind, titled: Titled) -> None:
    """Say how entries of this kind are called. Called once, when the slice is imported."""
    KINDS[kind] = titled


def titled_entries() -> Select[tuple[int, Kind, str, str, str]]:
    """Every entry that has a title, of every registered kind, as (id, title) rows to join with."""
    parts = [select(t.table.c.id.label("id"), t.table.c[t.column].label("title")) for t in KINDS.values()]
    every = (
        union_all(*parts).subquery("titled")
        if parts
        else select(literal(0).label("id"), literal("").label("title")).subquery("titled")
    )
    return select(Entry.id, Entry.kind, Entry.reference, Entry.language, every.c.title).join(
        every, every.c.id == Entry.id
    )


def named(query: Select[tuple[int, Kind, str, str, str]]) -> list[Named]:
    """Run a narrowed `titled_entries()`."""
    return [
        Named(row.id, row.kind, row.reference, row.language, row.title, KINDS[row.kind].url(row.id, row.reference))
        for row in db.session.execute(query)
    ]


def titles_of(ids: Iterable[int]) -> dict[int, Named]:
    """What these entries are called, in one statement. Give only ids the reader may see."""
    wanted = list(ids)
    return {e.id: e for e in named(titled_entries().where(Entry.id.in_(wanted)))} if wanted else {}
