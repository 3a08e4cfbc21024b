"""Where all mail comes in, by whichever way: kept as it is, once, before anybody is told that we have it."""

from __future__ import annotations

import hashlib
import re

from flask import current_app
from limits import parse
from sqlalchemy import select

from forum.inbound import recipients, room
from forum.inbound.models import Fate, ReceivedMail, Transport, Why
from forum.kernel import clock
from forum.kernel.db import begin_mode, db, insert_or, written_for_good
from forum.kernel.errors import Refused
from forum.web.limits import Counts

#: What one address may send, and what all may together. Bounces have no sender of their own: only the second holds.
OF_ONE = (parse("60 per minute"), parse("600 per hour"))
OF_ALL = parse("3000 per minute")

#: Headers that every machine on the way adds or changes: the same mail by two ways differs in nothing else.
ON_THE_WAY = re.compile(
    rb"(?:received|received-spf|return-path|delivered-to|envelope-to|authentication-results|dkim-signature"
    rb"|dkim-filter|domainkey-signature|autocrypt|status|lines|arc-[a-z-]+|x-[!-9;-~]*)\s*:",
    re.IGNORECASE,
)


class NoSuchAddress(Refused):
    """Nothing here answers to this address. 550 5.1.1, RFC 3463 3.2."""


class TooLarge(Refused):
    """It weighs more than we keep. 552 5.3.4, RFC 3463 3.4."""


class NotNow(Refused):
    """Too much came at once: come again later. 452, RFC 5321 4.2.3."""


class Full(NotNow):
    """What waits leaves no room for more, whoever sends it. 452 4.3.1, RFC 3463 3.4."""


def keep(raw: bytes, *, transport: Transport, envelope_from: str, envelope_to: str) -> ReceivedMail:
    """Write down a mail to one of our addresses, or find it where it came before. Commits nothing.

    Raises:
        TooLarge: the mail is; NoSuchAddress: nobody here has this address; NotNow: too much came at once, or waits; Full: from all together.
    """
    if len(raw) > ReceivedMail.LARGEST:
        raise TooLarge("This mail is larger than 25 MB: send large files through the site.")
    sender, recipient = recipients.plain(envelope_from), recipients.plain(envelope_to)
    if not recipients.is_ours(recipient, sender=sender):
        raise NoSuchAddress("There is no such address here.")
    digest = digest_of(raw)
    same = (ReceivedMail.digest == digest) & (ReceivedMail.envelope_to == recipient)
    if (known := db.session.scalar(select(ReceivedMail).where(same))) is not None:
        return known
    _count(sender)
    _make_sure_of_room(len(raw), sender)
    now = clock.now()
    row = insert_or(ReceivedMail).values(
        received_at=now,
        transport=transport,
        envelope_from=sender,
        envelope_to=recipient,
        raw=raw,
        size=len(raw),
        digest=digest,
        fate=Fate.RECEIVED,
        why=Why.NONE,
        sender="",
        subject="",
        message_id="",
        attempts=0,
        due_at=now,
    )
    # another hand may have brought the same mail between our look and now
    db.session.execute(row.on_conflict_do_nothing(index_elements=["digest", "envelope_to"]))
    room.taken(len(raw), sender=sender)
    return db.session.scalars(select(ReceivedMail).where(same)).one()


def take_in(raw: bytes, *, transport: Transport, envelope_from: str, envelope_to: str) -> int:
    """Keep a mail in a transaction of its own; when this returns, not even a power cut loses it. Returns its number.

    Raises:
        TooLarge, NoSuchAddress, NotNow: as `keep`.
    """
    db.session.rollback()
    begin_mode.set("immediate")
    try:
        id = keep(raw, transport=transport, envelope_from=envelope_from, envelope_to=envelope_to).id
        db.session.commit()
        written_for_good(db.engine)
        return id
    finally:
        db.session.remove()


def digest_of(raw: bytes) -> str:
    """SHA-256 of a mail without what its way left on it, so that it is known again however it comes."""
    head, _empty, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    fields = re.split(rb"\n(?![ \t])", head)
    own = [field for field in fields if not ON_THE_WAY.match(field) and not field.startswith(b"From ")]
    return hashlib.sha256(b"\n".join([*own, b"", body.rstrip(b"\n")])).hexdigest()


def _count(sender: str) -> None:
    counts: Counts = current_app.extensions["forum.limits"]
    if not counts.kept:
        return
    hit = counts.windows.hit
    if not hit(OF_ALL, "mail") or (sender and not all(hit(limit, "mail", sender) for limit in OF_ONE)):
        raise NotNow("Too much mail came at once: try again later.")


def _make_sure_of_room(size: int, sender: str) -> None:
    of_all, of_one = room.has_room(size, sender=sender)
    if not of_all:
        raise Full("Too much mail waits to be read: try again later.")
    if not of_one:
        raise NotNow("Too much mail of this sender waits to be read: try again later.")
