"""Which files of a resource count: those that are there, and that no newer one took the place of."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import aliased

from forum.library.models import ResourceFile


def stands() -> ColumnElement[bool]:
    """A WHERE clause about `ResourceFile`."""
    newer = aliased(ResourceFile)
    replaced = select(newer.id).where(newer.replaces_id == ResourceFile.id, newer.removed_at.is_(None)).exists()
    return ResourceFile.removed_at.is_(None) & ~replaced
