"""What events are about, and the documents that come of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from sqlalchemy import select

from forum.community.events import GroupVisibilityChanged, ProfileChanged
from forum.entries.events import EntryChanged
from forum.entries.models import Entry
from forum.kernel import bulk
from forum.kernel.db import db
from forum.kernel.events import Event
from forum.library.events import FileAdded, FileRead, FileRemoved
from forum.search import people
from forum.search.documents import documents_of
from forum.search.engine import Document
from forum.search.people import documents_of_members
from forum.search.said import key_of
from forum.search.sifting import Made, made_of
from forum.threads.models import Post

READER = "forum.search"
BATCH = 300
#: Dealt with first, in large batches: each is about one thing or a handful.
QUICK: tuple[type[Event], ...] = (EntryChanged, ProfileChanged, GroupVisibilityChanged, FileAdded, FileRemoved)
#: Dealt with a few at a time, when nothing quick waits: each may be about hundreds of pages.
SLOW: tuple[type[Event], ...] = (FileRead,)
T = TypeVar("T")


@dataclass
class Changed:
    """What a handful of events is about."""

    entries: set[int] = field(default_factory=set)
    members: set[int] = field(default_factory=set)


def listen() -> None:
    """Let every change of an entry, a file, a profile or a group's visibility leave a row for the index."""
    bulk.read_in_bulk(READER, *QUICK, *SLOW)


def subject_of(event: Event) -> str:
    """The key of the one thing an event is about, "" when it is about many."""
    if isinstance(event, EntryChanged):
        return key_of(event.entry_id)
    if isinstance(event, ProfileChanged):
        return people.key_of(event.member_id)
    return key_of(event.resource_id) if isinstance(event, FileAdded | FileRead | FileRemoved) else ""


def about(events: Iterable[bulk.Unread]) -> Changed:
    """What these events are about, each thing once."""
    changed, groups = Changed(), set()
    for unread in events:
        event = unread.event
        if isinstance(event, EntryChanged):
            changed.entries.add(event.entry_id)
        elif isinstance(event, FileAdded | FileRead | FileRemoved):
            changed.entries.add(event.resource_id)
        elif isinstance(event, ProfileChanged):
            changed.members.add(event.member_id)
        elif isinstance(event, GroupVisibilityChanged):
            groups.add(event.group_id)
    if groups:
        changed.entries |= set(db.session.scalars(select(Entry.id).where(Entry.group_id.in_(groups))))
    return changed


def in_batches(changed: Changed) -> Iterator[Made]:
    """The documents of what changed, some hundreds at a time."""
    for ids in some(sorted(changed.entries), BATCH):
        yield made_of(documents_of, ids)
    for ids in some(sorted(changed.members), BATCH):
        yield made_of(documents_of_members, ids, people.key_of)


def posts_of(thread_ids: Iterable[int]) -> list[int]:
    """The posts of these threads, which are seen and filed as their thread is."""
    post = Post.__table__.c
    return list(db.session.scalars(select(post.id).where(post.thread_id.in_(list(thread_ids))).order_by(post.id)))


def resources_among(documents: Iterable[Document]) -> list[Document]:
    """Those of these documents that may have pages."""
    return [document for document in documents if document.kind == "resource"]


def some(items: list[T], size: int) -> Iterator[list[T]]:
    """A list in pieces of at most this size."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
