"""The files of a resource: where their bytes lie, how far they were read, and what each page says."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.accounts.models import Member
from forum.kernel.db import Base, CreatedAt, PrimaryKey, one_of, refers_to
from forum.library.models.resources import Resource


class Reading(StrEnum):
    """How far the text of a file was taken out of it."""

    WAITING = "waiting"
    READING = "reading"
    READ = "read"
    EMPTY = "empty"  # it opened, and there are no words in it (a scan where nobody can read pictures)
    FAILED = "failed"  # see `reason`; somebody may ask for another try


class ResourceFile(Base):
    """One file of a resource. Its bytes never change: another version is another row, which `replaces` this one."""

    __tablename__ = "resource_file"
    NAME_LENGTH = 200

    id: Mapped[PrimaryKey]
    resource_id: Mapped[int] = refers_to("resource")
    number: Mapped[int]  # in addresses: /library/<id>/files/<number>/<name>; never given twice in one resource
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    language: Mapped[str | None] = mapped_column(String(8))
    media_type: Mapped[str] = mapped_column(String(100))  # decided by content, never by name
    size: Mapped[int] = mapped_column(BigInteger)  # bytes
    sha256: Mapped[str] = mapped_column(String(64), index=True)  # hexadecimal
    blob_key: Mapped[str] = mapped_column(String(200))  # in the store of `forum.kernel.blobs`
    note: Mapped[str] = mapped_column(String(500), default="")  # what is different from the file it replaces
    added_by_id: Mapped[int | None] = refers_to("member", index=False)
    added_at: Mapped[CreatedAt]
    replaces_id: Mapped[int | None] = refers_to("resource_file", index=False)
    removed_at: Mapped[datetime | None]
    removed_by_id: Mapped[int | None] = refers_to("member", index=False)

    reading: Mapped[Reading] = one_of(Reading, default=Reading.WAITING)
    reading_attempts: Mapped[int] = mapped_column(default=0)
    reading_began_at: Mapped[datetime | None]
    reading_due_at: Mapped[datetime | None]  # while WAITING: not before; None is at once
    reading_by: Mapped[str | None] = mapped_column(String(80))  # the worker that is READING it
    reason: Mapped[str] = mapped_column(
        String(40), default=""
    )  # why it, or the rest of it, is not read: library.reasons
    read_at: Mapped[datetime | None]
    page_count: Mapped[int | None]
    is_ocr: Mapped[bool] = mapped_column(default=False)  # some of its text was read from pictures
    suggested: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # title, authors, year … found inside
    preview_key: Mapped[str | None] = mapped_column(String(200))  # a picture of the first page, in the same store

    resource: Mapped[Resource] = relationship()
    added_by: Mapped[Member | None] = relationship(foreign_keys=added_by_id)

    __table_args__ = (
        UniqueConstraint("resource_id", "number"),
        Index(
            "ix_resource_file_unread",
            "id",
            sqlite_where=sql("reading IN ('waiting', 'reading')"),
            postgresql_where=sql("reading IN ('waiting', 'reading')"),
        ),
    )

    @property
    def is_removed(self) -> bool:
        return self.removed_at is not None


class FilePage(Base):
    """What one page (slide, sheet, chapter) of a file says."""

    __tablename__ = "file_page"

    file_id: Mapped[int] = mapped_column(ForeignKey("resource_file.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # from 1, as a reader counts
    text: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(8))
    confidence: Mapped[float] = mapped_column(default=0.0)  # of the language, 0 to 1; 1 where a person said it
    is_ocr: Mapped[bool] = mapped_column(default=False)
