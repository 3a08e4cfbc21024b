"""Keeping what is cited where in step with what is written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select, update

from forum.entries.events import EntryChanged
from forum.entries.models import Entry, Kind
from forum.instruments.models import Citation
from forum.instruments.recognition import citations_in
from forum.instruments.texts import READERS, Text, texts_of
from forum.kernel import clock
from forum.kernel.db import db, insert_or
from forum.kernel.events import record

#: Instrument, provision, place, file, page: what makes one citation another.
Key = tuple[str, str, str, int, int]
#: What one entry can cite at most; a thousand pages that name everything are no better found by more rows.
MOST = 5_000


def cited_by(entry_ids: Iterable[int]) -> dict[int, set[Key]]:
    """What these entries cite as they stand now: reading only, for it may take a while."""
    ids_by_kind: dict[Kind, list[int]] = defaultdict(list)
    found: dict[int, set[Key]] = {id: set() for id in entry_ids}
    for id, kind in db.session.execute(select(Entry.id, Entry.kind).where(Entry.id.in_(list(found)))):
        ids_by_kind[kind].append(id)
    for id, text in texts_of(ids_by_kind):
        if len(found[id]) < MOST:
            found[id] |= _keys(text)
    return found


def _keys(text: Text) -> set[Key]:
    keys: set[Key] = set()
    for citation in citations_in(text.words):
        if citation.code != text.own:
            where = (text.place.value, text.file, text.page)
            keys |= {(citation.code, provision, *where) for provision in citation.provisions or ("",)}
    return keys


def note(cited: Mapping[int, set[Key]]) -> int:
    """Make these the standing citations of their entries; returns how many began or ceased to stand.

    Where an entry cites other instruments than before, the index is told.
    """
    standing: dict[int, dict[Key, int]] = defaultdict(dict)
    rows = select(Citation).where(Citation.entry_id.in_(list(cited)), Citation.revoked_at.is_(None))
    for row in db.session.scalars(rows):
        standing[row.entry_id][(row.instrument, row.provision, row.place.value, row.file, row.page)] = row.id
    changes = 0
    for entry_id, keys in cited.items():
        before = standing[entry_id]
        gone, new = before.keys() - keys, keys - before.keys()
        _revoke([before[key] for key in gone])
        _add(entry_id, new)
        changes += len(gone) + len(new)
        if {key[0] for key in before} != {key[0] for key in keys}:
            record(EntryChanged(entry_id=entry_id))
    return changes


def _revoke(ids: list[int]) -> None:
    if ids:
        now: dict[str, Any] = {"revoked_at": clock.now()}
        gone = update(Citation).where(Citation.id.in_(ids)).values(now)
        db.session.execute(gone.execution_options(synchronize_session=False))


def _add(entry_id: int, keys: Iterable[Key]) -> None:
    rows = [
        {
            "entry_id": entry_id, "instrument": instrument, "provision": provision,
            "place": place, "file": file, "page": page, "found_at": clock.now(),
        }
        for instrument, provision, place, file, page in sorted(keys)
    ]  # fmt: skip
    for start in range(0, len(rows), 100):
        db.session.execute(insert_or(Citation).values(rows[start : start + 100]).on_conflict_do_nothing())


def entries_after(last: int, *, limit: int = 200) -> list[int]:
    """The next entries that may cite something, for who goes through all of them."""
    some = select(Entry.id).where(Entry.kind.in_(list(READERS)), Entry.id > last).order_by(Entry.id).limit(limit)
    return list(db.session.scalars(some))
