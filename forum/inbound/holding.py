"""Mail that may not be its member's: it waits, the member is asked at their own address, and nothing is posted before.

Asked once an hour at most, for all that waits; never anybody but the member, whose address we know (no backscatter).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Select, delete, func, select

from forum.accounts.models import Member
from forum.inbound import room
from forum.inbound.answers import KIND, answer
from forum.inbound.keeping import forget_words
from forum.inbound.models import Fate, HeldMail, MailQuestion, MailWords, ReceivedMail, Why
from forum.kernel import clock, letters
from forum.kernel.db import db, save
from forum.kernel.mail import promise
from forum.notifications.addresses import reply_address
from forum.notifications.lines import shortened
from forum.notifications.tokens import Purpose, Token

BEGINNING = 300  # characters of each mail that the question quotes
MOST_IN_ONE = 20


@dataclass(frozen=True)
class Waiting:
    """A mail that waits, as the question shows it."""

    received: ReceivedMail
    title: str
    beginning: str


def hold(received: ReceivedMail, member: Member, why: Why) -> tuple[Fate, Why]:
    """Let a mail wait for its member's word, and ask them if they were not asked just now.

    Where no more can wait, it is refused; its member hears of that once a day at most, since others may write in their name.
    """
    if not room.may_wait(received.size, member_id=member.id):
        if not room.may_keep_words(member_id=member.id):
            forget_words(received)
        answer(received, "no_room", to=member, once=f"no-room-{member.id}-{clock.now():%Y%m%d}")
        return Fate.REFUSED, Why.NO_ROOM
    save(HeldMail(received_id=received.id, member_id=member.id))
    received.fate = Fate.HELD
    db.session.flush()
    ask(member)
    return Fate.HELD, why


def ask(member: Member) -> MailQuestion | None:
    """Ask a member about everything of theirs that waits and was not asked about; nothing within an hour of the last time."""
    since = clock.now() - MailQuestion.EVERY
    last = select(func.max(MailQuestion.asked_at)).where(MailQuestion.member_id == member.id)
    asked_at = db.session.scalar(last)
    waiting = list(db.session.scalars(_unasked(member)))
    if not waiting or (asked_at is not None and asked_at > since) or not member.is_admitted:
        return None
    question = save(MailQuestion(member_id=member.id))
    for each in waiting:
        each.question_id = question.id
    token = Token(Purpose.SURE, member.id, question.id)
    letter = letters.write(
        "inbound/mail/sure.txt",
        to=member.email,
        language=member.language,
        key=f"sure-{question.id}",
        name=member.name,
        waiting=[shown(each.received) for each in waiting],
        token=token,
    )
    promise(replace(letter, kind=KIND, member_id=member.id, reply_to=reply_address(token)))
    return question


def _unasked(member: Member) -> Select[HeldMail]:
    held = select(HeldMail).join(ReceivedMail, ReceivedMail.id == HeldMail.received_id)
    held = held.where(HeldMail.member_id == member.id, HeldMail.question_id.is_(None), HeldMail.vouched_at.is_(None))
    return held.where(ReceivedMail.fate == Fate.HELD).order_by(HeldMail.received_id).limit(MOST_IN_ONE)


def shown(received: ReceivedMail) -> Waiting:
    words = db.session.get(MailWords, received.id)
    return Waiting(received, received.subject, shortened(words.text, BEGINNING) if words else "")


def about(question: MailQuestion) -> Sequence[HeldMail]:
    """What a question is about and still waits: a moderator, or its member on their page, may have decided some of it."""
    return db.session.scalars(_about(question)).all()


def _about(question: MailQuestion) -> Select[HeldMail]:
    mine = select(HeldMail).join(ReceivedMail, ReceivedMail.id == HeldMail.received_id)
    mine = mine.where(HeldMail.question_id == question.id, ReceivedMail.fate == Fate.HELD)
    return mine.order_by(HeldMail.received_id)


def say(question: MailQuestion, *, was_theirs: bool) -> bool:
    """A member's answer; what waits goes on, or is thrown away. False where it was answered before, which then holds."""
    question = db.session.scalars(select(MailQuestion).where(MailQuestion.id == question.id).with_for_update()).one()
    if question.answered_at is not None:
        return False
    question.answered_at, question.was_theirs = clock.now(), was_theirs
    for held in db.session.scalars(_about(question).with_for_update(of=ReceivedMail)).all():
        say_of(held, was_theirs=was_theirs)
    return True


def say_of(held: HeldMail, *, was_theirs: bool) -> None:
    """Its member's word on one mail that waits."""
    let_pass(held, by=held.member_id) if was_theirs else throw_away(held)


def let_pass(held: HeldMail, *, by: int) -> None:
    """It is theirs: it is read once more, and then posted as any other."""
    held.vouched_at, held.vouched_by_id = clock.now(), by
    received = held.received
    received.fate, received.why, received.attempts = Fate.RECEIVED, Why.NONE, 0
    received.due_at, received.settled_at = clock.now(), None


def throw_away(held: HeldMail, why: Why = Why.SAID_NO, *, forget: bool = True) -> None:
    """It is not posted; that it came stays known.

    Args:
        forget: whether its words go too, since they are not its member's.
    """
    received = held.received
    received.fate, received.why, received.settled_at = Fate.REFUSED, why, clock.now()
    if why is Why.SAID_NO and forget:
        received.raw = b""
        db.session.execute(delete(MailWords).where(MailWords.received_id == received.id))
    db.session.delete(held)
