"""Concepts of the community's glossary: the bridge between languages for readers and for search."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.accounts.models import Member
from forum.community.models import Theme
from forum.kernel import clock
from forum.kernel.db import Base, CreatedAt, PrimaryKey, one_of, refers_to
from forum.kernel.errors import Refused
from forum.kernel.i18n import _


class Concept(Base):
    """One meaning with its preferred term and synonyms per language (the first of each list is preferred).

    In the words of SKOS: prefLabel, altLabel, hiddenLabel (discouraged), broader, related, scopeNote.
    """

    __tablename__ = "concept"
    TERM_LENGTH = 120
    MOST_TERMS = 20  # in one language

    id: Mapped[PrimaryKey]
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    terms: Mapped[dict[str, list[str]]] = mapped_column(JSON)
    broader: Mapped[str | None] = mapped_column(String(80))
    related: Mapped[list[str]] = mapped_column(JSON, default=list)
    discouraged: Mapped[list[str]] = mapped_column(JSON, default=list)  # in any language; each leads here
    note: Mapped[str] = mapped_column(Text, default="")
    theme_id: Mapped[int | None] = refers_to("theme")
    verified: Mapped[bool] = mapped_column(default=False)
    verified_languages: Mapped[list[str]] = mapped_column(JSON, default=list)
    sources: Mapped[list[str]] = mapped_column(JSON, default=list)
    retired_at: Mapped[datetime | None]
    replaced_by: Mapped[str | None] = mapped_column(String(80))  # the concept that means this now
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime] = mapped_column(default=clock.now, onupdate=clock.now)

    theme: Mapped[Theme | None] = relationship()

    @property
    def is_retired(self) -> bool:
        return self.retired_at is not None

    def label(self, language: str) -> str:
        """The preferred term in this language, else in English, else in whatever language there is one."""
        for wanted in (language, "en", *self.terms):
            if self.terms.get(wanted):
                return self.terms[wanted][0]
        return self.slug

    def refuse_when_changed(self, version: int) -> None:
        """So that nobody undoes another's edit unawares."""
        if version != self.version:
            raise Refused(_("This concept was changed in the meantime. Look at it again before you change it."))


#: What an edit may change, and a revision keeps.
EDITED = ("terms", "broader", "related", "discouraged", "note", "theme_id", "retired_at", "replaced_by")


class ConceptRevision(Base):
    """What a concept was before one edit. Rows are added, never changed: undoing is an edit too."""

    __tablename__ = "concept_revision"

    concept_id: Mapped[int] = mapped_column(ForeignKey("concept.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # the version this is
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(String(300))  # for the edit that made the next one of it
    editor_id: Mapped[int | None] = refers_to("member", index=False)
    edited_at: Mapped[CreatedAt]

    editor: Mapped[Member | None] = relationship()


class Verdict(StrEnum):
    OPEN = "open"
    TAKEN = "taken"
    DECLINED = "declined"


class TermSuggestion(Base):
    """What a member thinks should be different, and what became of that."""

    __tablename__ = "term_suggestion"
    LENGTH = 1000

    id: Mapped[PrimaryKey]
    concept_id: Mapped[int | None] = refers_to("concept")  # nothing: a new concept
    words: Mapped[str] = mapped_column(String(LENGTH))
    author_id: Mapped[int | None] = refers_to("member")
    created_at: Mapped[CreatedAt]
    verdict: Mapped[Verdict] = one_of(Verdict, default=Verdict.OPEN)
    answer: Mapped[str] = mapped_column(String(500), default="")
    decided_by_id: Mapped[int | None] = refers_to("member", index=False)
    decided_at: Mapped[datetime | None]

    concept: Mapped[Concept | None] = relationship()
    author: Mapped[Member | None] = relationship(foreign_keys=author_id)

    def refuse_when_decided(self) -> None:
        if self.verdict is not Verdict.OPEN:
            raise Refused(_("Somebody has decided this suggestion already."))
