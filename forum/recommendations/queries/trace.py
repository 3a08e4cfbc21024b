"""The trace: from a recommendation back to where it was made and forward to what became of it, by link rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select

from forum.access.scopes import visible_to
from forum.accounts.models import Member
from forum.entries.models import Entry, Link, Relation
from forum.entries.titles import Named, named, titled_entries
from forum.kernel.db import db


@dataclass(frozen=True)
class Step:
    """One step from an entry to the next: `forward` when the link points away from the entry we stand on."""

    relation: Relation
    forward: bool
    at: datetime
    reason: str
    entry: Named


@dataclass(frozen=True)
class Trace:
    """Where an entry comes from, and what bears on it."""

    came_from: Sequence[Step]
    led_to: Sequence[Step]


#: Relations that say where an entry comes from when they leave it; the others say what became of it.
ORIGINS = frozenset({Relation.MADE_AT, Relation.ABOUT, Relation.ANSWERS, Relation.CITES, Relation.EVIDENCES})


def trace_of(entry_id: int, *, reader: Member | None) -> Trace:
    """The steps to and from an entry that still hold, of those the reader may see, in two statements."""
    links = db.session.execute(
        select(Link.from_id, Link.to_id, Link.relation, Link.created_at, Link.reason)
        .where(or_(Link.from_id == entry_id, Link.to_id == entry_id), Link.revoked_at.is_(None))
        .order_by(Link.created_at, Link.id)
    ).all()
    others = {link.to_id if link.from_id == entry_id else link.from_id for link in links}
    seen = {n.id: n for n in named(titled_entries().where(Entry.id.in_(others), visible_to(reader)))} if others else {}
    came_from: list[Step] = []
    led_to: list[Step] = []
    for link in links:
        forward = link.from_id == entry_id
        other = link.to_id if forward else link.from_id
        if other not in seen:
            continue
        step = Step(link.relation, forward, link.created_at, link.reason, seen[other])
        (came_from if forward == (link.relation in ORIGINS) else led_to).append(step)
    return Trace(came_from, led_to)
