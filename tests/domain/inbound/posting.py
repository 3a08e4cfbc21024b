"""Letters as the reader hands them over, and the way from there to a fate."""

from __future__ import annotations

import itertools
from typing import Any

from sqlalchemy import select

from forum.inbound.letters import Letter
from forum.inbound.models import ReceivedMail, Transport
from forum.inbound.settling import settle
from forum.kernel import jobs
from forum.kernel.db import db, save
from forum.kernel.mail import Delivery
from forum.notifications.tokens import Token

_numbers = itertools.count(1)


def letter(by: Any, text: str = "With a bucket.", **values: Any) -> Letter:
    """A letter of a member, from their own address, vouched for by the mail server."""
    defaults = {
        "sender": by if isinstance(by, str) else by.email,
        "subject": "Re: Water in custody",
        "message_id": f"{next(_numbers)}@mail.example.org",
        "authentic": True,
        "text": text,
    }
    return Letter(**{**defaults, **values})


def come(to: Token | str, said: Letter, *, transport: Transport = Transport.LMTP, again: bool = False) -> ReceivedMail:
    """A mail that was kept, and is settled now."""
    address = to if isinstance(to, str) and "@" in to else f"{to}@reply.example.org"
    received = save(
        ReceivedMail(
            transport=transport,
            envelope_from=said.sender,
            envelope_to=address,
            raw=b"raw",
            size=3,
            digest=f"{next(_numbers):064x}",
        )
    )
    settle(received, said)
    db.session.commit()
    return received


def answers() -> list[Delivery]:
    """What we wrote back, oldest first."""
    return list(db.session.scalars(select(Delivery).where(Delivery.kind == "answer").order_by(Delivery.id)))


def work() -> None:
    """What the worker does with everything that was recorded."""
    jobs.drain()
    db.session.expire_all()
