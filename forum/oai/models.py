"""When something public last changed, and whether it is public still."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from forum.kernel.db import Base


class HarvestedRecord(Base):
    """What harvesters were told of an entry. Kept when it is hidden, so that they hear of that too, and for good.

    Only entries that were public once have one: nobody learns here that there are others.
    """

    __tablename__ = "harvested_record"

    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), primary_key=True)
    stamped_at: Mapped[datetime]  # to the second: when it last changed, or was withdrawn
    withdrawn: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (Index("ix_harvested_record_stamp", "stamped_at", "entry_id"),)
