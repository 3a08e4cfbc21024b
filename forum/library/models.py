"""A resource is a document, link or law the community shares."""

from __future__ import annotations

from sqlalchemy import JSON, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from forum.entries.models import Entry, Kind
from forum.kernel.db import extends


class Resource(Entry):
    __tablename__ = "resource"
    __mapper_args__ = {"polymorphic_identity": Kind.RESOURCE}
    TITLE_LENGTH = 400

    id: Mapped[int] = extends("entry")
    source_id: Mapped[str | None] = mapped_column(String(120), unique=True)  # its id in the record
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    abstract: Mapped[str] = mapped_column(Text, default="")
    year: Mapped[int | None]
    publisher: Mapped[str] = mapped_column(String(300), default="")
    languages: Mapped[list[str]] = mapped_column(JSON, default=list)
    type: Mapped[str] = mapped_column(String(40))
    is_global: Mapped[bool] = mapped_column(default=False)
    url: Mapped[str] = mapped_column(String(2000), default="")
    url_kind: Mapped[str | None] = mapped_column(String(40))
    note: Mapped[str | None] = mapped_column(Text)
    verified: Mapped[bool] = mapped_column(default=False)
    unverified_fields: Mapped[list[str]] = mapped_column(JSON, default=list)
