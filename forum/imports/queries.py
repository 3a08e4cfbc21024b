"""Reading batches and their rows: for the secretariat, which the views ask for first."""

from __future__ import annotations

from sqlalchemy import select

from forum.imports.models import ImportBatch, ImportRow, Outcome, Stage
from forum.kernel.db import db
from forum.kernel.errors import NotFound
from forum.kernel.paging import Page

ROWS = 50


def get_batch(batch_id: int) -> ImportBatch:
    """One batch.

    Raises:
        NotFound: there is none.
    """
    found = db.session.get(ImportBatch, batch_id)
    if found is None:
        raise NotFound
    return found


def latest_batches(*, page: int = 1, size: int = 20) -> Page[ImportBatch]:
    """The latest first."""
    query = select(ImportBatch).order_by(ImportBatch.id.desc()).limit(size + 1).offset((page - 1) * size)
    return Page.of(list(db.session.scalars(query)), page, size=size)


def rows_of(batch: ImportBatch, *, outcome: Outcome | None = None, page: int = 1, size: int = ROWS) -> Page[ImportRow]:
    """Rows in the order of the file."""
    query = select(ImportRow).where(ImportRow.batch_id == batch.id)
    if outcome is not None:
        query = query.where(ImportRow.outcome == outcome)
    query = query.order_by(ImportRow.number).limit(size + 1).offset((page - 1) * size)
    return Page.of(list(db.session.scalars(query)), page, size=size)


def unfinished(sha256: str) -> ImportBatch | None:
    """A batch of a file with these bytes (hexadecimal) that was confirmed and is not done."""
    same = select(ImportBatch).where(ImportBatch.sha256 == sha256, ImportBatch.stage == Stage.CONFIRMED)
    return db.session.scalar(same.order_by(ImportBatch.id.desc()))
