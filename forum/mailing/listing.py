"""Mail sent and received, narrowed and a page at a time: for whoever looks after the site."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from email import message_from_bytes, policy
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import defer, joinedload

from forum.inbound.models import Fate, ReceivedMail
from forum.kernel import clock, mail
from forum.kernel.db import db
from forum.kernel.mail import Delivery, Reason, State, Suppression
from forum.kernel.mail.deliveries import fold
from forum.kernel.paging import ROWS_ON_A_PAGE, Page
from forum.mailing.models import MailAct

#: Of a mail, what says how it travelled; whatever carries words or a token stays away.
HARMLESS = ("From", "To", "Date", "Message-ID", "In-Reply-To", "References", "List-Id", "Auto-Submitted", "Precedence")
HARMLESS_TOO = ("Content-Language", "Content-Type", "DKIM-Signature")


@dataclass(frozen=True)
class Which:
    """What a list of sent mail is narrowed to, as the address says it; empty for everything."""

    state: str = ""
    reason: str = ""
    kind: str = ""
    domain: str = ""
    address: str = ""

    def __bool__(self) -> bool:
        return any((self.state, self.reason, self.kind, self.domain, self.address))

    def conditions(self) -> list[Any]:
        wanted: list[Any] = []
        if self.state in set(State):
            wanted.append(Delivery.state == State(self.state))
        if self.reason in set(Reason) - {Reason.NONE}:
            wanted.append(Delivery.reason == Reason(self.reason))
        if self.kind:
            wanted.append(Delivery.kind == self.kind)
        if self.domain:
            wanted.append(Delivery.domain == self.domain.casefold())
        if self.address:
            wanted.append(Delivery.recipient.in_({self.address, fold(self.address)}))
        return wanted


def outgoing(which: Which, *, number: int) -> Page[Delivery]:
    """The latest first; without the words."""
    query = select(Delivery).options(defer(Delivery.text), defer(Delivery.html), defer(Delivery.extras))
    return _page(query.where(*which.conditions()).order_by(Delivery.created_at.desc(), Delivery.id.desc()), number)


@dataclass(frozen=True)
class WhichReceived:
    fate: str = ""
    address: str = ""

    def __bool__(self) -> bool:
        return any((self.fate, self.address))

    def conditions(self) -> list[Any]:
        wanted: list[Any] = [ReceivedMail.fate == Fate(self.fate)] if self.fate in set(Fate) else []
        if self.address:
            wanted.append(ReceivedMail.sender == fold(self.address))
        return wanted


def received(which: WhichReceived, *, number: int) -> Page[ReceivedMail]:
    query = select(ReceivedMail).where(*which.conditions())
    return _page(query.order_by(ReceivedMail.received_at.desc(), ReceivedMail.id.desc()), number)


def paused(search: str, *, number: int) -> Page[Suppression]:
    """Addresses that get no mail at present, the latest first.

    Args:
        search: part of an address.
    """
    query = select(Suppression).where(Suppression.holds(clock.now()))
    if search:
        query = query.where(Suppression.address.contains(fold(search), autoescape=True))
    return _page(query.order_by(Suppression.since.desc(), Suppression.id.desc()), number)


def get(delivery_id: int) -> Delivery | None:
    return db.session.get(Delivery, delivery_id)


def _page(query: Select[Any], number: int) -> Page[Any]:
    found = db.session.scalars(query.offset((number - 1) * ROWS_ON_A_PAGE).limit(ROWS_ON_A_PAGE + 1)).all()
    return Page.of(found, number)


def deeds(*, delivery_id: int | None = None, limit: int = 20) -> Sequence[MailAct]:
    """What was done, the latest first; of one mail, or of all."""
    query = (
        select(MailAct)
        .options(joinedload(MailAct.by), joinedload(MailAct.suppression))
        .order_by(MailAct.at.desc(), MailAct.id.desc())
    )
    if delivery_id is not None:
        query = query.where(MailAct.delivery_id == delivery_id)
    return db.session.scalars(query.limit(limit)).all()


def reports_of(delivery_id: int) -> Sequence[ReceivedMail]:
    """What came back about one mail."""
    query = select(ReceivedMail).where(ReceivedMail.delivery_id == delivery_id).order_by(ReceivedMail.received_at)
    return db.session.scalars(query.limit(20)).all()


def headers_of(delivery: Delivery) -> list[tuple[str, str]]:
    """How a mail would travel: its headers without words and tokens.

    Raises:
        ValueError: it cannot be put together; says why.
    """
    composed = message_from_bytes(mail.office().bytes_of(delivery), policy=policy.default)
    return [(name, str(composed[name])) for name in (*HARMLESS, *HARMLESS_TOO) if composed[name] is not None]
