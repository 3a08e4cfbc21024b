"""What was last loaded from the record, so that a later load changes only what the record itself changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from forum.kernel import clock
from forum.kernel.db import Base


class LoadedRecord(Base):
    """The values one record had when it was last loaded.

    A load compares with these, not with the row: what the secretariat corrected in the browser since stays,
    unless the record's own value for that very field is a new one.
    """

    __tablename__ = "loaded_record"

    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    source_id: Mapped[str] = mapped_column(String(120), primary_key=True)
    values: Mapped[dict[str, Any]] = mapped_column(JSON)
    loaded_at: Mapped[datetime] = mapped_column(default=clock.now, onupdate=clock.now)
