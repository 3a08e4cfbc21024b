"""An entry in the common record: whatever has an author, a place and a date.

Everything that can be followed, tagged, linked, found, flagged or hidden is an entry, so each of these is
written once. The row stays narrow: no titles, no bodies. `active_at` is what lists are ordered by.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.accounts.models import Member
from forum.community.models import Group, Region, Theme
from forum.kernel import clock
from forum.kernel.db import Base, CreatedAt, PrimaryKey, one_of, refers_to


class Kind(StrEnum):
    THREAD = "thread"
    POST = "post"
    RESOURCE = "resource"
    CONGRESS = "congress"
    MEETING = "meeting"
    RECOMMENDATION = "recommendation"
    COLLECTION = "collection"


class Visibility(StrEnum):
    """Who may read an entry that is not hidden. A group's entries carry what its own visibility implies."""

    PUBLIC = "public"
    MEMBERS = "members"  # everyone who is signed in and admitted
    GROUP = "group"  # members of its group
    DRAFT = "draft"  # its author and the secretariat


#: Columns that, with the group, say who may see an entry (see `forum.access.scopes`).
WHO_MAY_SEE = ("visibility", "hidden_at", "author_id")


class Entry(Base):
    __tablename__ = "entry"

    id: Mapped[PrimaryKey]
    kind: Mapped[Kind] = one_of(Kind)
    reference: Mapped[str | None] = mapped_column(String(40), unique=True)
    group_id: Mapped[int | None] = refers_to("group", index=False)
    author_id: Mapped[int | None] = refers_to("member")
    language: Mapped[str] = mapped_column(String(8), default="en")
    visibility: Mapped[Visibility] = one_of(Visibility, default=Visibility.PUBLIC)
    created_at: Mapped[CreatedAt]
    active_at: Mapped[datetime] = mapped_column(default=clock.now)
    hidden_at: Mapped[datetime | None]
    hidden_by_id: Mapped[int | None] = refers_to("member", index=False)
    hidden_reason: Mapped[str | None] = mapped_column(String(500))

    group: Mapped[Group | None] = relationship()
    author: Mapped[Member | None] = relationship(foreign_keys=author_id)
    regions: Mapped[list[Region]] = relationship(secondary="entry_region", order_by="Region.position")
    themes: Mapped[list[Theme]] = relationship(secondary="entry_theme", order_by="Theme.position")

    __mapper_args__ = {"polymorphic_on": "kind"}
    __table_args__: Any = (
        CheckConstraint("visibility <> 'group' OR group_id IS NOT NULL", name="group_entry_has_group"),
        # lists in their order, with all that says who may see an entry: what comes before a late page, or is of another
        # group, is passed over without looking at it
        Index("ix_entry_group_kind_active", "group_id", "kind", "active_at", "id", *WHO_MAY_SEE),
        Index("ix_entry_kind_active", "kind", "active_at", "id", "group_id", *WHO_MAY_SEE),
    )

    @property
    def is_hidden(self) -> bool:
        return self.hidden_at is not None


class EntryRegion(Base):
    __tablename__ = "entry_region"

    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), primary_key=True)
    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"), primary_key=True, index=True)


class EntryTheme(Base):
    __tablename__ = "entry_theme"

    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), primary_key=True)
    theme_id: Mapped[int] = mapped_column(ForeignKey("theme.id"), primary_key=True, index=True)


class Relation(StrEnum):
    """How one entry comes from, or bears on, another: `from` <relation> `to`."""

    ABOUT = "about"  # a thread is about an entry
    MADE_AT = "made_at"
    DISCUSSED_IN = "discussed_in"
    MERGED_INTO = "merged_into"
    REPLACED_BY = "replaced_by"
    SPLIT_INTO = "split_into"
    CARRIED_OVER_TO = "carried_over_to"
    FEEDS = "feeds"
    ANSWERS = "answers"
    EVIDENCES = "evidences"
    CITES = "cites"


class Link(Base):
    """One step of the trace between two entries. Revoked when wrong, never deleted."""

    __tablename__ = "link"

    id: Mapped[PrimaryKey]
    from_id: Mapped[int] = refers_to("entry")
    to_id: Mapped[int] = refers_to("entry")
    relation: Mapped[Relation] = one_of(Relation)
    author_id: Mapped[int | None] = refers_to("member", index=False)
    created_at: Mapped[CreatedAt]
    reason: Mapped[str] = mapped_column(String(500), default="")
    revoked_at: Mapped[datetime | None]
    revoked_by_id: Mapped[int | None] = refers_to("member", index=False)

    source: Mapped[Entry] = relationship(foreign_keys=from_id)
    target: Mapped[Entry] = relationship(foreign_keys=to_id)

    __table_args__ = (Index("ix_link_to_relation", "to_id", "relation"),)


class Level(StrEnum):
    """How much a follower wants to hear."""

    EVERY_POST = "every"
    DIGEST = "digest"
    MUTED = "muted"


class Because(StrEnum):
    """Why somebody follows an entry; shown beside the control, and on each line of a digest."""

    CHOSE = "chose"
    STARTED = "started"
    REPLIED = "replied"
    MENTIONED = "mentioned"
    GROUP = "group"


class Follow(Base):
    __tablename__ = "follow"

    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), primary_key=True)
    member_id: Mapped[int] = refers_to("member", primary_key=True)
    level: Mapped[Level] = one_of(Level, default=Level.DIGEST)
    because: Mapped[Because] = one_of(Because, default=Because.CHOSE)
    created_at: Mapped[CreatedAt]

    entry: Mapped[Entry] = relationship()
    member: Mapped[Member] = relationship()
