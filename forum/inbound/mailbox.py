"""A mailbox elsewhere that is looked into now and then: IMAP, for who has no mail server of their own. RFC 3501.

A mail is marked as seen only after it was kept for good. Should the connection break between the two, it is fetched again,
and found to be kept already.
"""

from __future__ import annotations

import imaplib
import re
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import unquote, urlsplit

import structlog
from flask import current_app

from forum.inbound.arriving import NoSuchAddress, NotNow, TooLarge, take_in
from forum.inbound.models import ReceivedMail, Transport
from forum.kernel.jobs import watch
from forum.kernel.settings import Settings
from forum.notifications.addresses import answering_domain

log = structlog.get_logger(__name__)

EVERY = 30.0  # seconds
PATIENCE = 60.0  # seconds for one answer of the server
AT_ONCE = 100  # mails in one look
MOST_ADDRESSES = 20
READ, REFUSED = "Read", "Refused"  # folders for what was kept, and for what was not for us
#: Where the address stands that a mail was delivered to; the last two name it too where one mailbox takes all of a domain.
TO = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to", "to", "cc")


class MailboxTrouble(Exception):
    """The mailbox cannot be looked into; the message says why, without the password."""


@watch
def look_into_the_mailbox(stopping: threading.Event) -> None:
    """Look every half minute until told to stop; nothing where the operator names no mailbox."""
    settings: Settings = current_app.extensions["forum.settings"]
    if not settings.imap_url:
        return
    while True:
        try:
            fetch(settings.imap_url, stopping)
        except MailboxTrouble as trouble:
            log.warning("the mailbox cannot be looked into", reason=str(trouble))
        if stopping.wait(EVERY):
            return


def fetch(url: str, stopping: threading.Event | None = None) -> int:
    """Keep what nobody has seen yet; returns how many mails that were.

    Raises:
        MailboxTrouble: the mailbox does not answer, or not as it should.
    """
    kept = 0
    with opened(url) as box:
        for uid in _unseen(box)[:AT_ONCE]:
            if stopping is not None and stopping.is_set():
                break
            try:
                taken = _take(box, uid)
            except NotNow:
                break
            if taken is None:  # somebody else took it away meanwhile
                continue
            kept += taken
            _put_away(box, uid, READ if taken else REFUSED)
    return kept


@contextmanager
def opened(url: str) -> Iterator[imaplib.IMAP4]:
    """A connection to the folder that the URL names, signed in.

    Raises:
        MailboxTrouble: it cannot be opened, or broke within.
    """
    parts = urlsplit(url)
    box: imaplib.IMAP4 | None = None
    try:
        if parts.scheme == "imaps":
            context = ssl.create_default_context()
            box = imaplib.IMAP4_SSL(parts.hostname or "", parts.port or 993, ssl_context=context, timeout=PATIENCE)
        else:
            box = imaplib.IMAP4(parts.hostname or "", parts.port or 143, timeout=PATIENCE)
        box.login(unquote(parts.username or ""), unquote(parts.password or ""))
        _well(box.select(_quoted(unquote(parts.path.strip("/")) or "INBOX")))
        yield box
    except (imaplib.IMAP4.error, OSError, EOFError) as error:
        raise MailboxTrouble(f"{type(error).__name__}: {error}"[:300]) from error
    finally:
        if box is not None:
            try:
                box.logout()
            except (imaplib.IMAP4.error, OSError, EOFError):
                with suppress(OSError):
                    box.shutdown()


def _unseen(box: imaplib.IMAP4) -> list[str]:
    found = _well(box.uid("SEARCH", "UNSEEN"))
    return [uid.decode() for uid in (found[0] or b"").split()]


def _take(box: imaplib.IMAP4, uid: str) -> bool | None:
    """Keep one mail for each of our addresses that it names; False where it is for none, None where it is gone.

    Raises:
        NotNow: too much came at once; it stays unseen.
    """
    size = re.search(rb"RFC822\.SIZE (\d+)", b" ".join(_bytes(_well(box.uid("FETCH", uid, "(RFC822.SIZE)")))))
    if size and int(size.group(1)) > ReceivedMail.LARGEST:
        log.warning("a mail in the mailbox is too large", uid=uid)
        return False
    bodies = [each[1] for each in _well(box.uid("FETCH", uid, "(BODY.PEEK[])")) if isinstance(each, tuple)]
    if not bodies:
        return None
    raw = bodies[0]
    sender, addresses = envelope_of(raw)
    kept = False
    for address in addresses:
        try:
            take_in(raw, transport=Transport.IMAP, envelope_from=sender, envelope_to=address)
            kept = True
        except (NoSuchAddress, TooLarge):
            continue
    return kept


def envelope_of(raw: bytes) -> tuple[str, list[str]]:
    """Who sent it, and to which addresses of our domain, as far as its headers tell: a mailbox keeps no envelope."""
    head = re.split(rb"\r?\n\r?\n", raw, maxsplit=1)[0][: 2**16].decode("utf-8", "replace")
    fields: dict[str, str] = {}
    for field in re.split(r"\r?\n(?![ \t])", head):
        name, _colon, value = field.partition(":")
        fields[name.casefold()] = f"{fields.get(name.casefold(), '')} {value}"
    path = re.search(r"<([^<>\s]*)>", fields.get("return-path", "")) or re.search(
        r"([^\s<>\"(),;:]+@[^\s<>\"(),;:]+)", fields.get("from", "")
    )
    ours = re.compile(rf"[^\s<>\"(),;:@]{{1,80}}@{re.escape(answering_domain())}(?![\w.-])", re.IGNORECASE)
    named = [each.casefold() for name in TO for each in ours.findall(fields.get(name, ""))]
    return path.group(1) if path else "", list(dict.fromkeys(named))[:MOST_ADDRESSES]


def _put_away(box: imaplib.IMAP4, uid: str, folder: str) -> None:
    """Mark it as seen, and move it out of the way where the server can. RFC 6851."""
    _well(box.uid("STORE", uid, "+FLAGS.SILENT", "(\\Seen)"))
    if "MOVE" not in box.capabilities:
        return
    if box.uid("MOVE", uid, _quoted(folder))[0] != "OK":
        box.create(_quoted(folder))
        box.uid("MOVE", uid, _quoted(folder))  # if that fails too, it stays where it is, as seen


def _well(answer: tuple[str, Any]) -> list[Any]:
    if answer[0] != "OK":
        raise imaplib.IMAP4.error(f"the server said {answer[0]}")
    return answer[1]


def _bytes(data: list[Any]) -> list[bytes]:
    return [piece for each in data if each for piece in (each if isinstance(each, tuple) else (each,))]


def _quoted(folder: str) -> str:
    return '"' + folder.replace("\\", "\\\\").replace('"', '\\"') + '"'
