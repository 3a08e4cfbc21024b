"""What members do with collections: make one, put entries in, order them, take them out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func, select

from forum.access.rules import SITE, Can, authorize
from forum.accounts.models import Member
from forum.accounts.operations import one_form_at_a_time
from forum.collections.models import Collection, CollectionItem
from forum.community.models import Group
from forum.entries.events import EntryRenamed
from forum.entries.models import Entry, Visibility
from forum.entries.operations import changed
from forum.kernel import clock
from forum.kernel.db import db, save
from forum.kernel.errors import Invalid, Refused
from forum.kernel.events import record
from forum.kernel.i18n import _
from forum.kernel.text import cleaned


def make_collection(
    *, title: str, note: str = "", visibility: Visibility, group: Group | None = None, by: Member, language: str = ""
) -> Collection:
    """Begin a collection. The same form sent twice begins one.

    Args:
        group: whose it is; its members fill it together.

    Raises:
        Invalid: no title, or a group is needed and none was said.
    """
    authorize(by, Can.SHARE, SITE)
    _refuse_without_group(visibility, group, by=by)
    said = {
        "title": _title(title),
        "note": cleaned(note).strip(),
        "author_id": by.id,
        "language": language or by.language,
        "visibility": visibility,
        "group_id": group.id if group else None,
    }
    one_form_at_a_time(by)
    if first := _begun_just_now(said):
        return first
    collection = save(Collection(**said))
    changed(collection)
    return collection


def _begun_just_now(said: dict[str, Any]) -> Collection | None:
    """The one that says all the same, if it was begun within the hour: a form sent twice."""
    lately = Collection.created_at > clock.now() - timedelta(hours=1)
    return db.session.scalar(select(Collection).filter_by(**said, hidden_at=None).where(lately).limit(1))


def edit_collection(
    collection: Collection, *, title: str, note: str, visibility: Visibility, group: Group | None, by: Member
) -> None:
    """Say otherwise what a collection is, or who may read it.

    Raises:
        Invalid: no title, or a group is needed and none was said.
    """
    authorize(by, Can.CURATE, collection)
    if group is None or group.id != collection.group_id:
        _refuse_without_group(visibility, group, by=by)
    collection.title, collection.note = _title(title), cleaned(note).strip()
    collection.visibility, collection.group_id = visibility, group.id if group else None
    _touch(collection)
    record(EntryRenamed(entry_id=collection.id))
    db.session.expire(collection, ["group"])


def put_in(collection: Collection, entry: Entry, *, note: str = "", by: Member) -> None:
    """Put an entry `by` may see at the end of a collection; one that is in there keeps its place.

    Raises:
        Refused: the collection is full.
        Invalid: a collection cannot be in itself.
    """
    authorize(by, Can.CURATE, collection)
    authorize(by, Can.READ, entry)
    if entry.id == collection.id:
        raise Invalid(_("A collection cannot be in itself."), "about")
    if (item := db.session.get(CollectionItem, (collection.id, entry.id))) is not None:
        item.note = _note(note) or item.note
        return
    of = CollectionItem.collection_id == collection.id
    last, count = db.session.execute(select(func.max(CollectionItem.position), func.count()).where(of)).one()
    if count >= Collection.MOST_ITEMS:
        raise Refused(_("A collection holds at most %(most)d entries. Begin another.", most=Collection.MOST_ITEMS))
    db.session.add(
        CollectionItem(
            collection_id=collection.id,
            entry_id=entry.id,
            position=(last or 0) + 1,
            note=_note(note),
            added_by_id=by.id,
        )
    )
    _touch(collection)


def take_out(collection: Collection, entry_id: int, *, by: Member) -> None:
    """Take an entry out of a collection. One that is not in there is fine too."""
    authorize(by, Can.CURATE, collection)
    db.session.execute(
        delete(CollectionItem).where(CollectionItem.collection_id == collection.id, CollectionItem.entry_id == entry_id)
    )
    _touch(collection)


def move(collection: Collection, entry_id: int, *, past: int | None, by: Member) -> None:
    """Let two entries of a collection change places.

    Args:
        past: id of the other one, the neighbour as the mover sees it; None where there is none.
    """
    authorize(by, Can.CURATE, collection)
    one = db.session.get(CollectionItem, (collection.id, entry_id))
    other = db.session.get(CollectionItem, (collection.id, past)) if past is not None else None
    if one is not None and other is not None:
        one.position, other.position = other.position, one.position
        _touch(collection)


def annotate(collection: Collection, entry_id: int, *, note: str, by: Member) -> None:
    """Say why an entry is in a collection, or how to read it."""
    authorize(by, Can.CURATE, collection)
    if (item := db.session.get(CollectionItem, (collection.id, entry_id))) is not None:
        item.note = _note(note)
        _touch(collection)


def _touch(collection: Collection) -> None:
    collection.active_at = clock.now()
    db.session.flush()
    changed(collection)


def _title(typed: str) -> str:
    title = " ".join(cleaned(typed).split())
    if not title or len(title) > Collection.TITLE_LENGTH:
        raise Invalid(_("Give it a title of at most 200 letters."), "title")
    return title


def _note(typed: str) -> str:
    return " ".join(cleaned(typed).split())[: CollectionItem.NOTE_LENGTH]


def _refuse_without_group(visibility: Visibility, group: Group | None, *, by: Member) -> None:
    if group is not None:
        authorize(by, Can.POST, group)
    elif visibility is Visibility.GROUP:
        raise Invalid(_("Choose the group that may read it."), "audience")
