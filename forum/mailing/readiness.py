"""How the mail does, for machines: a sentence for `/readyz` and `forum check`, numbers for `/metrics`."""

from __future__ import annotations

from datetime import datetime

from prometheus_client import Gauge
from sqlalchemy import and_, func, or_, select

from forum.inbound.models import Fate, ReceivedMail
from forum.kernel import clock
from forum.kernel.db import db
from forum.kernel.health import check
from forum.kernel.mail import Delivery, State
from forum.mailing.counting import HOUR, OPEN, OVER, oldest_waiting, troubles
from forum.web.status import BEFORE_READING, REGISTRY

DELIVERIES = Gauge(
    "forum_mail_deliveries",
    "Mails that are queued, being sent or held; of the other states, those promised in the last hour.",
    ["state"],
    registry=REGISTRY,
)
OLDEST = Gauge("forum_mail_oldest_queued_seconds", "How long the oldest mail waits.", registry=REGISTRY)
RECEIVED = Gauge("forum_mail_received", "Mails that came in during the last hour.", ["fate"], registry=REGISTRY)


@check("mail")
def the_mail_goes_out() -> str:
    """Mail that is held is no reason to send visitors elsewhere; it is a reason for a person to look."""
    oldest = oldest_waiting()
    said = [f"the oldest waits for {_seconds(oldest)} s" if oldest else "nothing waits"]
    for trouble in troubles():
        said.append(f"{trouble.count} {trouble.state} ({trouble.reason}): see /mailing, or forum mail queue")
    return "; ".join(said)


def _seconds(moment: datetime | None) -> int:
    return int((clock.now() - moment).total_seconds()) if moment else 0


def measure() -> None:
    """Set the gauges: three statements, each on an index."""
    lately = and_(Delivery.state.in_(OVER), Delivery.created_at > clock.now() - HOUR)
    mails = select(Delivery.state, func.count()).where(or_(Delivery.state.in_(OPEN), lately))
    counted = {row[0]: row[1] for row in db.session.execute(mails.group_by(Delivery.state))}
    for state in State:
        DELIVERIES.labels(state.value).set(counted.get(state, 0))
    OLDEST.set(_seconds(oldest_waiting()))
    came = select(ReceivedMail.fate, func.count()).where(ReceivedMail.received_at > clock.now() - HOUR)
    fates = {row[0]: row[1] for row in db.session.execute(came.group_by(ReceivedMail.fate))}
    for fate in Fate:
        RECEIVED.labels(fate.value).set(fates.get(fate, 0))


BEFORE_READING.append(measure)
