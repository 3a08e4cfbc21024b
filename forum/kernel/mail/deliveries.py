"""Outgoing mail as rows: promised with the deed, handed over once, remembered for whoever asks what became of it."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import (
    JSON,
    ColumnElement,
    CursorResult,
    Index,
    Insert,
    SQLColumnExpression,
    String,
    Text,
    delete,
    func,
    select,
    update,
)
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from forum.kernel import clock
from forum.kernel.db import Base, CreatedAt, PrimaryKey, built_once, db, insert_or, one_of
from forum.kernel.mail.message import Message, one_line

#: Words of a mail are kept this long after it left: long enough to compare an answer with what it answers.
KEEP_WORDS = timedelta(days=60)
KEEP_ROWS = timedelta(days=400)


class State(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"  # somebody holds it under a lease
    SENT = "sent"  # the next mail server said it has it
    FAILED = "failed"  # it will not be tried again; `reason` says why
    HELD = "held"  # our own fault or our server's policy: waits for the operator
    CANCELLED = "cancelled"  # it was no longer wanted, or no longer allowed
    BOUNCED = "bounced"  # it was sent, and came back


class Reason(StrEnum):
    """Why a mail is not simply sent. `forum.mailing.words` says each in a sentence."""

    NONE = ""
    DEFERRED = "deferred"  # the other side said: later
    UNREACHABLE = "unreachable"  # no mail server answered
    UNKNOWN = "unknown"  # the connection broke after the last word: it may have arrived
    NO_SUCH_ADDRESS = "no such address"
    MAILBOX_FULL = "mailbox full"
    REFUSED = "refused"  # by the other side, for good, without a word we understand
    POLICY = "policy"  # they do not take mail from us: for the operator to mend
    EXPIRED = "expired"  # tried for days
    SUPPRESSED = "suppressed"  # the address is paused
    UNSUBSCRIBED = "unsubscribed"
    NOT_VISIBLE = "not visible"  # what it told of is no longer for this member
    NOT_A_MEMBER = "not a member"
    COMPLAINT = "complaint"  # they called it spam
    INTERNAL = "internal"  # we could not put it together


class Delivery(Base):
    """One mail to one address, with what happened to it."""

    __tablename__ = "delivery"

    id: Mapped[PrimaryKey]
    key: Mapped[str] = mapped_column(String(200), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    member_id: Mapped[int | None] = mapped_column(index=True)  # the kernel knows no members: only a number
    recipient: Mapped[str] = mapped_column(String(320))
    domain: Mapped[str] = mapped_column(String(255))  # of the recipient, for limits per provider
    subject: Mapped[str] = mapped_column(String(400))
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(8))
    extras: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # the other fields of Message
    envelope: Mapped[str] = mapped_column(String(32), unique=True)  # names this mail in its return address (VERP)
    state: Mapped[State] = one_of(State, default=State.QUEUED)
    reason: Mapped[Reason] = one_of(Reason, default=Reason.NONE)
    response: Mapped[str] = mapped_column(String(500), default="")  # the last word of the other side
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[CreatedAt]
    due_at: Mapped[datetime] = mapped_column(default=clock.now)
    leased_by: Mapped[str | None] = mapped_column(String(80))
    leased_until: Mapped[datetime | None]
    handed_at: Mapped[datetime | None]  # set just before the last word is said: from then on it may have arrived
    sent_at: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "ix_delivery_open",
            "due_at",
            "id",
            sqlite_where=sql("state IN ('queued', 'sending')"),
            postgresql_where=sql("state IN ('queued', 'sending')"),
        ),
        Index("ix_delivery_domain_sent", "domain", "sent_at"),
        Index("ix_delivery_recipient", "recipient"),
        Index("ix_delivery_state", "state", "created_at"),
    )

    def message(self) -> Message:
        extras = {**self.extras, "references": tuple(self.extras.get("references", ()))}
        return Message(
            to=self.recipient,
            subject=self.subject,
            text=self.text,
            html=self.html,
            language=self.language,
            key=self.key,
            kind=self.kind,
            member_id=self.member_id,
            **extras,
        )


class Suppression(Base):
    """An address that gets no mail until somebody says otherwise. The row stays when it is lifted: a memory."""

    __tablename__ = "suppression"

    id: Mapped[PrimaryKey]
    address: Mapped[str] = mapped_column(String(320), index=True)  # folded
    reason: Mapped[Reason] = one_of(Reason, check="suppression_reason")
    response: Mapped[str] = mapped_column(String(500), default="")
    since: Mapped[CreatedAt]
    until: Mapped[datetime | None]  # by itself, for what usually passes
    lifted_at: Mapped[datetime | None]

    @classmethod
    def holds(cls, now: datetime) -> ColumnElement[bool]:
        return cls.lifted_at.is_(None) & (cls.until.is_(None) | (cls.until > now))

    @property
    def holds_now(self) -> bool:
        return self.lifted_at is None and (self.until is None or self.until > clock.now())

    def stops(self, kind: str) -> bool:
        """Whether mail of this kind does not go. What concerns the account itself (a new password, say) is kept from an
        address only where there is none: not for what passes by itself, nor because somebody had too much of other mail.
        """
        return kind != PERSONAL or (self.reason is not Reason.COMPLAINT and self.until is None)


#: The kind of mail that concerns one person's account; everything else is mail to many.
PERSONAL = "account"
EXTRAS = ("sender_name", "reply_to", "message_id", "in_reply_to", "references", "answers", "headers")


def promise(message: Message, *, delay: timedelta = timedelta(0)) -> None:
    """Send this mail if, and only if, the present transaction commits. A key promised before is not promised again."""
    promise_all([message], delay=delay)


def promise_all(messages: Sequence[Message], *, delay: timedelta = timedelta(0)) -> None:
    """The same for many mails, in one statement."""
    if messages:
        rows = [_row_of(message, due_at=clock.now() + delay) for message in messages]
        db.session.execute(_promised(), rows)


@built_once
def _promised() -> Insert:
    return insert_or(Delivery).on_conflict_do_nothing(index_elements=["key"])


def _row_of(message: Message, *, due_at: datetime) -> dict[str, Any]:
    recipient = one_line(message.to)
    extras = {name: value for name in EXTRAS if (value := getattr(message, name))}  # as JSON: a tuple comes back a list
    return {
        "key": one_line(message.key)[:200],
        "kind": message.kind,
        "member_id": message.member_id,
        "recipient": recipient,
        "domain": recipient.rpartition("@")[2].casefold()[:255],
        "subject": one_line(message.subject)[:400],
        "text": message.text,
        "html": message.html,
        "language": message.language,
        "extras": extras,
        "envelope": envelope_token(),
        "state": State.QUEUED,
        "reason": Reason.NONE,
        "response": "",
        "attempts": 0,
        "created_at": clock.now(),
        "due_at": due_at,
    }


def say_instead(delivery: Delivery, message: Message) -> None:
    """Send other words under the same key and Message-ID: for a mail that was given up before anybody else saw it.

    Raises:
        ValueError: it may have been seen.
    """
    if delivery.handed_at is not None or delivery.sent_at is not None:
        raise ValueError("a mail that may have arrived cannot say something else")
    said = _row_of(message, due_at=clock.now())
    for name in ("subject", "text", "html", "language", "extras", "state", "reason", "due_at"):
        setattr(delivery, name, said[name])
    delivery.leased_by = delivery.leased_until = None


def envelope_token() -> str:
    """A name for a return address: lower case letters and digits, which survive every mail server."""
    return base64.b32encode(secrets.token_bytes(15)).decode().lower()


def is_in_our_hands() -> ColumnElement[bool]:
    """Whether nobody else can have seen a mail that is to be sent."""
    return Delivery.state.in_((State.QUEUED, State.SENDING)) & Delivery.handed_at.is_(None)


def cancel(*where: ColumnElement[bool], reason: Reason) -> int:
    """Stop mails that have not been handed over, and say why; returns how many.

    Args:
        where: which, besides being still in our hands.
    """
    stopped = db.session.execute(
        update(Delivery)
        .where(is_in_our_hands(), *where)
        .values(state=State.CANCELLED, reason=reason, leased_by=None, leased_until=None)
        .execution_options(synchronize_session=False)
    )
    return cast("CursorResult[Any]", stopped).rowcount


def held_mails() -> int:
    """How many wait for somebody to mend something."""
    return db.session.scalar(select(func.count()).where(Delivery.state == State.HELD)) or 0


def fold(address: str) -> str:
    """An address as it is compared: nobody has two mailboxes that differ in case only."""
    return one_line(address).casefold()


def suppress(address: str, *, reason: Reason, response: str = "", until: datetime | None = None) -> None:
    """Send nothing to this address, and stop what is on its way; adds to what is already known of it."""
    db.session.add(Suppression(address=fold(address), reason=reason, response=response[:500], until=until))
    db.session.flush()


def pause_on(address: str) -> Suppression | None:
    """What keeps mail from this address at present; where it is more than one thing, the one that stops most."""
    mine = select(Suppression).where(Suppression.address == fold(address), Suppression.holds(clock.now()))
    widest = (Suppression.reason == Reason.COMPLAINT, Suppression.until.is_not(None), Suppression.id.desc())
    return db.session.scalar(mine.order_by(*widest).limit(1))


def was_paused(address: SQLColumnExpression[str]) -> ColumnElement[bool]:
    """For statements that ask of many: whether a pause on this address may hold. Some of those have ended by themselves, and
    are noted as over within the hour (`end_pauses`).
    """
    mine = select(Suppression.id).where(Suppression.address == func.lower(address), Suppression.lifted_at.is_(None))
    return mine.correlate_except(Suppression).exists()


def end_pauses() -> None:
    """Note the end of those that ended by themselves."""
    over = Suppression.lifted_at.is_(None) & (Suppression.until <= clock.now())
    ended = update(Suppression).where(over).values(lifted_at=Suppression.until)
    db.session.execute(ended.execution_options(synchronize_session=False))


def lift(address: str) -> None:
    """Send to this address again."""
    db.session.execute(
        update(Suppression)
        .where(Suppression.address == fold(address), Suppression.lifted_at.is_(None))
        .values(lifted_at=clock.now())
    )


def forget_address(address: str, *, instead: str) -> None:
    """Keep that there were mails, and forget to whom and what they said: its owner has left."""
    cancel(Delivery.recipient == address, reason=Reason.NOT_A_MEMBER)
    anonymise(Delivery.recipient == address, instead=instead)
    db.session.execute(delete(Suppression).where(Suppression.address == fold(address)))
    for forget in _WHO_ELSE_KNOWS:
        forget(fold(address))


def knows_addresses(forget: Callable[[str], None]) -> Callable[[str], None]:
    """Register what forgets an address where else it is kept, when its owner has left; it is given as `fold` makes it."""
    _WHO_ELSE_KNOWS.append(forget)
    return forget


_WHO_ELSE_KNOWS: list[Callable[[str], None]] = []


def anonymise(*where: ColumnElement[bool], instead: str) -> None:
    """Take address and words out of these mails, as far as they are not on their way at this moment."""
    db.session.execute(
        update(Delivery)
        .where(Delivery.state.not_in((State.QUEUED, State.SENDING)), *where)
        .values(recipient=instead, domain="", subject="", text="", html="", extras={}, response="")
        .execution_options(synchronize_session=False)
    )


def forget_old_words() -> None:
    """Blank the words of what left long ago, and drop the rows of what left very long ago."""
    now = clock.now()
    over = Delivery.state.not_in((State.QUEUED, State.SENDING, State.HELD))
    quietly = {"synchronize_session": False}
    db.session.execute(
        update(Delivery)
        .where(over, Delivery.created_at < now - KEEP_WORDS, Delivery.text != "")
        .values(text="", html="")
        .execution_options(**quietly)
    )
    db.session.execute(delete(Delivery).where(over, Delivery.created_at < now - KEEP_ROWS).execution_options(**quietly))
