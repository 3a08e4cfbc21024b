"""Invented threads and posts, with the counters, tags, follows and read marks real operations would leave."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from sqlalchemy import Table, select

from forum.entries.models import Entry, EntryRegion, EntryTheme, Follow, Kind, Link, Visibility
from forum.kernel.text import RENDERED_BY
from forum.library.models import Resource
from forum.synth import plan
from forum.synth.bulk import Bulk
from forum.synth.people import Places
from forum.synth.text import Writer
from forum.synth.words import FAMILY_NAMES, RESOURCE_TYPES
from forum.threads.models import Post, ReadMark, Thread

ENTRY: Table = Entry.__table__  # type: ignore[assignment]
ENTRY_COLUMNS = "id kind group_id author_id language visibility created_at active_at"
BATCH = 10_000


def add_threads(
    bulk: Bulk,
    planned: list[plan.PlannedThread],
    groups: list[tuple[int, Visibility]],
    first_member: int,
    where: Places,
    writer: Writer,
    progress: Callable[[int], None],
) -> list[int]:
    """Put in every planned thread with its posts; returns the threads' ids, in the order of the plan.

    Args:
        progress: told after each batch how many posts have been put in since the last time.
    """
    order = sorted((at, t, n) for t, thread in enumerate(planned) for n, at in enumerate(thread.moments, 1))
    thread_ids = [0] * len(planned)
    post_ids: list[int] = []
    free = bulk.next_id(ENTRY)
    for _at, t, n in order:
        if n == 1:
            thread_ids[t], free = free, free + 1
        post_ids.append(free)
        free += 1
    languages = [writer.language() for _ in planned]
    _add_thread_rows(bulk, planned, thread_ids, groups, first_member, languages, writer)
    _add_tags(bulk, thread_ids, where, writer.random)
    for start in range(0, len(order), BATCH):
        entries, posts = [], []
        for (at, t, n), post_id in zip(order[start : start + BATCH], post_ids[start : start + BATCH], strict=True):
            thread, (group, visibility), when = planned[t], groups[planned[t].group], plan.moment(at)
            language = languages[t] if n == 1 or writer.random.random() < 0.85 else writer.language()
            body, html = writer.post(language)
            author = first_member + thread.authors[n - 1]
            entries.append((post_id, Kind.POST, group, author, language, visibility, when, when))
            posts.append((post_id, thread_ids[t], n, body, html, RENDERED_BY, f"synth:{post_id}"))
        bulk.add(ENTRY, ENTRY_COLUMNS, entries)
        bulk.add(_table(Post), "id thread_id number body html rendered_by submission", posts)
        progress(len(posts))
    _add_readers(bulk, planned, thread_ids, first_member, writer.random)
    return thread_ids


def _add_thread_rows(
    bulk: Bulk,
    planned: list[plan.PlannedThread],
    ids: list[int],
    groups: list[tuple[int, Visibility]],
    first_member: int,
    languages: list[str],
    writer: Writer,
) -> None:
    entries, threads = [], []
    for thread_id, thread, language in zip(ids, planned, languages, strict=True):
        group, visibility = groups[thread.group]
        first, last = plan.moment(thread.first), plan.moment(thread.last)
        author, last_poster = first_member + thread.authors[0], first_member + thread.authors[-1]
        closed = last if writer.random.random() < 0.02 else None
        entries.append((thread_id, Kind.THREAD, group, author, language, visibility, first, last))
        closer = author if closed else None
        title = writer.title(language)
        threads.append((thread_id, title, closed, closer, thread.size, last_poster, thread.size))
    bulk.add(ENTRY, ENTRY_COLUMNS, entries)
    bulk.add(_table(Thread), "id title closed_at closed_by_id post_count last_poster_id version", threads)


def _add_tags(bulk: Bulk, ids: list[int], where: Places, random: Random) -> None:
    bulk.add(_table(EntryRegion), "entry_id region_id", ((i, random.choice(where.regions)) for i in ids))
    many = min(2, len(where.themes))
    themes = ((i, theme) for i in ids for theme in random.sample(where.themes, k=random.randint(1, many)))
    bulk.add(_table(EntryTheme), "entry_id theme_id", themes)


def _add_readers(
    bulk: Bulk, planned: list[plan.PlannedThread], ids: list[int], first_member: int, random: Random
) -> None:
    """Whoever wrote in a thread follows it, and has read at least as far as what they wrote last."""

    def writers() -> Iterator[tuple[int, plan.PlannedThread, int, int]]:
        for thread_id, thread in zip(ids, planned, strict=True):
            for place, number in {author: n for n, author in enumerate(thread.authors, 1)}.items():
                yield thread_id, thread, place, number

    def follows() -> Iterator[tuple[Any, ...]]:
        for thread_id, thread, place, number in writers():
            because = "started" if place == thread.authors[0] else "replied"
            yield thread_id, first_member + place, "digest", because, plan.moment(thread.moments[number - 1])

    def marks() -> Iterator[tuple[Any, ...]]:
        for thread_id, thread, place, number in writers():
            read = number if random.random() < 0.5 else random.randint(number, thread.size)
            yield first_member + place, thread_id, read, plan.moment(thread.moments[read - 1])

    bulk.add(_table(Follow), "entry_id member_id level because created_at", follows())
    bulk.add(_table(ReadMark), "member_id thread_id number read_at", marks())


def add_links(bulk: Bulk, thread_ids: list[int], random: Random) -> int:
    """Let one thread in five be about an entry of the record, where there is one; returns how many are."""
    record = (Kind.RECOMMENDATION, Kind.MEETING, Kind.CONGRESS)
    about = list(bulk.connection.scalars(select(ENTRY.c.id).where(ENTRY.c.kind.in_(record)).order_by(ENTRY.c.id)))
    if not about:
        return 0
    table = _table(Link)
    free = bulk.next_id(table)
    chosen = [thread_id for thread_id in thread_ids if random.random() < 0.2]
    rows = [(free + n, thread_id, random.choice(about), "about", plan.UNTIL) for n, thread_id in enumerate(chosen)]
    bulk.set_sequences(table)
    return bulk.add(table, "id from_id to_id relation created_at", rows)


def add_resources(bulk: Bulk, count: int, first_member: int, members: int, where: Places, writer: Writer) -> None:
    """Shared documents that lead nowhere, with an abstract in their language."""
    free, random = bulk.next_id(ENTRY), writer.random
    entries, resources = [], []
    for n in range(count):
        language, when = writer.language(), plan.moment(random.randrange(plan.DAYS * 86_400))
        author = first_member + random.randrange(members)
        entries.append((free + n, Kind.RESOURCE, None, author, language, Visibility.PUBLIC, when, when))
        abstract = " ".join(writer.sentence(language) for _ in range(3))
        publisher = f"{random.choice(FAMILY_NAMES)} Institute"
        resources.append(
            (
                *(free + n, writer.title(language), abstract, 2010 + n % 16, publisher, [language]),
                *(RESOURCE_TYPES[n % len(RESOURCE_TYPES)], f"https://example.org/synth/{n}"),
            )
        )
    bulk.add(ENTRY, ENTRY_COLUMNS, entries)
    bulk.add(_table(Resource), "id title abstract year publisher languages type url", resources)
    _add_tags(bulk, [entry[0] for entry in entries], where, random)


def _table(model: type[Any]) -> Table:
    table: Table = model.__table__
    return table
