"""A notice: one thing a member should hear of, kept on their own page until it is read, and a while longer."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.accounts.models import Member
from forum.community.models import Group
from forum.entries.models import Entry
from forum.kernel import clock
from forum.kernel.db import Base, CreatedAt, PrimaryKey, one_of, refers_to


class NoticeKind(StrEnum):
    """What happened; `forum.notices.words` says each in a sentence."""

    REPLIES = "replies"
    THREAD = "thread"  # a new one
    MENTION = "mention"
    ADOPTED = "adopted"  # a recommendation
    CHANGED = "changed"  # a resource
    # of something of mine, by somebody who looks after the place
    CLOSED = "closed"
    REOPENED = "reopened"
    MOVED = "moved"
    DELETED = "deleted"
    RESTORED = "restored"
    # people and groups
    ASKED = "asked"  # somebody wants to join a group I look after
    ADMITTED = "admitted"
    DECLINED = "declined"
    BROUGHT_IN = "brought in"
    NEWCOMER = "newcomer"  # somebody waits for the moderators
    WELCOME = "welcome"
    # suggestions
    SUGGESTED = "suggested"
    TAKEN = "taken"
    NOT_TAKEN = "not taken"
    FOUND = "found"  # by a search that is kept
    OPERATORS = "operators"  # mail came to postmaster@ or abuse@


class Reason(StrEnum):
    """Why it came to this member; said on each. The first five are those of following an entry."""

    CHOSE = "chose"
    STARTED = "started"
    REPLIED = "replied"
    MENTIONED = "mentioned"
    GROUP = "group"
    EACH = "each"  # they want each post of the group
    NAMED = "named"
    THEIRS = "theirs"  # it is about something of their own
    ASKED = "asked"  # they asked
    TENDING = "tending"  # they look after the group
    MODERATING = "moderating"
    KEPT = "kept"  # they keep the search
    ABOUT = "about"  # it is about something they follow
    MEMBER = "member"  # it is about themselves
    SITE = "site"  # they look after it


class Notice(Base):
    """What happened again, while the first notice of it is not read, is the same notice: "3 new replies".

    Args:
        key: names what it tells, once for each member; nothing where notices of one entry and kind become one.
        number, last: of the first and the last post it tells of. Reading that far in the thread is reading the notice. Where it
            tells of no thread, `last` is how often it happened.
        path: where it leads, where that is not an entry's own page.
        said: what belongs to it word by word: a facilitator's line, what a search is called.
    """

    __tablename__ = "notice"
    SAID_LENGTH = 500

    id: Mapped[PrimaryKey]
    member_id: Mapped[int] = refers_to("member", index=False)
    kind: Mapped[NoticeKind] = one_of(NoticeKind, check="notice_kind")
    reason: Mapped[Reason] = one_of(Reason, check="notice_reason")
    entry_id: Mapped[int | None] = refers_to("entry")
    group_id: Mapped[int | None] = refers_to("group")
    actor_id: Mapped[int | None] = refers_to("member", index=False)
    number: Mapped[int | None]
    last: Mapped[int | None]
    said: Mapped[str] = mapped_column(String(SAID_LENGTH), default="")
    path: Mapped[str] = mapped_column(String(200), default="")
    key: Mapped[str | None] = mapped_column(String(80))
    created_at: Mapped[CreatedAt]
    at: Mapped[datetime] = mapped_column(default=clock.now)  # when the latest of it happened
    read_at: Mapped[datetime | None]

    member: Mapped[Member] = relationship(foreign_keys=member_id)
    actor: Mapped[Member | None] = relationship(foreign_keys=actor_id)
    entry: Mapped[Entry | None] = relationship()
    group: Mapped[Group | None] = relationship()

    __table_args__ = (
        UniqueConstraint("member_id", "key"),
        Index("ix_notice_member_at", "member_id", "at"),
        Index(
            "uq_notice_gathering",
            "member_id",
            "entry_id",
            "kind",
            unique=True,
            sqlite_where=sql("read_at IS NULL AND key IS NULL"),
            postgresql_where=sql("read_at IS NULL AND key IS NULL"),
        ),
        Index(
            "ix_notice_unread",
            "member_id",
            sqlite_where=sql("read_at IS NULL"),
            postgresql_where=sql("read_at IS NULL"),
        ),
    )
