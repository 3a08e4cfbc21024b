"""When an address was last tried, and with what result: kept apart from the resource, which changes only when it dies."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from forum.kernel.db import Base


class LinkCheck(Base):
    __tablename__ = "link_check"

    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id", ondelete="CASCADE"), primary_key=True)
    url: Mapped[str] = mapped_column(String(2000))  # what was tried; another one begins anew
    due_at: Mapped[datetime] = mapped_column(index=True)
    checked_at: Mapped[datetime | None]
    alive_at: Mapped[datetime | None]  # the last time it answered
    failures: Mapped[int] = mapped_column(default=0)  # in a row, each on another day
    detail: Mapped[str] = mapped_column(String(200), default="")  # of the last try, for people
    moved_to: Mapped[str] = mapped_column(String(2000), default="")  # where it says it is now, for good
