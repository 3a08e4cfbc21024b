"""Concepts of the community's glossary: the bridge between languages for readers and for search."""

from __future__ import annotations

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from forum.kernel.db import Base, PrimaryKey, refers_to


class Concept(Base):
    """One meaning with its preferred term and synonyms per language (the first of each list is preferred)."""

    __tablename__ = "concept"

    id: Mapped[PrimaryKey]
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    terms: Mapped[dict[str, list[str]]] = mapped_column(JSON)
    broader: Mapped[str | None] = mapped_column(String(80))
    related: Mapped[list[str]] = mapped_column(JSON, default=list)
    discouraged: Mapped[list[str]] = mapped_column(JSON, default=list)
    theme_id: Mapped[int | None] = refers_to("theme")
    verified: Mapped[bool] = mapped_column(default=False)
    verified_languages: Mapped[list[str]] = mapped_column(JSON, default=list)
    sources: Mapped[list[str]] = mapped_column(JSON, default=list)
