"""Mail of ours that came back, was put off, arrived, or was called spam: what follows for the mails after it.

Reports are believed only from whoever has seen the mail: each went out under a return address of its own (VERP) that nobody
can guess, and a report comes to that address or quotes it. A Message-ID can be guessed; a report that knows no more is kept
for the operator and changes nothing. RFC 3464 (reports), RFC 6533 (of international addresses), RFC 5965 (complaints).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select

from forum.inbound import recipients
from forum.inbound.letters import Letter, Nature, Report
from forum.inbound.models import Fate, ReceivedMail, Why
from forum.inbound.operators import tell_operators
from forum.kernel import clock, mail
from forum.kernel.db import db
from forum.kernel.mail import Delivery, Reason, State, cancel
from forum.kernel.mail.deliveries import PERSONAL, Suppression, fold, suppress
from forum.kernel.mail.failures import pause_after, reason_of

log = structlog.get_logger(__name__)

#: A mail server tries for five days and reports then; what comes much later was not sent by one. RFC 5321 4.5.4.1.
BELIEVED_FOR = timedelta(days=30)
COMPLAINTS_BELIEVED_FOR = timedelta(days=90)  # people clear out their mailboxes late
#: Kinds of mail whose return says nothing: an answer to somebody who wrote to us, perhaps under a false name.
SAY_NOTHING = frozenset({"answer"})


def take_back(received: ReceivedMail, letter: Letter) -> None:
    """Draw the consequences of a delivery report or a complaint. Leaves `received` with its fate; commits nothing.

    Taking the same one back again, or another one of the same mail, changes nothing more.
    """
    complains = letter.nature is Nature.COMPLAINT
    received.sender, received.subject = letter.sender[:320], letter.subject[:400]
    received.message_id = letter.message_id[:255]
    received.fate, received.settled_at = Fate.RETURNED, clock.now()
    received.why = Why.COMPLAINT if complains else Why.BOUNCE
    delivery = _named(received, letter)
    if delivery is None:
        received.delivery_id = _mentioned(letter)
        if _token_of(received.envelope_to):
            received.why = Why.FORGED_ADDRESS
        elif recipients.is_for_operators(received.envelope_to):  # somebody reports abuse, in the form there is for it
            received.fate, received.why = Fate.DONE, Why.NONE
            tell_operators(received)
        return
    received.delivery_id, received.member_id = delivery.id, delivery.member_id
    gone_at = delivery.sent_at or delivery.handed_at
    if gone_at is None or clock.now() - gone_at > (COMPLAINTS_BELIEVED_FOR if complains else BELIEVED_FOR):
        received.why = Why.EXPIRED_ADDRESS  # what never left cannot come back
    elif complains:
        _heed(delivery, gone_at)
    elif (report := _worst(letter.reports)) is not None:
        _note(delivery, report, gone_at)


def _named(received: ReceivedMail, letter: Letter) -> Delivery | None:
    """The mail whose return address the report came to, or quotes; locked, since two reports may come at once."""
    for address in (received.envelope_to, *(report.return_address for report in letter.reports)):
        if token := _token_of(address):
            query = select(Delivery).where(Delivery.envelope == token).with_for_update()
            if (found := db.session.scalar(query)) is not None:
                return found
    return None


def _token_of(address: str) -> str:
    """What names the mail in a return address of ours; empty for any other address."""
    left, _at, domain = fold(address).strip("<>").rpartition("@")
    if domain != mail.office().return_domain.casefold() or not left.startswith("b-"):
        return ""
    return left[2:].partition("+")[0]


def _mentioned(letter: Letter) -> int | None:
    """The mail a report speaks of without having proved that it saw it: a hint for whoever looks at it."""
    for report in letter.reports:
        if not report.message_id or not report.recipient:
            continue
        sent = select(Delivery).where(Delivery.recipient == report.recipient).order_by(Delivery.id.desc()).limit(50)
        for delivery in db.session.scalars(sent):
            if mail.office().sender.message_id(delivery.message()) == report.message_id:
                return delivery.id
    return None


def _worst(reports: tuple[Report, ...]) -> Report | None:
    """Of what happened to one mail, which somebody may have passed on to several: what asks most of us."""
    by_action: dict[str, Report] = {report.action: report for report in reversed(reports)}
    return next((by_action[action] for action in ("failed", "delayed", "delivered") if action in by_action), None)


def _note(delivery: Delivery, report: Report, gone_at: datetime) -> None:
    if report.action == "failed":
        _bounce(delivery, report, gone_at)
    elif delivery.state is State.SENT and report.action == "delayed":
        delivery.reason, delivery.response = Reason.DEFERRED, _words(report)
    elif delivery.state is State.SENT and delivery.reason is Reason.DEFERRED:
        delivery.reason = Reason.NONE


def _bounce(delivery: Delivery, report: Report, gone_at: datetime) -> None:
    """It will not arrive. A mail we were not sure of (`handed_at`) did leave, or it could not have come back."""
    if delivery.state not in (State.SENT, State.SENDING, State.QUEUED):
        return
    reason = reason_of(report.status)
    delivery.state, delivery.reason, delivery.response = State.BOUNCED, reason, _words(report)
    delivery.sent_at, delivery.leased_by, delivery.leased_until = gone_at, None, None
    db.session.flush()
    if reason is Reason.POLICY:  # ours to mend, never the member's fault
        log.error("mail came back by policy", delivery=delivery.id, response=delivery.response)
    elif delivery.kind not in SAY_NOTHING:
        pause_after(delivery.recipient, reason, delivery.response, sent_at=gone_at)


def _words(report: Report) -> str:
    return " ".join(_parts(report))[:500]


def _parts(report: Report) -> Iterator[str]:
    if report.status and report.status not in report.diagnostic:
        yield report.status
    yield " ".join(report.diagnostic.split()) or report.action


def _heed(delivery: Delivery, gone_at: datetime) -> None:
    """Somebody called it spam: nothing that goes to many goes to them, until they say otherwise."""
    delivery.reason = Reason.COMPLAINT
    earlier = select(Suppression).where(
        Suppression.address == fold(delivery.recipient), Suppression.reason == Reason.COMPLAINT
    )
    latest = db.session.scalar(earlier.order_by(Suppression.id.desc()).limit(1))
    if latest is not None and (latest.lifted_at is None or latest.lifted_at > gone_at):
        return  # known, or they have said otherwise since
    suppress(delivery.recipient, reason=Reason.COMPLAINT)
    cancel(Delivery.recipient == delivery.recipient, Delivery.kind != PERSONAL, reason=Reason.COMPLAINT)
