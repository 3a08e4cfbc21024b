"""Checking a file, confirming it, bringing it in a little at a time: every step may be interrupted and taken again."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select

from forum.access.rules import SITE, Can, authorize
from forum.accounts.models import Member
from forum.entries.operations import unfollow
from forum.imports.events import ImportGoesOn
from forum.imports.fields import FIELDS, Understood, understand
from forum.imports.models import ImportBatch, ImportRow, Outcome, ResourceIdentifier, Stage
from forum.imports.reading import read
from forum.kernel import clock
from forum.kernel.db import db, insert_or, save
from forum.kernel.errors import DomainError, Invalid, Refused
from forum.kernel.events import record
from forum.kernel.i18n import _
from forum.library.likeness import plain
from forum.library.models import Resource
from forum.library.operations import share

#: Rows in one transaction: what a kill can undo, and how long others wait for SQLite's one write lock.
AT_ONCE = 25
RESOURCE: Any = Resource.__table__.c


class Known:
    """By what a resource may be known already: in the library, or higher up in the same file."""

    def __init__(self) -> None:
        self.by: dict[tuple[str, str], int | None] = {}
        for row in db.session.execute(
            select(ResourceIdentifier.scheme, ResourceIdentifier.value, ResourceIdentifier.resource_id)
        ):
            self.by[row.scheme, row.value] = row.resource_id
        for row in db.session.execute(select(RESOURCE.id, RESOURCE.title, RESOURCE.year, RESOURCE.url)):
            for key in _keys(row.title, str(row.year or ""), row.url):
                self.by.setdefault(key, row.id)

    def find(self, keys: list[tuple[str, str]]) -> tuple[str, int | None] | None:
        """By what it is known, and which resource it is; None for one in the same file that is not there yet."""
        return next(((key[0], self.by[key]) for key in keys if key in self.by), None)

    def remember(self, keys: list[tuple[str, str]], resource_id: int | None) -> None:
        for key in keys:
            self.by.setdefault(key, resource_id)


def _keys(title: str, year: str, url: str) -> list[tuple[str, str]]:
    address = url.strip().casefold().partition("://")[2].removeprefix("www.").rstrip("/")
    found = [("url", address)] if address else []
    return [*found, ("title", f"{plain(title)} {year}")]


def keys_of(row: Understood) -> list[tuple[str, str]]:
    """By what a row may be known, the surest first."""
    if row.description is None:
        return []
    said = row.description
    return [*row.identifiers, *_keys(said.title, said.issued[:4], said.url)]


def check_file(data: bytes, name: str, *, by: Member) -> ImportBatch:
    """The dry run: read a file and say of every row what would become of it. Nothing comes into the library.

    Where no column is known to be the title, every row is wrong until somebody says which one is (`read_columns_as`).

    Raises:
        Invalid: it cannot be read.
        NotAllowed: this is for the secretariat.
    """
    authorize(by, Can.EDIT_RECORD, SITE)
    sheet = read(data, name)
    batch = save(
        ImportBatch(
            name=name[:200],
            sha256=hashlib.sha256(data).hexdigest(),
            form=sheet.form,
            columns=list(sheet.columns),
            mapping=sheet.mapping,
            made_by_id=by.id,
        )
    )
    for number, cells in enumerate(sheet.rows, 1):
        db.session.add(ImportRow(batch_id=batch.id, number=number, raw=cells, outcome=Outcome.NEW))
    db.session.flush()
    check(batch)
    return batch


def read_columns_as(batch: ImportBatch, mapping: Mapping[str, str], *, by: Member) -> None:
    """Say what its columns mean, and check every row again.

    Raises:
        Invalid: no column is the title, or two are the same field.
        Refused: it was confirmed.
    """
    authorize(by, Can.EDIT_RECORD, SITE)
    _refuse_unless_checked(batch)
    wanted = {column: field for column, field in mapping.items() if column in batch.columns and field in FIELDS}
    if "title" not in wanted.values():
        raise Invalid(_("Say which column is the title."), "mapping")
    if len(set(wanted.values())) < len(wanted):
        raise Invalid(_("Two columns cannot be the same field."), "mapping")
    batch.mapping = wanted
    check(batch)


def check(batch: ImportBatch) -> None:
    """Decide of every row whether it is new, known or wrong."""
    known = Known()
    for row in db.session.scalars(_rows(batch)):
        _decide(row, understand(row.raw, batch.mapping), known)
    db.session.flush()


def _decide(row: ImportRow, said: Understood, known: Known) -> None:
    keys = keys_of(said)
    there = known.find(keys)
    row.problems, row.because, row.entry_id = list(said.problems), "", None
    if said.description is None:
        row.outcome = Outcome.WRONG
    elif there is not None:
        row.outcome, (row.because, row.entry_id) = Outcome.KNOWN, there
    else:
        row.outcome = Outcome.NEW
        known.remember(keys, None)


def confirm(batch: ImportBatch, *, by: Member) -> None:
    """Let the worker bring in what is new.

    Raises:
        Refused: it was confirmed before, or nothing in it is new.
    """
    authorize(by, Can.EDIT_RECORD, SITE)
    _refuse_unless_checked(batch)
    if not counts(batch)[Outcome.NEW]:
        raise Refused(_("Nothing in this file is new."))
    batch.stage = Stage.CONFIRMED
    db.session.flush()
    record(ImportGoesOn(batch_id=batch.id))


def go_on(batch: ImportBatch, *, limit: int = AT_ONCE) -> bool:
    """Bring in some of the rows that wait; tells whether more do. What was brought in, and that it was, commit together."""
    db.session.refresh(batch, with_for_update=True)  # one at a time, or two would bring in the same rows
    if batch.stage is not Stage.CONFIRMED:
        return False
    rows = db.session.scalars(_rows(batch).where(ImportRow.outcome == Outcome.NEW).limit(limit)).all()
    known = Known() if rows else None
    for row in rows:
        _bring_in(row, batch, known)
    db.session.flush()
    if len(rows) == limit:
        return True
    batch.stage, batch.done_at = Stage.DONE, clock.now()
    return False


def _bring_in(row: ImportRow, batch: ImportBatch, known: Known | None) -> None:
    said = understand(row.raw, batch.mapping)
    keys = keys_of(said)
    there = known.find(keys) if known else None
    if said.description is None or there is not None:
        _decide(row, said, known or Known())
        return
    try:
        with db.session.begin_nested():
            resource = share(said.description, by=batch.made_by)
            unfollow(resource, by=batch.made_by)  # nobody wants to hear of hundreds of things at once
    except DomainError as error:
        row.outcome = Outcome.WRONG
        row.problems = [{"field": getattr(error, "field", None) or "row", "why": "refused", "said": str(error)}]
        return
    for scheme, value in said.identifiers:
        kept = insert_or(ResourceIdentifier).values(scheme=scheme, value=value, resource_id=resource.id)
        db.session.execute(kept.on_conflict_do_nothing())
    row.outcome, row.entry_id = Outcome.IMPORTED, resource.id
    if known:
        known.remember(keys, resource.id)


def counts(batch: ImportBatch) -> Counter[str]:
    """How many rows of it are new, known, wrong, imported."""
    rows = (
        select(ImportRow.outcome, func.count().label("rows"))
        .where(ImportRow.batch_id == batch.id)
        .group_by(ImportRow.outcome)
    )
    return Counter({row.outcome: row.rows for row in db.session.execute(rows)})


def _rows(batch: ImportBatch) -> Any:
    return select(ImportRow).where(ImportRow.batch_id == batch.id).order_by(ImportRow.number)


def _refuse_unless_checked(batch: ImportBatch) -> None:
    if batch.stage is not Stage.CHECKED:
        raise Refused(_("This file was confirmed already."))
