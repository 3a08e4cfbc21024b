"""Writing one record: make its row or change what the record changed, and count which it was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from sqlalchemy import select

from forum.entries.events import EntryChanged
from forum.entries.models import Entry
from forum.kernel.db import Base, db
from forum.kernel.events import record as record_event
from forum.record.models import LoadedRecord

R = TypeVar("R", bound=Base)
Setter = Callable[[Any, Any], None]


class Tally:
    """One load in progress: what was loaded before, and how many of each kind are created, changed, unchanged."""

    def __init__(self) -> None:
        self.counts: dict[str, Counter[str]] = {}
        self._changed: list[Entry] = []
        self.last = {(row.kind, row.source_id): row for row in db.session.scalars(select(LoadedRecord))}

    def put(
        self,
        kind: str,
        source_id: str,
        row: R | None,
        make: Callable[[], R],
        values: Mapping[str, Any],
        setters: Mapping[str, Setter] | None = None,
    ) -> R:
        """Bring one row in line with the record, and count what that took. `flush` writes it.

        Args:
            kind: what to count it under.
            source_id: its id in the record.
            row: what is there already, if anything.
            make: builds the row with what it is given once and keeps, such as its reference.
            values: what the record says, as plain values.
            setters: how to set those values that are not plain columns.
        """
        count = self.counts.setdefault(kind, Counter())
        last = self.last.get((kind, source_id))
        before = last.values if last is not None and row is not None else {}
        news = {name: value for name, value in values.items() if name not in before or before[name] != value}
        if row is not None and not news:
            count["unchanged"] += 1
            return row
        count["created" if row is None else "changed"] += 1
        row = make() if row is None else row
        for name, value in news.items():
            setter = (setters or {}).get(name)
            if setter:
                setter(row, value)
            else:
                setattr(row, name, value)
        db.session.add(row)
        self._remember(kind, source_id, dict(values), last)
        if isinstance(row, Entry):
            self._changed.append(row)
        return row

    def flush(self) -> None:
        """Write what was put so far, all at once: new rows have their ids afterwards."""
        db.session.flush()
        for entry in self._changed:
            record_event(EntryChanged(entry_id=entry.id))
        self._changed.clear()

    def _remember(self, kind: str, source_id: str, values: dict[str, Any], last: LoadedRecord | None) -> None:
        if last is None:
            last = LoadedRecord(kind=kind, source_id=source_id, values=values)
            self.last[kind, source_id] = last
            db.session.add(last)
        last.values = values
