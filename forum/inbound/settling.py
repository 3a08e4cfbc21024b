"""What becomes of a mail that was read: whose it is, what it answers, and the deed it asks for."""

from __future__ import annotations

from forum.accounts.models import Member
from forum.inbound.letters import Letter, Nature
from forum.inbound.models import Fate, ReceivedMail, Why
from forum.kernel import clock
from forum.kernel.db import db
from forum.kernel.errors import DomainError
from forum.notifications import addresses
from forum.notifications.tokens import Purpose
from forum.threads import operations
from forum.threads.models import Post

NOT_WRITTEN = {
    Nature.AUTOMATIC: Why.AUTO_REPLY,
    Nature.LIST: Why.LIST,
    Nature.OURS: Why.LOOP,
}


def settle(received: ReceivedMail, letter: Letter) -> None:
    """Decide what becomes of a mail, and do it. Leaves `received` with its fate; commits nothing."""
    received.sender, received.subject = letter.sender[:320], letter.subject[:400]
    received.message_id = letter.message_id[:255]
    received.fate, received.why = _decided(received, letter)
    received.settled_at = clock.now()


def _decided(received: ReceivedMail, letter: Letter) -> tuple[Fate, Why]:
    if letter.nature in NOT_WRITTEN:
        return Fate.AUTOMATIC, NOT_WRITTEN[letter.nature]
    token = addresses.read(received.envelope_to)
    if token is None or token.purpose is not Purpose.ANSWER_POST:
        return Fate.REFUSED, Why.UNKNOWN_ADDRESS
    member, post = db.session.get(Member, token.member_id), db.session.get(Post, token.object_id)
    if member is None or post is None:
        return Fate.REFUSED, Why.EXPIRED_ADDRESS
    received.member_id, received.entry_id = member.id, post.thread_id
    if letter.sender != member.email.casefold():
        return Fate.HELD, Why.OTHER_SENDER
    if not letter.authentic:
        return Fate.HELD, Why.NOT_AUTHENTIC
    try:
        with db.session.begin_nested():
            made = operations.reply(post.thread, body=letter.text, by=member, submission=f"mail-{received.id}")
    except DomainError:
        return Fate.REFUSED, Why.NOT_ALLOWED
    received.entry_id = made.id
    return Fate.POSTED, Why.NONE
