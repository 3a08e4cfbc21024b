"""A recommendation is what a meeting or a congress asks for; once adopted, its wording is frozen."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.entries.models import Entry, Kind
from forum.kernel.db import Base, extends, one_of, refers_to
from forum.kernel.errors import Refused
from forum.kernel.i18n import _
from forum.meetings.models import Congress, Meeting


class Basis(StrEnum):
    """What the source really said; always shown."""

    RECOMMENDATION = "recommendation"  # stated as a recommendation
    PRIORITY = "priority"  # set as a priority or theme
    MESSAGE = "message"  # a message of the event


class State(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    ADOPTED = "adopted"
    FOLLOW_UP = "follow_up"
    IMPLEMENTED = "implemented"
    PARTLY = "partly"
    NOT_IMPLEMENTED = "not_implemented"
    SUPERSEDED = "superseded"
    RETIRED = "retired"
    WITHDRAWN = "withdrawn"


#: In these states the wording may still change.
OPEN_STATES = frozenset({State.DRAFT, State.SUBMITTED})


class Recommendation(Entry):
    __tablename__ = "recommendation"
    __mapper_args__ = {"polymorphic_identity": Kind.RECOMMENDATION}
    TITLE_LENGTH = 300
    TEXT_LENGTH = 10_000

    id: Mapped[int] = extends("entry")
    source_id: Mapped[str | None] = mapped_column(String(120), unique=True)  # its id in the record
    congress_id: Mapped[int | None] = refers_to("congress")
    meeting_id: Mapped[int | None] = refers_to("meeting")
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    text: Mapped[str] = mapped_column(Text)
    basis: Mapped[Basis] = one_of(Basis)
    state: Mapped[State] = one_of(State, default=State.DRAFT)
    note: Mapped[str | None] = mapped_column(Text)
    source_url: Mapped[str | None] = mapped_column(String(2000))
    url_kind: Mapped[str | None] = mapped_column(String(40))
    verified: Mapped[bool] = mapped_column(default=False)
    adopted_at: Mapped[datetime | None]
    adopted_by_id: Mapped[int | None] = refers_to("member", index=False)
    successor_id: Mapped[int | None] = refers_to("recommendation", index=False)

    congress: Mapped[Congress | None] = relationship(foreign_keys=congress_id)
    meeting: Mapped[Meeting | None] = relationship(foreign_keys=meeting_id)
    addressees: Mapped[list[Addressee]] = relationship(
        back_populates="recommendation", order_by="Addressee.kind", cascade="all, delete-orphan"
    )

    __mapper_args__["inherit_condition"] = id == Entry.id  # type: ignore[index]
    __table_args__ = (
        CheckConstraint("(state = 'superseded') = (successor_id IS NOT NULL)", name="superseded_has_successor"),
        CheckConstraint("meeting_id IS NOT NULL OR congress_id IS NOT NULL", name="has_source"),
    )

    @property
    def is_open(self) -> bool:
        """True while its wording may still change."""
        return self.state in OPEN_STATES

    def refuse_when_adopted(self) -> None:
        """The database refuses too, by trigger; this is the sentence for people."""
        if not self.is_open:
            raise Refused(_("This recommendation is adopted, so its wording cannot change. Add a new one instead."))

    @property
    def lacks(self) -> list[str]:
        """What is in the way of adoption, which needs a text, somebody it asks, a theme, and an event that has taken place."""
        needed = (
            (self.text.strip(), _("Before it can be adopted, this recommendation needs a text.")),
            (self.addressees, _("Before it can be adopted, say whom this recommendation is addressed to.")),
            (self.themes, _("Before it can be adopted, this recommendation needs a theme.")),
            (
                self.meeting is None or self.meeting.was_held,
                _("Its meeting is not recorded as held, so nothing it asked for can be adopted yet."),
            ),
        )
        return [str(sentence) for there, sentence in needed if not there]

    def refuse_unless_complete(self) -> None:
        """Raises: Refused, with all that is missing."""
        self.refuse_when_adopted()
        if missing := self.lacks:
            raise Refused(" ".join(missing))


class Addressee(Base):
    """Whom a recommendation asks: a kind from the record's vocabulary ("states", "un", "judiciary" …)."""

    __tablename__ = "addressee"

    recommendation_id: Mapped[int] = mapped_column(ForeignKey("recommendation.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(60), primary_key=True)

    recommendation: Mapped[Recommendation] = relationship(back_populates="addressees")
