"""What is cited where follows what is written: the worker reads law in whatever changed, many entries at once."""

from __future__ import annotations

from forum.entries.events import EntryChanged
from forum.instruments import operations, texts
from forum.kernel import bulk
from forum.kernel.db import begin_mode, db
from forum.kernel.jobs import each_turn

AS_MANY = 100

texts.also_after(EntryChanged, lambda event: event.entry_id)


@each_turn
def follow_the_texts() -> None:
    """Read law in everything that changed since the last turn."""
    while catch_up():
        pass


def catch_up(*, limit: int = AS_MANY) -> int:
    """Note what is cited in the entries that changed longest ago; returns how many events were dealt with.

    Reading holds no lock. Should another worker have dealt with any of these events meanwhile, ours is forgotten:
    it may be older than what the other one read.
    """
    try:
        begin_mode.set("deferred")
        events = bulk.unread(texts.WORKER, limit=limit)
        if not events:
            return 0
        cited = operations.cited_by({_entry_of(unread) for unread in events})
        db.session.rollback()
        begin_mode.set("immediate")
        mine = [unread.row_id for unread in events]
        if {unread.row_id for unread in bulk.unread(texts.WORKER, limit=limit)} >= set(mine):
            operations.note(cited)
            bulk.acknowledge_together(mine)
        return len(events)
    finally:
        db.session.rollback()


def _entry_of(unread: bulk.Unread) -> int:
    return texts.AFTER[type(unread.event)](unread.event)
