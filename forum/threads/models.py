"""A thread is a conversation before a group; a post is one numbered turn in it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.accounts.models import Member
from forum.entries.models import Entry, Kind
from forum.kernel import clock
from forum.kernel.db import Base, CreatedAt, PrimaryKey, extends, refers_to
from forum.kernel.errors import Refused
from forum.kernel.i18n import _


class Thread(Entry):
    """Its opening post is number 1; numbers are dense, so page N is `number BETWEEN a AND b`."""

    __tablename__ = "thread"
    __mapper_args__ = {"polymorphic_identity": Kind.THREAD}
    TITLE_LENGTH = 200
    POSTS_ON_A_PAGE = 20

    id: Mapped[int] = extends("entry")
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = refers_to("member", index=False)
    pinned_at: Mapped[datetime | None]
    post_count: Mapped[int] = mapped_column(default=0)
    last_poster_id: Mapped[int | None] = refers_to("member", index=False)
    version: Mapped[int] = mapped_column(default=1)  # moves whenever anything its page shows has changed

    __table_args__ = (
        # few are, and every group's first page asks for its own
        Index(
            "ix_thread_pinned",
            "pinned_at",
            sqlite_where=text("pinned_at IS NOT NULL"),
            postgresql_where=text("pinned_at IS NOT NULL"),
        ),
    )

    last_poster: Mapped[Member | None] = relationship(foreign_keys=last_poster_id)
    posts: Mapped[list[Post]] = relationship(
        back_populates="thread", foreign_keys="Post.thread_id", order_by="Post.number"
    )

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def is_pinned(self) -> bool:
        return self.pinned_at is not None

    @property
    def page_count(self) -> int:
        return max(1, -(-self.post_count // self.POSTS_ON_A_PAGE))

    @classmethod
    def page_of(cls, number: int) -> int:
        """The page on which the post with this number stands."""
        return (number - 1) // cls.POSTS_ON_A_PAGE + 1

    def refuse_when_closed(self) -> None:
        if not self.is_open:
            raise Refused(_("This thread is closed, so nothing can be added to it."))

    def touch(self) -> None:
        self.version += 1


class Post(Entry):
    """Keeps its source and the HTML made from it once, when written (see docs/decisions/member-text.md)."""

    __tablename__ = "post"
    __mapper_args__ = {"polymorphic_identity": Kind.POST}
    BODY_LENGTH = 30_000

    id: Mapped[int] = extends("entry")
    thread_id: Mapped[int] = refers_to("thread", index=False)
    number: Mapped[int]
    body: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    rendered_by: Mapped[str] = mapped_column(String(20))
    version: Mapped[int] = mapped_column(default=1)
    edited_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    deleted_by_id: Mapped[int | None] = refers_to("member", index=False)
    submission: Mapped[str | None] = mapped_column(String(64), unique=True)  # a form posted twice posts once

    thread: Mapped[Thread] = relationship(back_populates="posts", foreign_keys=thread_id)

    __table_args__ = (
        UniqueConstraint("thread_id", "number"),
        # posts without a token are no part of it: many of them make SQLite's statistics count the other useless
        Index(
            "ix_post_submission_given",
            "submission",
            sqlite_where=text("submission IS NOT NULL"),
            postgresql_where=text("submission IS NOT NULL"),
        ),
    )

    @property
    def is_deleted(self) -> bool:
        return self.deleted_at is not None


class PostRevision(Base):
    """The wording a post had before an edit."""

    __tablename__ = "post_revision"

    id: Mapped[PrimaryKey]
    post_id: Mapped[int] = refers_to("post", index=False)
    version: Mapped[int]
    body: Mapped[str] = mapped_column(Text)
    replaced_at: Mapped[CreatedAt]
    replaced_by_id: Mapped[int] = refers_to("member", index=False)

    __table_args__ = (UniqueConstraint("post_id", "version"),)


class PostQuote(Base):
    """What stood under or around the words of a post that came by mail: what its author answered, and their signature.

    It is shown folded, to whoever sees the post; it is not searched, and goes when the post is deleted.
    """

    __tablename__ = "post_quote"

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), primary_key=True)
    text: Mapped[str] = mapped_column(Text)


class Mention(Base):
    __tablename__ = "mention"

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), primary_key=True)
    member_id: Mapped[int] = refers_to("member", primary_key=True)


class ReadMark(Base):
    """How far a member has read a thread: the highest post number they were shown."""

    __tablename__ = "read_mark"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True)
    thread_id: Mapped[int] = refers_to("thread", primary_key=True)
    number: Mapped[int] = mapped_column(default=0)
    read_at: Mapped[datetime] = mapped_column(default=clock.now)


class Draft(Base):
    """What a member is still writing; `place` names the form ("thread:12", "post:12.3", "new").

    `version` moves with each save, and a save must name the one it started from: a stale tab cannot overwrite.
    """

    __tablename__ = "draft"

    id: Mapped[PrimaryKey]
    member_id: Mapped[int] = refers_to("member", index=False)
    place: Mapped[str] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(String(200), default="")
    body: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)
    saved_at: Mapped[datetime] = mapped_column(default=clock.now)

    __table_args__ = (UniqueConstraint("member_id", "place"), Index("ix_draft_saved_at", "saved_at"))

    @property
    def is_begun(self) -> bool:
        """Whether there are words in it yet."""
        return bool(self.body)
