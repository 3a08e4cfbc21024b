"""What each choice would have brought in a usual week, from what happened in the last four: mails, lines and kilobytes.

All as the member would see it. Sizes are of the mail as it is sent, both parts.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, and_, func, literal, or_, select

from forum.access.scopes import visible_to
from forum.accounts.models import Member
from forum.entries.models import Entry, EntryRegion, EntryTheme, Follow, Kind, Level
from forum.kernel import clock
from forum.kernel.db import db
from forum.notifications.models import Weight
from forum.threads.models import Mention, Post

LOOKED_BACK = 28  # days
WEEKS = LOOKED_BACK / 7
KB_OF_A_POST = 4.5  # headers, both parts, without what was said
KB_OF_A_LINE = 0.7
KB_OF_A_TITLE = 0.5
POST: Any = Post.__table__


@dataclass(frozen=True)
class Usual:
    """A usual week of something: as mails of its own, or as lines of a digest."""

    posts: float = 0.0
    threads: float = 0.0
    words: float = 0.0  # kilobytes of what was said

    @property
    def kb_at_once(self) -> int:
        return math.ceil(self.posts * KB_OF_A_POST + 2 * self.words)

    def kb_in_digest(self, weight: Weight) -> int:
        line = {Weight.NEVER: 0.0, Weight.TITLES: KB_OF_A_TITLE}.get(weight, KB_OF_A_LINE)
        return math.ceil(self.threads * line)


def usual_in_groups(reader: Member, group_ids: Iterable[int]) -> dict[int, Usual]:
    """Of each of these groups."""
    return _usual(reader, Entry.group_id, Entry.group_id.in_(list(group_ids)))


def usual_in_threads(reader: Member, thread_ids: Iterable[int]) -> dict[int, Usual]:
    """Of each of these threads."""
    return _usual(reader, POST.c.thread_id, POST.c.thread_id.in_(list(thread_ids)))


def usual_at_once(reader: Member) -> Usual:
    """What names them and what they follow at every post."""
    follows = select(Follow.entry_id).where(Follow.member_id == reader.id, Follow.level == Level.EVERY_POST)
    muted = select(Follow.entry_id).where(Follow.member_id == reader.id, Follow.level == Level.MUTED)
    names = select(Mention.post_id).where(Mention.member_id == reader.id)
    wanted = and_(or_(POST.c.thread_id.in_(follows), POST.c.id.in_(names)), POST.c.thread_id.not_in(muted))
    return _usual(reader, literal(0), wanted).get(0, Usual())


def _usual(reader: Member, by: Any, *which: Any) -> dict[int, Usual]:
    since = clock.now() - timedelta(days=LOOKED_BACK)
    query: Select[Any] = (
        select(
            by.label("of"),
            func.count().label("posts"),
            func.sum(func.length(POST.c.body)).label("words"),
            func.count().filter(POST.c.number == 1).label("threads"),
        )
        .join(Entry, Entry.id == POST.c.id)
        .where(Entry.kind == Kind.POST, Entry.created_at > since, visible_to(reader), Entry.hidden_at.is_(None), *which)
        .where(Entry.author_id.is_distinct_from(reader.id), POST.c.deleted_at.is_(None))
        .group_by("of")
    )
    return {
        row.of: Usual(row.posts / WEEKS, row.threads / WEEKS, (row.words or 0) / 1024 / WEEKS)
        for row in db.session.execute(query)
    }


def usual_of_tags(reader: Member) -> dict[str, dict[int, Usual]]:
    """New threads, resources and recommendations of each "region" and "theme", by its id; one statement."""
    since = clock.now() - timedelta(days=LOOKED_BACK)

    def counted(table: type[EntryRegion | EntryTheme], kind: str) -> Select[Any]:
        tag = table.region_id if issubclass(table, EntryRegion) else table.theme_id
        found: Any = select(literal(kind).label("kind"), tag.label("id"), func.count().label("entries"))
        found = found.join(Entry, Entry.id == table.entry_id).group_by(tag)
        found = found.where(Entry.kind.in_((Kind.THREAD, Kind.RESOURCE, Kind.RECOMMENDATION)), visible_to(reader))
        return found.where(Entry.created_at > since, Entry.author_id.is_distinct_from(reader.id))  # type: ignore[no-any-return]

    usual: dict[str, dict[int, Usual]] = {"region": {}, "theme": {}}
    for row in db.session.execute(counted(EntryRegion, "region").union_all(counted(EntryTheme, "theme"))):
        usual[row.kind][row.id] = Usual(threads=row.entries / WEEKS)
    return usual
