"""How somebody wants to hear from us, and the digests they were sent."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Date, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.accounts.models import Member
from forum.entries.models import Entry
from forum.kernel import clock
from forum.kernel.db import Base, CreatedAt, PrimaryKey, one_of, refers_to


class Frequency(StrEnum):
    DAILY = "daily"
    WEEKDAYS = "weekdays"
    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    NEVER = "never"


class Weight(StrEnum):
    """How much of a group, a theme or a region somebody wants to hear."""

    EACH = "each"  # of a group: each post by mail, at once
    FIRST = "first"
    NORMAL = "normal"
    TITLES = "titles"
    NEVER = "never"


class MailChoice(Base):
    """When a member gets their digest, how far they were told, and when the next one is due."""

    __tablename__ = "mail_choice"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True)
    frequency: Mapped[Frequency] = one_of(Frequency, default=Frequency.DAILY)
    hour: Mapped[int] = mapped_column(default=7)  # 0 to 23, in the member's own time zone
    weekday: Mapped[int] = mapped_column(default=0)  # 0 is Monday; for weekly and fortnightly
    paused_until: Mapped[date | None] = mapped_column(Date)  # the first day mail comes again
    discreet: Mapped[bool] = mapped_column(default=False)  # nothing of what was said, nor where, is in the mail
    at_once: Mapped[bool] = mapped_column(default=True)  # whether posts may come by mail before the digest does
    told_until: Mapped[datetime] = mapped_column(default=clock.now)  # the end of the last window
    next_at: Mapped[datetime] = mapped_column(default=clock.now)
    put_off_at: Mapped[datetime | None]  # what had begun to wait by then …
    put_off_until: Mapped[datetime | None]  # … is not told before this moment

    member: Mapped[Member] = relationship()

    __table_args__ = (Index("ix_mail_choice_next_at", "next_at"),)

    def is_put_off(self, since: datetime, now: datetime) -> bool:
        """Whether something that waits since a moment is to be left out of a digest of this one."""
        if self.put_off_at is None or self.put_off_until is None:
            return False
        return since <= self.put_off_at and now < self.put_off_until


class GroupWeight(Base):
    """How much of one group; NORMAL where there is no row."""

    __tablename__ = "group_weight"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True)
    group_id: Mapped[int] = refers_to("group", primary_key=True)
    weight: Mapped[Weight] = one_of(Weight, default=Weight.NORMAL)


class ThemeWeight(Base):
    """How much of one theme: first, normal or never. Without a row the profile says: its themes are normal."""

    __tablename__ = "theme_weight"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True)
    theme_id: Mapped[int] = refers_to("theme", primary_key=True)
    weight: Mapped[Weight] = one_of(Weight, default=Weight.NORMAL)


class RegionWeight(Base):
    """The same of one region."""

    __tablename__ = "region_weight"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True)
    region_id: Mapped[int] = refers_to("region", primary_key=True)
    weight: Mapped[Weight] = one_of(Weight, default=Weight.NORMAL)


class Digest(Base):
    """What a member was told of on one local day. The pair is unique, so a second scheduler is harmless."""

    __tablename__ = "digest"

    id: Mapped[PrimaryKey]
    member_id: Mapped[int] = refers_to("member", index=False)
    day: Mapped[date] = mapped_column(Date)  # where the member is
    since: Mapped[datetime]  # the window: after `since`, up to and with `until`
    until: Mapped[datetime]
    left_out: Mapped[int] = mapped_column(default=0)  # how many more there were than it says
    created_at: Mapped[CreatedAt]

    member: Mapped[Member] = relationship()
    items: Mapped[list[DigestItem]] = relationship(order_by="DigestItem.position", cascade="all, delete-orphan")

    __table_args__ = (UniqueConstraint("member_id", "day"),)

    @property
    def key(self) -> str:
        """Of the mail that carries it."""
        return f"digest-{self.member_id}-{self.day.isoformat()}"


class Section(StrEnum):
    """In the order they are told."""

    REPLIES = "replies"
    THREADS = "threads"
    RECOMMENDATIONS = "recommendations"
    MEETINGS = "meetings"
    RESOURCES = "resources"


class Why(StrEnum):
    """Why a line is there; said on each."""

    FOLLOWED = "followed"
    STARTED = "started"
    REPLIED = "replied"
    MENTIONED = "mentioned"
    GROUP = "group"
    REGION = "region"
    THEME = "theme"
    UNANSWERED = "unanswered"


class DigestItem(Base):
    """One line, with the number by which it can be answered."""

    __tablename__ = "digest_item"

    digest_id: Mapped[int] = mapped_column(ForeignKey("digest.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entry_id: Mapped[int] = refers_to("entry")
    section: Mapped[Section] = one_of(Section)
    why: Mapped[Why] = one_of(Why)
    number: Mapped[int | None]  # of the first post that is new, for a reply
    count: Mapped[int] = mapped_column(default=0)  # how many posts are new
    quoted: Mapped[int | None]  # number of the post whose beginning it says
    about: Mapped[str] = mapped_column(String(60), default="")  # slug of the group, region or theme that is the reason

    entry: Mapped[Entry] = relationship()
