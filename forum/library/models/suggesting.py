"""What a member thinks a resource should say: it waits for whoever may change it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.accounts.models import Member
from forum.kernel.db import Base, CreatedAt, PrimaryKey, one_of, refers_to
from forum.kernel.errors import Refused
from forum.kernel.i18n import _
from forum.library.models.resources import Resource


class Verdict(StrEnum):
    """What became of a suggestion."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class SuggestedEdit(Base):
    """Another description of a resource, with the reason for it; accepted or declined once, and kept."""

    __tablename__ = "suggested_edit"
    REASON_LENGTH = 500

    id: Mapped[PrimaryKey]
    resource_id: Mapped[int] = refers_to("resource")
    member_id: Mapped[int] = refers_to("member")
    changes: Mapped[dict[str, Any]] = mapped_column(JSON)  # only what would be different, as in ResourceVersion.before
    reason: Mapped[str] = mapped_column(String(REASON_LENGTH))
    created_at: Mapped[CreatedAt]
    verdict: Mapped[Verdict] = one_of(Verdict, default=Verdict.OPEN)
    answer: Mapped[str] = mapped_column(String(REASON_LENGTH), default="")
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = refers_to("member", index=False)

    resource: Mapped[Resource] = relationship()
    member: Mapped[Member] = relationship(foreign_keys=member_id)

    def refuse_when_decided(self) -> None:
        """Raises: Refused, when somebody has answered already."""
        if self.verdict is not Verdict.OPEN:
            raise Refused(_("Somebody has answered this suggestion already."))
