"""Reading collections: always as somebody, down to each entry in them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from forum.access.scopes import visible_to
from forum.accounts.models import Member
from forum.collections.models import Collection, CollectionItem
from forum.community.belonging import groups_to_post_in
from forum.entries.models import Entry
from forum.entries.titles import KINDS, Named, named, titled_entries
from forum.kernel.db import db
from forum.kernel.errors import NotFound
from forum.kernel.paging import ROWS_ON_A_PAGE, Page


@dataclass(frozen=True)
class CollectionRow:
    """What a list says about one collection."""

    id: int
    title: str
    language: str
    note: str
    author: str | None
    items: int  # those this reader may see


@dataclass(frozen=True)
class Item:
    """One entry of a collection, in its place."""

    entry: Named
    note: str


def get_collection(collection_id: int, *, reader: Member | None) -> Collection:
    """The collection with this id.

    Raises:
        NotFound: there is none, or not for this reader.
    """
    wanted = select(Collection).where(Entry.id == min(collection_id, 2**31 - 1), visible_to(reader))
    if (found := db.session.scalar(wanted)) is None:
        raise NotFound
    return found


def collections_with(entry_id: int, *, reader: Member | None) -> list[Named]:
    """The collections an entry is in, as far as this reader may see them, in one statement."""
    holding = select(CollectionItem.collection_id).where(CollectionItem.entry_id == entry_id)
    query = titled_entries().where(Entry.id.in_(holding), visible_to(reader))
    return named(query.order_by(Entry.active_at.desc()).limit(ROWS_ON_A_PAGE))


def latest_collections(*, reader: Member | None, page: int = 1, size: int = ROWS_ON_A_PAGE) -> Page[CollectionRow]:
    """Collections, the last changed first, in two statements."""
    table = Collection.__table__.c
    query = (
        select(Entry.id, table.title, Entry.language, table.note, Member.name, Member.erased_at)
        .select_from(Entry)
        .join(Collection.__table__, table.id == Entry.id)
        .outerjoin(Member, Member.id == Entry.author_id)
        .where(visible_to(reader))
    )
    query = query.order_by(Entry.active_at.desc(), Entry.id.desc()).limit(size + 1).offset((page - 1) * size)
    rows = db.session.execute(query).all()
    counts = _counts([row.id for row in rows], reader=reader)
    found = [
        CollectionRow(
            row.id,
            row.title,
            row.language,
            row.note,
            row.name if row.erased_at is None else None,
            counts.get(row.id, 0),
        )
        for row in rows
    ]
    return Page.of(found, page, size=size)


def _counts(ids: list[int], *, reader: Member | None) -> dict[int, int]:
    if not ids:
        return {}
    query = (
        select(CollectionItem.collection_id, func.count().label("count"))
        .join(Entry, Entry.id == CollectionItem.entry_id)
        .where(CollectionItem.collection_id.in_(ids), visible_to(reader), Entry.kind.in_(list(KINDS)))
        .group_by(CollectionItem.collection_id)
    )
    return {row.collection_id: row[1] for row in db.session.execute(query)}


def items_of(collection: Collection, *, reader: Member | None) -> list[Item]:
    """What is in a collection its reader loaded, in its order, without what they may not see."""
    placed = (
        select(CollectionItem.entry_id, CollectionItem.note)
        .where(CollectionItem.collection_id == collection.id)
        .order_by(CollectionItem.position, CollectionItem.entry_id)
    )
    rows = db.session.execute(placed).all()
    if not rows:
        return []
    seen = {
        e.id: e for e in named(titled_entries().where(Entry.id.in_([r.entry_id for r in rows]), visible_to(reader)))
    }
    return [Item(seen[row.entry_id], row.note) for row in rows if row.entry_id in seen]


def collections_to_fill(member: Member) -> list[Collection]:
    """The collections a member made, and those of their groups, the last changed first."""
    from_groups = select(Collection).where(Collection.group_id.in_(_group_ids(member)))
    own = select(Collection).where(Collection.author_id == member.id)
    found = {row.id: row for query in (own, from_groups) for row in db.session.scalars(query.where(visible_to(member)))}
    return sorted(found.values(), key=lambda row: row.active_at, reverse=True)


def _group_ids(member: Member) -> list[int]:
    return [group.id for group in groups_to_post_in(member)]
