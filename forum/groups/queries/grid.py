"""Where conversations happen: the grid of regions and themes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import case, func, select

from forum.access.scopes import visible_to
from forum.accounts.models import Member
from forum.entries.models import Entry, EntryRegion, EntryTheme, Kind
from forum.kernel import clock
from forum.kernel.db import db

#: What was said within this time counts as recent.
RECENT = timedelta(days=30)


@dataclass(frozen=True)
class Cell:
    """The conversations tagged with one region and one theme."""

    threads: int
    recent: int


def activity_grid(*, reader: Member | None) -> dict[tuple[int, int], Cell]:
    """How much is said about each theme in each region, by (region id, theme id), in one statement."""
    recent = case((Entry.active_at >= clock.now() - RECENT, 1), else_=0)
    counted = (
        select(EntryRegion.region_id, EntryTheme.theme_id, func.count(), func.sum(recent))
        .select_from(Entry)
        .join(EntryRegion, EntryRegion.entry_id == Entry.id)
        .join(EntryTheme, EntryTheme.entry_id == Entry.id)
        .where(Entry.kind == Kind.THREAD, visible_to(reader))
        .group_by(EntryRegion.region_id, EntryTheme.theme_id)
    )
    return {(region, theme): Cell(threads, recent) for region, theme, threads, recent in db.session.execute(counted)}
