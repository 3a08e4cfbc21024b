"""What an entry is called. Titles live in the slices above; each registers here how to read its own.

Whoever shows a mixed list of entries asks `titles_of` once for all of them. A slice registers in its `titles.py`:

    register(Kind.MEETING, Titled(Meeting.__table__, address="/meetings/{reference}"))
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import FromClause, ScalarSelect, Select, case, literal, select

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
    """Every entry of a registered kind with its title, as rows to narrow: (id, kind, reference, language, title)."""
    # one look-up by primary key in the table of its kind; a UNION of all titles would be read whole for a single one
    found = [(Entry.kind == kind, _title_in(titled)) for kind, titled in KINDS.items()]
    title = case(*found).label("title") if found else literal("").label("title")
    return select(Entry.id, Entry.kind, Entry.reference, Entry.language, title).where(Entry.kind.in_(list(KINDS)))


def _title_in(titled: Titled) -> ScalarSelect[str]:
    return select(titled.table.c[titled.column]).where(titled.table.c.id == Entry.id).correlate(Entry).scalar_subquery()


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
