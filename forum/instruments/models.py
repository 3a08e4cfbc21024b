"""Where an instrument is cited: one row for each entry, instrument, provision and place."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from forum.kernel.db import Base, CreatedAt, PrimaryKey, one_of, refers_to


class Place(StrEnum):
    """In which part of an entry something is cited."""

    TITLE = "title"
    TEXT = "text"  # its abstract, wording or body
    PAGE = "page"  # of one of its files


class Citation(Base):
    """Found by the worker, never written by hand. Revoked when the text no longer says it, never deleted."""

    __tablename__ = "citation"

    id: Mapped[PrimaryKey]
    entry_id: Mapped[int] = refers_to("entry")
    instrument: Mapped[str] = mapped_column(String(40))  # its code in the vocabulary
    provision: Mapped[str] = mapped_column(String(30), default="")  # "40(3)"; empty when the whole is cited
    place: Mapped[Place] = one_of(Place)
    file: Mapped[int] = mapped_column(default=0)  # the number of the file in its resource, 0 when it is no page
    page: Mapped[int] = mapped_column(default=0)
    found_at: Mapped[CreatedAt]
    revoked_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_citation_instrument", "instrument", "provision", "entry_id"),
        Index(
            "uq_citation_standing",
            "entry_id",
            "instrument",
            "provision",
            "place",
            "file",
            "page",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
    )
