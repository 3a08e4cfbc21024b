"""What those who look after the site did about mail."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from forum.accounts.models import Member
from forum.kernel.db import Base, CreatedAt, PrimaryKey, one_of, refers_to
from forum.kernel.mail import Suppression


class Act(StrEnum):
    AGAIN = "again"  # one mail, tried again at once
    STOP = "stop"  # one mail, not sent after all
    RELEASE = "release"  # every mail that was held for one reason
    PAUSE = "pause"  # an address, by hand
    LIFT = "lift"  # the pause on an address
    FETCH = "fetch"  # a mail that came in and could not be read, as it came


class MailAct(Base):
    """One such act: who, when, to what and why. Never changed, kept as long as the rows of mail are."""

    __tablename__ = "mail_act"
    WORDS = 300  # characters

    id: Mapped[PrimaryKey]
    at: Mapped[CreatedAt]
    by_id: Mapped[int | None] = refers_to("member")  # nobody: from the command line
    act: Mapped[Act] = one_of(Act)
    delivery_id: Mapped[int | None] = mapped_column(index=True)
    received_id: Mapped[int | None]
    suppression_id: Mapped[int | None]  # not the address: whoever leaves takes it along
    count: Mapped[int] = mapped_column(default=1)
    words: Mapped[str] = mapped_column(String(WORDS), default="")

    by: Mapped[Member | None] = relationship()
    suppression: Mapped[Suppression | None] = relationship(
        primaryjoin=lambda: foreign(MailAct.suppression_id) == Suppression.id, viewonly=True
    )

    __table_args__ = (Index("ix_mail_act_at", "at"),)
