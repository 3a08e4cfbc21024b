"""Whether mail can come in, in sentences for whoever looks after the site."""

from __future__ import annotations

import smtplib

from forum.extraction.outcomes import Interrupted, Unreadable
from forum.inbound.mailbox import MailboxTrouble, opened
from forum.inbound.reader import Reader
from forum.inbound.reading.circumstances import Circumstances
from forum.kernel.health import Finding
from forum.kernel.settings import Settings

PATIENCE = 5.0  # seconds


def findings(settings: Settings) -> list[Finding]:
    """How each way in is; one sentence where there is none."""
    if not settings.reply_domain:
        given = [n for n in ("lmtp_listen", "imap_url", "inbound_key") if getattr(settings, n)]
        if given:
            names = ", ".join(name.upper() for name in given)
            return [Finding("receiving", False, f"{names} is set, but no REPLY_DOMAIN: nothing would be for us")]
        return [
            Finding("receiving", True, "off; set REPLY_DOMAIN and LMTP_LISTEN, IMAP_URL or INBOUND_KEY to let mail in")
        ]
    found = [Finding("reading", *_reader())]
    if settings.lmtp_place is not None:
        found.append(Finding("LMTP", *_lmtp(*settings.lmtp_place)))
    if settings.imap_url:
        found.append(Finding("mailbox", *_mailbox(settings.imap_url)))
    if settings.inbound_key:
        found.append(Finding("webhook", True, f"POST {settings.base_url.rstrip('/')}/inbound/mail takes signed mail"))
    if len(found) == 1:
        found.append(
            Finding("receiving", False, "REPLY_DOMAIN is set, but no way in: set LMTP_LISTEN, IMAP_URL or INBOUND_KEY")
        )
    return found


def advice(settings: Settings) -> list[str]:
    """What works, and would hurt."""
    said = []
    if settings.lmtp_place and settings.lmtp_place[0] not in ("127.0.0.1", "::1", "localhost"):
        said.append(
            "LMTP_LISTEN is not only this machine's: LMTP knows no passwords, so let no stranger reach that port."
        )
    if settings.reply_domain and not settings.mail_auth_host:
        said.append("MAIL_AUTH_HOST is empty: every member is asked whether their mail was theirs before it is posted.")
    if settings.imap_url.startswith("imap://"):
        said.append("IMAP_URL is not imaps: the password of the mailbox can be read on the way.")
    return said


def _reader() -> tuple[bool, str]:
    reader = Reader()
    try:
        reader.read(b"From: a@example.org\r\n\r\nHello", Circumstances(envelope_from="a@example.org"))
    except (Unreadable, Interrupted, OSError) as trouble:
        return False, f"no process that reads mail can be started: {trouble}"
    finally:
        reader.close()
    return True, "mail is read in a process of its own"


def _lmtp(host: str, port: int) -> tuple[bool, str]:
    try:
        with smtplib.LMTP(host, port, timeout=PATIENCE) as wire:  # type: ignore[arg-type]
            wire.ehlo()
    except (OSError, smtplib.SMTPException) as trouble:
        return False, f"nothing answers on {host}:{port} ({trouble}); a worker with this setting would: forum worker"
    return True, f"answers on {host}:{port}"


def _mailbox(url: str) -> tuple[bool, str]:
    try:
        with opened(url):
            pass
    except MailboxTrouble as trouble:
        return False, f"it cannot be looked into: {trouble}"
    return True, "it can be looked into"
