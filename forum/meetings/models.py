"""A congress gathers the community every few years; meetings prepare it, and stand by themselves too."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.community.models import Country, Region
from forum.entries.models import Entry, Kind
from forum.kernel import clock
from forum.kernel.db import extends, one_of, refers_to


class Stage(StrEnum):
    """Where a congress stands in its cycle."""

    PLANNED = "planned"
    PREPARATORY = "preparatory"
    IN_SESSION = "in_session"
    OUTCOME_ADOPTED = "outcome_adopted"
    FOLLOW_UP = "follow_up"
    CLOSING = "closing"
    CLOSED = "closed"


class Recorded:
    """What congresses and meetings both keep about where their facts come from.

    Dates are text because the record knows some only to the month ("2019-11") or year, and some not at all.
    """

    source_id: Mapped[str | None] = mapped_column(String(120), unique=True)  # its id in the record
    start_date: Mapped[str | None] = mapped_column(String(10))
    end_date: Mapped[str | None] = mapped_column(String(10))
    city: Mapped[str | None] = mapped_column(String(120))
    organisers: Mapped[list[str]] = mapped_column(JSON, default=list)
    participants_count: Mapped[int | None]
    participants_qualifier: Mapped[str | None] = mapped_column(String(120))
    languages: Mapped[list[str]] = mapped_column(JSON, default=list)
    outcome_document: Mapped[str | None] = mapped_column(Text)
    source_url: Mapped[str | None] = mapped_column(String(2000))
    url_kind: Mapped[str | None] = mapped_column(String(40))
    other_sources: Mapped[list[str]] = mapped_column(JSON, default=list)
    verified: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str | None] = mapped_column(Text)


class Congress(Recorded, Entry):
    """One edition of the World Congress; its code (`WC21`) is its entry's reference."""

    __tablename__ = "congress"
    __mapper_args__ = {"polymorphic_identity": Kind.CONGRESS}
    TITLE_LENGTH = 300

    id: Mapped[int] = extends("entry")
    number: Mapped[int] = mapped_column(unique=True)
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    theme: Mapped[str | None] = mapped_column(Text)
    predecessor_id: Mapped[int | None] = refers_to("congress", index=False)
    stage: Mapped[Stage] = one_of(Stage, default=Stage.FOLLOW_UP)
    meetings_label: Mapped[str] = mapped_column(String(20), default="preparatory")  # or "advisory", since 2025
    country_code: Mapped[str | None] = refers_to("country", column="code")
    venue: Mapped[str | None] = mapped_column(String(200))
    format: Mapped[str | None] = mapped_column(String(20))
    countries_count: Mapped[int | None]
    countries_qualifier: Mapped[str | None] = mapped_column(String(120))
    online_participants_count: Mapped[int | None]
    conflicts: Mapped[list[str]] = mapped_column(JSON, default=list)

    country: Mapped[Country | None] = relationship()
    predecessor: Mapped[Congress | None] = relationship(foreign_keys=predecessor_id, remote_side=id)

    __mapper_args__["inherit_condition"] = id == Entry.id  # type: ignore[index]


class MeetingKind(StrEnum):
    NATIONAL = "national"
    REGIONAL = "regional"
    THEMATIC = "thematic"
    CHILDREN = "children"
    SATELLITE = "satellite"
    CONGRESS_SESSION = "congress_session"


class MeetingState(StrEnum):
    ANNOUNCED = "announced"
    REGISTRATION = "registration"
    HELD = "held"
    REPORT_DRAFT = "report_draft"
    REPORT_PUBLISHED = "report_published"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"


#: A meeting in one of these states has taken place.
HELD = frozenset({MeetingState.HELD, MeetingState.REPORT_DRAFT, MeetingState.REPORT_PUBLISHED})


class Meeting(Recorded, Entry):
    __tablename__ = "meeting"
    __mapper_args__ = {"polymorphic_identity": Kind.MEETING}
    TITLE_LENGTH = 300

    id: Mapped[int] = extends("entry")
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    congress_id: Mapped[int | None] = refers_to("congress")
    meeting_kind: Mapped[str] = mapped_column(String(40))
    relation: Mapped[str] = mapped_column(String(40), default="jwc-preparatory")
    state: Mapped[MeetingState] = one_of(MeetingState, default=MeetingState.ANNOUNCED)
    region_id: Mapped[int | None] = refers_to("region")
    country_code: Mapped[str | None] = refers_to("country", column="code")
    format: Mapped[str | None] = mapped_column(String(20))
    venue: Mapped[str | None] = mapped_column(String(200))
    time_zone: Mapped[str | None] = mapped_column(String(64))
    summary: Mapped[str] = mapped_column(Text, default="")
    unverified_fields: Mapped[list[str]] = mapped_column(JSON, default=list)
    # what calendar programs ask for: how often it was changed, and when last
    version: Mapped[int] = mapped_column(default=0, onupdate=text("version + 1"))
    changed_at: Mapped[datetime] = mapped_column(default=clock.now, onupdate=clock.now)

    congress: Mapped[Congress | None] = relationship(foreign_keys=congress_id)
    region: Mapped[Region | None] = relationship()
    country: Mapped[Country | None] = relationship()

    __mapper_args__["inherit_condition"] = id == Entry.id  # type: ignore[index]

    @property
    def was_held(self) -> bool:
        return self.state in HELD
