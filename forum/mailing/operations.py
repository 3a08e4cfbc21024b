"""Letting mail go again, stopping it, and pausing addresses: by members for themselves, by those who look after the site."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import CursorResult, select, update

from forum.access.rules import SITE, Can, authorize
from forum.accounts.models import Member
from forum.inbound.models import Fate, ReceivedMail
from forum.inbound.operators import PATH as TO_OPERATORS
from forum.inbound.recipients import is_for_operators
from forum.kernel import clock
from forum.kernel.db import db
from forum.kernel.errors import Invalid, Refused
from forum.kernel.i18n import _
from forum.kernel.mail import Delivery, Reason, State, cancel, pause_on
from forum.kernel.mail.deliveries import envelope_token, fold, lift, suppress
from forum.mailing.models import Act, MailAct
from forum.notices.operations import mark_path_read

OVER = (State.FAILED, State.BOUNCED, State.HELD)


def try_again(*, by: Member) -> None:
    """Send to a member's own address again; the next mail shows whether it arrives now."""
    lift(by.email)


def send_again(delivery: Delivery, *, by: Member | None) -> None:
    """Try one mail at once: one that waits, was held, failed or came back.

    Raises:
        Refused: it is gone, or not wanted any more, or its words are no longer kept.
    """
    _authorize(by)
    if not delivery.text:
        raise Refused(_("Its words are no longer kept, so it cannot be sent again."))
    if delivery.state in OVER:
        delivery.state, delivery.reason, delivery.handed_at, delivery.sent_at = State.QUEUED, Reason.NONE, None, None
        delivery.envelope = envelope_token()  # so that a late report of the first attempt says nothing of this one
        delivery.attempts = 0
    elif delivery.state is not State.QUEUED:
        raise Refused(_("It is not waiting, nor did it fail: there is nothing to try again."))
    delivery.due_at = clock.now()
    _note(Act.AGAIN, by, delivery_id=delivery.id)


def stop(delivery: Delivery, *, by: Member | None) -> None:
    """Do not send one mail after all.

    Raises:
        Refused: it is sent, or over, or being handed over at this moment.
    """
    _authorize(by)
    if delivery.state is State.HELD:
        delivery.state, delivery.reason = State.CANCELLED, Reason.NONE
    elif not cancel(Delivery.id == delivery.id, reason=Reason.NONE):
        raise Refused(_("It is too late: this mail is sent already, or over."))
    _note(Act.STOP, by, delivery_id=delivery.id)


def release(reason: Reason, *, by: Member | None) -> int:
    """Let go of every mail that is held for a reason, once that is mended; returns how many."""
    _authorize(by)
    held = update(Delivery).where(Delivery.state == State.HELD, Delivery.reason == reason)
    queued = {"state": State.QUEUED, "reason": Reason.NONE, "due_at": clock.now(), "handed_at": None, "attempts": 0}
    done = db.session.execute(held.values(**queued).execution_options(synchronize_session=False))
    count = cast("CursorResult[Any]", done).rowcount
    if count:
        _note(Act.RELEASE, by, count=count, words=reason.value)
    return count


def pause(address: str, *, words: str, by: Member | None) -> None:
    """Send nothing to an address until somebody says otherwise.

    Args:
        words: why, for whoever looks at it later.

    Raises:
        Invalid: it is no address, or no reason is given.
        Refused: it is paused already.
    """
    _authorize(by)
    plain, why = fold(address), _why(words)
    left, _at, domain = plain.rpartition("@")
    if not left or not domain or " " in plain or len(plain) > Member.EMAIL_LENGTH:
        raise Invalid(_("Write one whole address, such as ana@example.org."), "address")
    if pause_on(plain) is not None:
        raise Refused(_("Mail to this address is paused already."))
    suppress(plain, reason=Reason.SUPPRESSED, response=why)
    made = pause_on(plain)
    _note(Act.PAUSE, by, suppression_id=made.id if made else None, words=why)


def lift_pause(address: str, *, words: str, by: Member | None) -> None:
    """Send to an address again.

    Raises:
        Invalid: no reason is given.
        Refused: nothing is paused.
    """
    _authorize(by)
    why = _why(words)
    if (held := pause_on(address)) is None:
        raise Refused(_("Mail to this address is not paused."))
    lift(address)
    _note(Act.LIFT, by, suppression_id=held.id, words=why)


def fetch(received: ReceivedMail, *, by: Member) -> bytes:
    """A mail as it came, where the reader gave up on it, or it is for those who look after the site.

    Raises:
        Refused: it could be read, so nobody has to look into it; or it is no longer kept.
    """
    _authorize(by)
    for_them = received.fate is Fate.DONE and is_for_operators(received.envelope_to)
    if not received.raw or not (for_them or received.fate is Fate.UNREADABLE):
        raise Refused(_("Only mail that could not be read can be fetched, as long as it is kept."))
    _note(Act.FETCH, by, received_id=received.id)
    if is_for_operators(received.envelope_to):
        mark_path_read(TO_OPERATORS, by=by)
    return received.raw


def locked(delivery_id: int) -> Delivery | None:
    """One mail, kept from the worker until this transaction ends."""
    return db.session.scalar(select(Delivery).where(Delivery.id == delivery_id).with_for_update())


def _authorize(by: Member | None) -> None:
    """Nobody: from the command line, which only those who run the machine reach."""
    if by is not None:
        authorize(by, Can.OVERSEE_MAIL, SITE)


def _why(words: str) -> str:
    why = " ".join(words.split())[: MailAct.WORDS]
    if not why:
        raise Invalid(_("Say why, for whoever looks at it later."), "words")
    return why


def _note(act: Act, by: Member | None, **values: Any) -> None:
    db.session.add(MailAct(act=act, by_id=by.id if by else None, **values))
    db.session.flush()
