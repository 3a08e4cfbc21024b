"""Stamps follow what changes: the worker writes down when something public became different, or ceased to be public."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import select

from forum.access.scopes import visible_to
from forum.entries.events import EntryChanged
from forum.entries.models import Entry, Kind
from forum.kernel import bulk, clock
from forum.kernel.db import begin_mode, db, insert_or
from forum.kernel.jobs import each_turn, every
from forum.oai.models import HarvestedRecord

WORKER = "forum.oai"
#: What other libraries may want; conversations are not literature.
KINDS = (Kind.RESOURCE, Kind.RECOMMENDATION, Kind.MEETING, Kind.CONGRESS)
AS_MANY = 500

bulk.read_in_bulk(WORKER, EntryChanged)


def now() -> datetime:
    """This second: the protocol's clock knows no smaller."""
    return clock.now().replace(microsecond=0)


def stamp(ids: Iterable[int]) -> None:
    """Write down that these entries changed, for those that are public or were."""
    wanted = sorted(set(ids))
    of_kind = select(Entry.id).where(Entry.id.in_(wanted), Entry.kind.in_(KINDS))
    public = set(db.session.scalars(of_kind.where(visible_to(None))))
    known = set(
        db.session.scalars(
            select(HarvestedRecord.entry_id).where(
                HarvestedRecord.entry_id.in_(wanted), HarvestedRecord.withdrawn.is_(False)
            )
        )
    )
    rows = [{"entry_id": id, "stamped_at": now(), "withdrawn": id not in public} for id in sorted(public | known)]
    if rows:
        insert = insert_or(HarvestedRecord).values(rows)
        new = {"stamped_at": insert.excluded.stamped_at, "withdrawn": insert.excluded.withdrawn}
        db.session.execute(insert.on_conflict_do_update(index_elements=["entry_id"], set_=new))


@each_turn
def follow_what_changed() -> None:
    """Stamp everything that changed since the last turn."""
    while catch_up():
        pass


def catch_up(*, limit: int = AS_MANY) -> int:
    """Stamp the entries that changed longest ago; returns how many events were dealt with."""
    try:
        begin_mode.set("deferred")
        if not bulk.unread(WORKER, limit=1):
            return 0
        db.session.rollback()
        begin_mode.set("immediate")
        events = bulk.unread(WORKER, limit=limit)
        stamp(unread.event.entry_id for unread in events if isinstance(unread.event, EntryChanged))
        bulk.acknowledge_together([unread.row_id for unread in events])
        return len(events)
    finally:
        db.session.rollback()


@every(timedelta(minutes=5))
def stamp_what_has_none() -> None:
    """Public entries from before there were stamps, some at a time, until none is left."""
    stamped = select(HarvestedRecord.entry_id)
    missing = select(Entry.id).where(Entry.kind.in_(KINDS), visible_to(None), Entry.id.not_in(stamped))
    stamp(db.session.scalars(missing.order_by(Entry.id).limit(AS_MANY)).all())
