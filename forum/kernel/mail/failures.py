"""What a failure says about an address, and when an address gets no mail any more."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select

from forum.kernel import clock
from forum.kernel.db import db
from forum.kernel.mail.deliveries import Delivery, Reason, State, Suppression, fold, suppress

SOFT_PAUSE = timedelta(days=7)
SOFT_WINDOW = timedelta(days=14)
SOFT_FAILURES = 3  # in that time
#: What passes by itself more often than not: one of them says nothing, several in a row say enough.
SOFT = frozenset({Reason.MAILBOX_FULL, Reason.REFUSED, Reason.EXPIRED})
OUR_ADDRESS = ("7", "8")  # X.1.7 and X.1.8 complain of the sender's address, not of the recipient's


def reason_of(status: str) -> Reason:
    """What an enhanced status code of a final failure says about the address. RFC 3463 3.2 to 3.8."""
    parts = status.split(".")
    kind, subject, detail = parts if len(parts) == 3 else ("", "", "")
    if subject == "7" or (subject == "1" and detail in OUR_ADDRESS):
        return Reason.POLICY
    if (subject, detail) == ("2", "2"):
        return Reason.MAILBOX_FULL
    if kind == "4":  # what is only put off became final because somebody tried for days
        return Reason.EXPIRED
    return Reason.NO_SUCH_ADDRESS if subject == "1" else Reason.REFUSED


def pause_after(recipient: str, reason: Reason, response: str, *, sent_at: datetime) -> bool:
    """What a failure means for the mails after it; returns whether the address is paused from now on.

    A wrong address gets nothing until somebody lifts it. Where it may pass, the third failure within two weeks pauses the
    address for a week. What is our own fault (POLICY) never counts against the member.

    Args:
        sent_at: when the mail went. What went before a pause was lifted says nothing about the time after.
    """
    latest = db.session.scalar(
        select(Suppression)
        .where(Suppression.address == fold(recipient), Suppression.reason != Reason.COMPLAINT)
        .order_by(Suppression.id.desc())
        .limit(1)
    )
    since = clock.now() - SOFT_WINDOW
    if latest is not None:
        ended = latest.lifted_at or latest.until
        if latest.holds_now or ended is None or ended > sent_at:
            return False
        since = max(since, ended)
    if reason is Reason.NO_SUCH_ADDRESS:
        suppress(recipient, reason=reason, response=response)
        return True
    if reason in SOFT and _soft_failures(recipient, since) >= SOFT_FAILURES:
        suppress(recipient, reason=reason, response=response, until=clock.now() + SOFT_PAUSE)
        return True
    return False


def _soft_failures(recipient: str, since: datetime) -> int:
    """How many mails to this address failed that were promised since."""
    failed = select(func.count()).where(
        Delivery.recipient == recipient,
        Delivery.created_at > since,
        Delivery.state.in_((State.FAILED, State.BOUNCED)),
        Delivery.reason.in_(SOFT),
    )
    return db.session.scalar(failed) or 0
