"""What can be done with an entry of any kind: follow it, link it, file it under regions and themes.

These take an entry that was loaded through its reader; who may do what to which kind is for the slices above.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Insert, delete, insert, select
from sqlalchemy.orm.util import identity_key

from forum.accounts.models import Member
from forum.entries.events import EntryChanged, EntryRenamed
from forum.entries.models import Because, Entry, EntryRegion, EntryTheme, Follow, Level, Link, Relation
from forum.kernel import clock
from forum.kernel.db import db, insert_or
from forum.kernel.events import record
from forum.kernel.mail import cancel_unwanted
from forum.kernel.written import Written


def follow(entry: Entry, *, by: Member, level: Level = Level.EVERY_POST, because: Because = Because.CHOSE) -> None:
    """Follow an entry at this level, or change the level; muting is a level too, so that it is remembered. What waits to be
    sent and is not wanted at that level is cancelled.

    Args:
        because: why; CHOSE is a decision and replaces whatever there was, any other reason only fills a gap.
    """
    statement = _FOLLOW_AS_CHOSEN if because is Because.CHOSE else _FOLLOW_UNLESS_KNOWN
    statement.run(entry_id=entry.id, member_id=by.id, level=level, because=because, created_at=clock.now())
    if (known := db.session.identity_map.get(identity_key(Follow, (entry.id, by.id)))) is not None:
        db.session.expire(known)
    if because is Because.CHOSE and level is not Level.EVERY_POST:
        cancel_unwanted(by.id)


def _follow_as_chosen() -> Insert:
    row = insert_or(Follow)
    chosen = {"level": row.excluded.level, "because": row.excluded.because}
    return row.on_conflict_do_update(index_elements=["entry_id", "member_id"], set_=chosen)


def _follow_unless_known() -> Insert:
    return insert_or(Follow).on_conflict_do_nothing(index_elements=["entry_id", "member_id"])


_FOLLOW_AS_CHOSEN, _FOLLOW_UNLESS_KNOWN = Written(_follow_as_chosen), Written(_follow_unless_known)


def unfollow(entry: Entry, *, by: Member) -> None:
    """Forget that a member follows an entry. Not following is fine too."""
    db.session.execute(delete(Follow).where(Follow.entry_id == entry.id, Follow.member_id == by.id))
    cancel_unwanted(by.id)


def link(source: Entry, relation: Relation, targets: Iterable[int], *, by: Member, reason: str = "") -> None:
    """Make these the entries that `source` <relation>: new links are made, those no longer meant are revoked.

    Args:
        targets: ids of entries `by` may see.
    """
    wanted = set(targets)
    standing = db.session.scalars(
        select(Link).where(Link.from_id == source.id, Link.relation == relation, Link.revoked_at.is_(None))
    ).all()
    for row in standing:
        if row.to_id not in wanted:
            row.revoked_at, row.revoked_by_id = clock.now(), by.id
    for target in sorted(wanted - {row.to_id for row in standing}):
        db.session.add(Link(from_id=source.id, to_id=target, relation=relation, author_id=by.id, reason=reason))
    db.session.flush()


def file_under(entry: Entry, *, regions: Iterable[int], themes: Iterable[int]) -> None:
    """Make these ids the entry's regions and themes."""
    for table, column, ids in (
        (EntryRegion, "region_id", sorted(set(regions))),
        (EntryTheme, "theme_id", sorted(set(themes))),
    ):
        db.session.execute(delete(table).where(table.entry_id == entry.id))
        if ids:
            db.session.execute(insert(table), [{"entry_id": entry.id, column: each} for each in ids])
    db.session.expire(entry, ["regions", "themes"])


def changed(entry: Entry) -> None:
    """Tell the index, and whoever else follows entries, that this one is new or different."""
    record(EntryChanged(entry_id=entry.id))


def renamed(entry: Entry) -> None:
    """As `changed`, and tell whoever shows its name elsewhere, because that or its readers may be others now."""
    changed(entry)
    record(EntryRenamed(entry_id=entry.id))
