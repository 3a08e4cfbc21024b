"""A mail that came in, as it came, and what became of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.accounts.models import Member
from forum.entries.models import Entry
from forum.kernel import clock
from forum.kernel.db import Base, CreatedAt, PrimaryKey, one_of, refers_to


class Transport(StrEnum):
    LMTP = "lmtp"
    IMAP = "imap"
    WEBHOOK = "webhook"
    TRIED = "tried"  # from /dev/mail


class Fate(StrEnum):
    """What became of a mail."""

    RECEIVED = "received"  # kept, and not read yet
    POSTED = "posted"  # it is a post, a thread or a resource now
    DONE = "done"  # a command was carried out
    HELD = "held"  # it waits until its sender, or a moderator, says yes
    REFUSED = "refused"  # `why` says why, and the sender was told if they are a member
    AUTOMATIC = "automatic"  # an answering machine or a list: never answered, never a post. RFC 3834
    RETURNED = "returned"  # a mail of ours came back, or somebody complained of one. RFC 3464, RFC 5965
    REPEATED = "repeated"  # the same mail came before
    UNREADABLE = "unreadable"  # the reader gave up on it: for the operator to look at


class Why(StrEnum):
    """Why a mail was not simply posted; forum.inbound.words says each in a sentence."""

    NONE = ""
    UNKNOWN_ADDRESS = "unknown address"  # the address it was sent to means nothing
    FORGED_ADDRESS = "forged address"  # it looks like a token, and is none of ours
    EXPIRED_ADDRESS = "expired address"
    NOT_A_MEMBER = "not a member"
    OTHER_SENDER = "other sender"  # it did not come from the member the address was made for
    NOT_AUTHENTIC = "not authentic"  # the sender's domain does not vouch for it
    NO_WORDS = "no words"
    ENCRYPTED = "encrypted"  # and there is no key here to open it
    TOO_LONG = "too long"
    TOO_LARGE = "too large"
    NOT_ALLOWED = "not allowed"  # the rules say no: left the group, suspended, read-only
    GONE = "gone"  # what it answers is hidden, deleted or not for them any more
    CLOSED = "closed"  # the thread is
    NO_SUCH_ITEM = "no such item"  # of the digest
    FILE_REFUSED = "file refused"
    TOO_MANY = "too many"  # in an hour
    AUTO_REPLY = "auto reply"
    LIST = "list"
    LOOP = "loop"  # it is one of ours
    BOUNCE = "bounce"
    COMPLAINT = "complaint"
    MALFORMED = "malformed"
    TOOK_TOO_LONG = "took too long"
    SAID_NO = "said no"  # its supposed sender said that it was not theirs
    NEVER_SURE = "never sure"  # nobody said so in time
    ONLY_ORDERS = "only orders"  # it answers what we said to a mail, which nobody else reads
    NO_ROOM = "no room"  # so much waits for a word that it could not wait too


class ReceivedMail(Base):
    """One mail to one of our addresses. The row is committed before anybody is told that we have it."""

    __tablename__ = "received_mail"
    LARGEST = 25 * 10**6  # bytes

    id: Mapped[PrimaryKey]
    received_at: Mapped[CreatedAt]
    transport: Mapped[Transport] = one_of(Transport)
    envelope_from: Mapped[str] = mapped_column(String(320), default="")
    envelope_to: Mapped[str] = mapped_column(String(320))
    raw: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)  # emptied when nobody needs it any more
    size: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))  # SHA-256 of the mail without the headers each hop adds
    fate: Mapped[Fate] = one_of(Fate, default=Fate.RECEIVED)
    why: Mapped[Why] = one_of(Why, default=Why.NONE)
    sender: Mapped[str] = mapped_column(String(320), default="")  # of its From header
    subject: Mapped[str] = mapped_column(String(400), default="")
    message_id: Mapped[str] = mapped_column(String(255), default="")  # without brackets
    member_id: Mapped[int | None] = refers_to("member")  # whose it is, as far as anybody can tell
    entry_id: Mapped[int | None] = refers_to("entry")  # what it became, or what it answers
    delivery_id: Mapped[int | None] = mapped_column(index=True)  # of ours, that came back
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(default=clock.now)
    leased_by: Mapped[str | None] = mapped_column(String(80))
    leased_until: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]

    member: Mapped[Member | None] = relationship()
    entry: Mapped[Entry | None] = relationship()

    __table_args__ = (
        UniqueConstraint("digest", "envelope_to"),  # the same mail delivered twice, or by two hands at once, is one
        Index(
            "ix_received_mail_open",
            "due_at",
            "id",
            sqlite_where=sql("fate = 'received'"),
            postgresql_where=sql("fate = 'received'"),
        ),
        Index("ix_received_mail_fate", "fate", "received_at"),
    )


class MailWords(Base):
    """The words of a mail that was held or refused, so that its author can still use them; nobody else sees them."""

    __tablename__ = "mail_words"
    KEPT_FOR = timedelta(days=60)

    received_id: Mapped[int] = mapped_column(ForeignKey("received_mail.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[int] = refers_to("member")
    title: Mapped[str] = mapped_column(String(200), default="")
    text: Mapped[str] = mapped_column(Text)
    place: Mapped[str] = mapped_column(String(60))  # the form they belong to, as drafts name it; with a group's slug
    kept_at: Mapped[CreatedAt]


class MailLine(Base):
    """The words of one answer in a mail to a digest that was not posted though others may have been; only its author sees them."""

    __tablename__ = "mail_line"
    SENTENCE_LENGTH = 500

    received_id: Mapped[int] = mapped_column(ForeignKey("received_mail.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    member_id: Mapped[int] = refers_to("member")
    number: Mapped[int]  # of the line of the digest; 0 for what stood above the first number
    text: Mapped[str] = mapped_column(Text)
    place: Mapped[str] = mapped_column(String(60), default="")  # as of MailWords
    why: Mapped[Why] = one_of(Why)
    # as its author was told; empty where `why` says all
    sentence: Mapped[str] = mapped_column(String(SENTENCE_LENGTH), default="")
    kept_at: Mapped[CreatedAt]


class MailQuestion(Base):
    """ "Was this you?", asked once for all that waited then, by a mail to the member's own address."""

    __tablename__ = "mail_question"
    EVERY = timedelta(hours=1)  # at most, for one member

    id: Mapped[PrimaryKey]
    member_id: Mapped[int] = refers_to("member")
    asked_at: Mapped[CreatedAt]
    answered_at: Mapped[datetime | None]
    was_theirs: Mapped[bool | None]


