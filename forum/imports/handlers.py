"""The worker brings confirmed files in, some rows in each transaction."""

from __future__ import annotations

from forum.imports import operations
from forum.imports.events import ImportGoesOn
from forum.imports.models import ImportBatch
from forum.kernel.db import db
from forum.kernel.events import handles, record


@handles(ImportGoesOn)
def bring_in_some(event: ImportGoesOn) -> None:
    """Some rows, and the promise to go on with the next."""
    batch = db.session.get(ImportBatch, event.batch_id)
    if batch is not None and operations.go_on(batch):
        record(ImportGoesOn(batch_id=batch.id))
