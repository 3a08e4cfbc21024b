"""What we answer to a mail: rarely, only to the member whose mail it is, and never to a machine.

RFC 3834: the answer says that it is one (`Auto-Submitted: auto-replied`), names what it answers, and brings no address of a list.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from forum.accounts.models import Member
from forum.inbound.models import ReceivedMail
from forum.kernel import clock, letters
from forum.kernel.db import db
from forum.kernel.mail import Delivery, promise
from forum.notifications.addresses import reply_address
from forum.notifications.tokens import Purpose, Token

#: Whoever's mail program has gone wild is not answered for ever; the page of received mail says all the same.
AN_HOUR = 8
KIND = "answer"
MOST_QUOTED = 20_000  # characters of what they wrote
REFERENCES = 20


def answer(
    received: ReceivedMail,
    template: str,
    *,
    to: Member,
    references: tuple[str, ...] = (),
    part: str = "",
    once: str = "",
    at: Token | None = None,
    **context: Any,
) -> bool:
    """Answer a mail, in its author's language; tells whether there was room for one more.

    It can be answered in turn with one word: UNDO takes back what just this mail did.

    Args:
        template: below `inbound/mail/`, without its ending.
        references: message ids their mail named.
        part: names the answer, where one mail gets several.
        once: names it where many mails together get one.
        at: where an answer to it belongs, if that is nothing to do with what the mail did.
    """
    since = clock.now() - timedelta(hours=1)
    told = select(func.count()).where(Delivery.member_id == to.id, Delivery.kind == KIND, Delivery.created_at > since)
    if (db.session.scalar(told) or 0) >= AN_HOUR:
        return False
    letter = letters.write(
        f"inbound/mail/{template}.txt",
        to=to.email,
        language=to.language,
        key=f"answer-{once or received.id}-{part or template}",
        name=to.name,
        received=received,
        **context,
    )
    chain = (*references, received.message_id) if received.message_id else references
    promise(
        replace(
            letter,
            kind=KIND,
            member_id=to.id,
            answers=True,
            reply_to=reply_address(at or Token(Purpose.ANSWER_MAIL, to.id, received.id)),
            in_reply_to=received.message_id,
            references=chain[-REFERENCES:],
        )
    )
    return True


def said_to(received: ReceivedMail) -> list[str]:
    """Keys of what we answered to a mail."""
    ours = select(Delivery.key).where(Delivery.member_id == received.member_id, Delivery.kind == KIND)
    return list(db.session.scalars(ours.where(Delivery.key.startswith(f"answer-{received.id}-"))))


def quoted(text: str) -> str:
    """What they wrote, as a quotation, whole as far as that is sensible."""
    return "\n".join(f"> {line}".rstrip() for line in text[:MOST_QUOTED].split("\n"))
