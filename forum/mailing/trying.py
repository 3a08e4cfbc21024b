"""What somebody who tries things out can do with a mail at /dev/mail: check it, answer it, send it back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy import select

from forum.entries.models import Entry
from forum.inbound.arriving import keep
from forum.inbound.models import ReceivedMail, Transport
from forum.kernel.db import db
from forum.kernel.errors import Invalid, NotFound, Refused
from forum.kernel.i18n import _
from forum.kernel.mail import Delivery, Maildir, office
from forum.kernel.settings import Settings
from forum.mailing.checking import Finding, House, checked
from forum.mailing.checking.taken import Taken, take_apart
from forum.mailing.programs import PROGRAMS, Answered, answered
from forum.mailing.returning import FAILURES, bounced, complained
from forum.notifications.origins import MailOrigin
from forum.threads.models import Post

LATEST = 20  # mails that came in


@dataclass(frozen=True)
class Sent:
    """One mail in the folder.

    Args:
        envelope: the return address it was handed over with.
    """

    name: str
    raw: bytes
    envelope: str
    taken: Taken

    @property
    def unsubscribe(self) -> tuple[str, str]:
        """Path of the page that one click posts to, and the address a mail may be written to; "" for none."""
        ways = self.taken.addresses_in("List-Unsubscribe")
        web = next((urlsplit(way).path for way in ways if way.startswith("http")), "")
        return web, next((urlsplit(way).path for way in ways if way.startswith("mailto:")), "")

    @property
    def answers_to(self) -> str:
        return self.answered().to if self.taken.all("Reply-To") else ""

    def answered(self) -> Answered:
        settings: Settings = current_app.extensions["forum.settings"]
        return answered(self.raw, vouched_by=settings.mail_auth_host)


def folder() -> Maildir:
    return cast("Maildir", office().outgoing)


def sent(name: str) -> Sent:
    """A mail by the name of its file.

    Raises:
        NotFound: there is none.
    """
    found = folder().bytes_of(name)
    if found is None:
        raise NotFound
    raw, envelope = found
    token = envelope.partition("@")[0].removeprefix("b-")
    kind = db.session.scalar(select(Delivery.kind).where(Delivery.envelope == token)) or ""
    return Sent(name, raw, envelope, take_apart(raw, kind=kind, envelope=envelope))


def findings(mail: Sent) -> list[Finding]:
    """What every check says of it."""
    return checked(mail.raw, house(), kind=mail.taken.kind, envelope=mail.envelope)


def house() -> House:
    """This site, as the checks want to know it."""
    here = office()
    signer = here.signer
    return House(
        address=here.sender.address,
        base_url=str(current_app.config["BASE_URL"]).rstrip("/"),
        return_domain=here.return_domain,
        languages=tuple(current_app.config["LANGUAGES"]),
        key=signer.key.public_key() if signer else None,
        selector=signer.selector if signer else "",
        knows=is_known,
    )


def is_known(message_id: str) -> bool:
    """Whether a message id is of a post here, of a mail somebody wrote us, or of one we sent."""
    if post := re.fullmatch(r"post-(\d+)@.*", message_id):
        return db.session.get(Post, int(post[1])) is not None
    became = select(MailOrigin.entry_id).where(MailOrigin.message_id == message_id)
    came = select(ReceivedMail.id).where(ReceivedMail.message_id == message_id)
    if any(db.session.scalar(asked.limit(1)) is not None for asked in (became, came)):
        return True
    key = message_id.rpartition("@")[0]
    return db.session.scalar(select(Delivery.id).where(Delivery.key == key)) is not None


def answer(mail: Sent, *, program: str, words: str) -> ReceivedMail:
    """Answer a mail as this program would, with these words.

    Raises:
        Invalid: there are no words, or no such program. Refused: nobody takes answers to it.
    """
    if not mail.answers_to:
        raise Refused(_("This mail cannot be answered: it names no address for answers."))
    if not words.strip():
        raise Invalid(_("Write something first."), "words")
    if program not in PROGRAMS:
        raise Invalid(_("Choose a mail program."), "program")
    read = mail.answered()
    return _comes_in(PROGRAMS[program](read, words), sender=read.me, to=read.to)


def come_back(mail: Sent, *, matter: str) -> ReceivedMail:
    """Let the recipient's server return a mail.

    Args:
        matter: one of FAILURES, or "complaint".

    Raises:
        Refused: it has no return address of its own. Invalid: nothing of this kind can be the matter.
    """
    if not mail.envelope.startswith("b-"):
        raise Refused(_("This mail has no return address of its own: set FORUM_REPLY_DOMAIN, such as reply.localhost."))
    read = mail.answered()
    if matter == "complaint":
        report = complained(read, mail.raw, envelope=mail.envelope)
    elif matter in FAILURES:
        report = bounced(read, mail.raw, matter=matter, envelope=mail.envelope)
    else:
        raise Invalid(_("Choose what the server says."), "matter")
    return _comes_in(report, sender="", to=mail.envelope)


def write_stop(mail: Sent) -> ReceivedMail:
    """Write to the address that stops a mail, as programs do that know no web page.

    Raises:
        Refused: it names none.
    """
    _path, address = mail.unsubscribe
    if not address:
        raise Refused(_("This mail names no address to which one could write to stop it."))
    read = mail.answered()
    note = "\r\n".join([*read.headers(f"stop-{mail.name}@example.net"), "Content-Type: text/plain", "", "STOP", ""])
    return _comes_in(note.encode(), sender=read.me, to=address)


def _comes_in(raw: bytes, *, sender: str, to: str) -> ReceivedMail:
    return keep(raw, transport=Transport.TRIED, envelope_from=sender, envelope_to=to)


def came_in(id: int) -> tuple[ReceivedMail, bytes]:
    """A mail that came in this way, and its bytes while they are kept. Raises: NotFound."""
    received = db.session.get(ReceivedMail, id)
    if received is None or received.transport is not Transport.TRIED:
        raise NotFound
    return received, received.raw


def latest() -> Sequence[ReceivedMail]:
    """What came in this way, latest first."""
    tried = select(ReceivedMail).where(ReceivedMail.transport == Transport.TRIED)
    return db.session.scalars(tried.order_by(ReceivedMail.id.desc()).limit(LATEST)).all()


def where(received: ReceivedMail) -> str:
    """Where one sees what it became; "" where there is no such page."""
    if received.entry_id is None:
        return ""
    post = db.session.get(Post, received.entry_id)
    if post is not None:
        return f"/threads/{post.thread_id}/posts/{post.number}"
    entry = db.session.get(Entry, received.entry_id)
    return f"/threads/{entry.id}" if entry is not None and entry.kind == "thread" else ""
