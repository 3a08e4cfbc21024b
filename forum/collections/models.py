"""A collection and what is in it."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from forum.entries.models import Entry, Kind
from forum.kernel.db import Base, CreatedAt, extends, refers_to


class Collection(Entry):
    """A reading list. One that is filed in a group belongs to the group's members, any other to who made it."""

    __tablename__ = "collection"
    __mapper_args__ = {"polymorphic_identity": Kind.COLLECTION}
    TITLE_LENGTH = 200
    NOTE_LENGTH = 5000
    MOST_ITEMS = 300

    id: Mapped[int] = extends("entry")
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    note: Mapped[str] = mapped_column(Text, default="")  # for whom it is, and how to read it


class CollectionItem(Base):
    """One entry of a collection. Whoever may not see the entry does not learn that it is in there."""

    __tablename__ = "collection_item"
    NOTE_LENGTH = 500

    collection_id: Mapped[int] = mapped_column(ForeignKey("collection.id"), primary_key=True)
    entry_id: Mapped[int] = refers_to("entry", primary_key=True)
    position: Mapped[int]  # what is read first is smallest; not dense
    note: Mapped[str] = mapped_column(String(NOTE_LENGTH), default="")
    added_by_id: Mapped[int | None] = refers_to("member", index=False)
    added_at: Mapped[CreatedAt]