class HeldMail(Base):
    """A mail that waits until its member, or a moderator, says that it may pass."""

    __tablename__ = "held_mail"
    PATIENCE = timedelta(days=7)

    received_id: Mapped[int] = mapped_column(ForeignKey("received_mail.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[int] = refers_to("member")  # whose it claims to be
    question_id: Mapped[int | None] = refers_to("mail_question")
    vouched_at: Mapped[datetime | None]  # from then on it is theirs
    vouched_by_id: Mapped[int | None] = refers_to("member", index=False)

    received: Mapped[ReceivedMail] = relationship()
    member: Mapped[Member] = relationship(foreign_keys=member_id)


class Did(StrEnum):
    """What a mail did, and UNDO takes back."""

    POST = "post"
    THREAD = "thread"
    RESOURCE = "resource"
    FOLLOW = "follow"  # or mute
    STOP = "stop"
    PUT_OFF = "put_off"  # what waits for its author
    JOIN = "join"  # a group, or asked to


class MailDeed(Base):
    """One thing a mail did; a digest's answers are several."""

    __tablename__ = "mail_deed"

    id: Mapped[PrimaryKey]
    received_id: Mapped[int] = refers_to("received_mail", ondelete="CASCADE")
    member_id: Mapped[int] = refers_to("member")
    did: Mapped[Did] = one_of(Did)
    entry_id: Mapped[int | None] = refers_to("entry")
    before: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # how it was, where it is to be so again
    done_at: Mapped[CreatedAt]
    undone_at: Mapped[datetime | None]

    entry: Mapped[Entry | None] = relationship()
