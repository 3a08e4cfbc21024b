"""One file that is brought in, and what becomes of each of its rows."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.accounts.models import Member
from forum.kernel.db import Base, CreatedAt, PrimaryKey, one_of, refers_to


class Stage(StrEnum):
    CHECKED = "checked"  # a dry run: nothing is in the library yet
    CONFIRMED = "confirmed"  # the worker brings it in
    DONE = "done"


class Outcome(StrEnum):
    NEW = "new"  # will come into the library
    KNOWN = "known"  # is there already, or stands higher up in the file
    WRONG = "wrong"  # something in it has to be put right
    IMPORTED = "imported"


class ImportBatch(Base):
    __tablename__ = "import_batch"
    MOST_ROWS = 5_000

    id: Mapped[PrimaryKey]
    name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    form: Mapped[str] = mapped_column(String(10))  # "csv" or "ris"
    columns: Mapped[list[str]] = mapped_column(JSON)  # as they stand in the file
    mapping: Mapped[dict[str, str]] = mapped_column(JSON)  # from column to field
    stage: Mapped[Stage] = one_of(Stage, default=Stage.CHECKED)
    made_by_id: Mapped[int] = refers_to("member", index=False)
    made_at: Mapped[CreatedAt]
    done_at: Mapped[datetime | None]

    made_by: Mapped[Member] = relationship()


class ImportRow(Base):
    __tablename__ = "import_row"

    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # as a person counts, from 1
    raw: Mapped[dict[str, str]] = mapped_column(JSON)  # cells by column
    outcome: Mapped[Outcome] = one_of(Outcome)
    problems: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    because: Mapped[str] = mapped_column(String(20), default="")  # what it is KNOWN by
    entry_id: Mapped[int | None] = refers_to("entry", index=False)

    __table_args__ = (Index("ix_import_row_outcome", "batch_id", "outcome", "number"),)


class ResourceIdentifier(Base):
    """What a resource is called elsewhere, so that it is not brought in twice."""

    __tablename__ = "resource_identifier"

    scheme: Mapped[str] = mapped_column(String(60), primary_key=True)  # "doi", "isbn", or whose numbers these are
    value: Mapped[str] = mapped_column(String(200), primary_key=True)
    resource_id: Mapped[int] = refers_to("resource")
