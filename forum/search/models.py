"""What operators want to know of the search: what was asked, and whether the index is what it should be."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, Date, String
from sqlalchemy.orm import Mapped, mapped_column

from forum.kernel.db import Base, PrimaryKey


class AskedQuestion(Base):
    """How often something was asked on one day, by nobody in particular. Forgotten after a month."""

    __tablename__ = "asked_question"
    LENGTH = 100

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    words: Mapped[str] = mapped_column(String(LENGTH), primary_key=True)
    times: Mapped[int] = mapped_column(default=0)
    in_vain: Mapped[int] = mapped_column(default=0)  # times nothing was found
    slowest: Mapped[int] = mapped_column(default=0)  # milliseconds
    together: Mapped[int] = mapped_column(default=0)  # milliseconds of all times


class IndexCheck(Base):
    """One comparison of the index with the database."""

    __tablename__ = "index_check"

    id: Mapped[PrimaryKey]
    at: Mapped[datetime] = mapped_column(index=True)
    compared: Mapped[int]
    missing: Mapped[int]  # in the database and not in the index
    different: Mapped[int]  # seen by others, or filed elsewhere, than the database says
    left_over: Mapped[int]  # in the index and not in the database
    examples: Mapped[list[str]] = mapped_column(JSON, default=list)  # keys of some of them
