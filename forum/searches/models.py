"""A search that is kept for a member, and what was found by it since."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.accounts.models import Member
from forum.kernel import clock
from forum.kernel.db import Base, CreatedAt, PrimaryKey, refers_to


class SavedSearch(Base):
    """A question with its filters. Following a theme or a region is a search with nothing but that filter."""

    __tablename__ = "saved_search"
    NAME_LENGTH = 120
    MOST = 50  # of one member

    id: Mapped[PrimaryKey]
    member_id: Mapped[int] = refers_to("member")
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    question: Mapped[str] = mapped_column(String(300), default="")
    filters: Mapped[dict[str, list[str]]] = mapped_column(JSON, default=dict)
    wishes: Mapped[dict[str, list[str]]] = mapped_column(
        JSON, default=dict
    )  # how far beyond its words: `across.Wishes`
    mails: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[CreatedAt]
    watched_until: Mapped[datetime] = mapped_column(
        default=clock.now, index=True
    )  # what came later was not compared yet
    looked_at: Mapped[datetime] = mapped_column(default=clock.now)
    mailed_at: Mapped[datetime | None]

    member: Mapped[Member] = relationship()

    @property
    def chosen(self) -> dict[str, list[str]]:
        """Everything an address says besides the words."""
        return {**self.filters, **self.wishes}


class SearchNews(Base):
    """An entry that answers a kept search and came, or could be read, after it was kept."""

    __tablename__ = "search_news"

    search_id: Mapped[int] = mapped_column(ForeignKey("saved_search.id", ondelete="CASCADE"), primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"), primary_key=True, index=True)
    found_at: Mapped[datetime] = mapped_column(index=True)


def path_of(search: SavedSearch) -> str:
    """Where what it found is shown."""
    return f"/me/searches/{search.id}"
