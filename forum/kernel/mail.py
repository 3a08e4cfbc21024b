"""Mail that goes out: promised in the transaction, sent by the worker, recognisable when it is sent twice.

An operation calls `promise(Message(...))`. The worker hands the message to the adapter that the setting
MAIL_URL chose: a Maildir on disk (the default, read at /dev/mail), or an SMTP server.
"""

from __future__ import annotations

import smtplib
import ssl
import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from email import message_from_binary_file, policy
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from pathlib import Path
from typing import Protocol, cast
from urllib.parse import unquote, urlsplit

from flask import current_app

from forum.kernel import clock
from forum.kernel.events import Event, event, handles, record
from forum.kernel.settings import Settings

SECONDS_TO_WAIT = 20


@dataclass(frozen=True, kw_only=True)
class Message:
    """One mail to one person, already in their language."""

    to: str
    subject: str
    text: str
    html: str = ""
    language: str = "en"
    key: str = field(default_factory=lambda: uuid.uuid4().hex)  # names the mail; the same key is the same mail


@event("mail.promised")
@dataclass(frozen=True, kw_only=True)
class MailPromised(Event):
    """Somebody is to get this mail."""

    to: str
    subject: str
    text: str
    html: str
    language: str
    key: str


def address_of(path: str) -> str:
    """The full address of a page of this site, for a mail that is written outside of any request."""
    return str(current_app.config["BASE_URL"]).rstrip("/") + path


def promise(message: Message) -> None:
    """Send this mail if, and only if, the present transaction commits."""
    record(MailPromised(**asdict(message)), key=f"mail:{message.key}")


@handles(MailPromised)
def send_promised_mail(event: MailPromised) -> None:
    """Hand a promised mail over. A repeat after a crash carries the same Message-ID."""
    outgoing().send(Message(**asdict(event)))


class Outgoing(Protocol):
    """The port: somewhere a mail can be handed over to."""

    def send(self, message: Message) -> None: ...


def outgoing() -> Outgoing:
    """The adapter that `forum.app` chose for this site."""
    return cast("Outgoing", current_app.extensions["forum.mail"])


def choose(settings: Settings) -> Outgoing:
    """The adapter for MAIL_URL."""
    parts = urlsplit(settings.mail_url)
    sender = Sender(settings.site_name, settings.mail_from)
    if parts.scheme == "file":
        return Maildir(Path(parts.path) if parts.path else settings.data_path / "mail", sender)
    return Smtp(settings.mail_url, sender)


def one_line(text: str) -> str:
    """Text that is safe in a header: no line break or control character can start a header of its own."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


@dataclass(frozen=True)
class Sender:
    """Who our mail comes from, and how it is put into Internet form (RFC 5322)."""

    name: str
    address: str

    def compose(self, message: Message) -> EmailMessage:
        mail = EmailMessage(policy=policy.SMTP)
        mail["From"] = formataddr((one_line(self.name), self.address))
        mail["To"] = one_line(message.to)
        mail["Subject"] = one_line(message.subject)
        mail["Date"] = format_datetime(clock.now())
        mail["Message-ID"] = f"<{one_line(message.key)}@{self.address.rpartition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notices, please
        mail.set_content(message.text)
        if message.html:
            mail.add_alternative(message.html, subtype="html")
        mail["Content-Language"] = one_line(message.language)  # set_content would have dropped it
        return mail


class Maildir:
    """A folder of mails, for development, small sites and tests. A repeated mail replaces itself."""

    def __init__(self, folder: Path, sender: Sender) -> None:
        self.folder, self.sender = folder, sender

    def send(self, message: Message) -> None:
        for name in ("tmp", "new", "cur"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        name = self._file_name(message.key)
        (self.folder / "tmp" / name).write_bytes(self.sender.compose(message).as_bytes())
        (self.folder / "tmp" / name).replace(self.folder / "new" / name)

    @staticmethod
    def _file_name(key: str) -> str:
        return "".join(c if c.isalnum() or c in "-_." else "_" for c in key).lstrip(".")

    def newest(self, limit: int = 100) -> Iterator[tuple[str, EmailMessage]]:
        """(name, mail) of the latest mails, newest first."""
        files = sorted((self.folder / "new").glob("*"), key=lambda file: file.stat().st_mtime_ns, reverse=True)
        for file in files[:limit]:
            yield file.name, self._read(file)

    def read(self, name: str) -> EmailMessage | None:
        """One mail by the name `newest` gave it, or None. A name is never a path."""
        file = self.folder / "new" / self._file_name(name)
        return self._read(file) if file.is_file() else None

    @staticmethod
    def _read(file: Path) -> EmailMessage:
        with file.open("rb") as opened:
            return message_from_binary_file(opened, policy=policy.default)


class Smtp:
    """A mail server: smtp://user:password@host:port (STARTTLS when it offers it) or smtps://… (TLS at once)."""

    def __init__(self, url: str, sender: Sender) -> None:
        self.url, self.sender = urlsplit(url), sender

    def send(self, message: Message) -> None:
        with self._connect() as server:
            if self.url.username:
                server.login(unquote(self.url.username), unquote(self.url.password or ""))
            server.send_message(self.sender.compose(message))

    def _connect(self) -> smtplib.SMTP:
        host, trusted = self.url.hostname or "localhost", ssl.create_default_context()
        if self.url.scheme == "smtps":
            return smtplib.SMTP_SSL(host, self.url.port or 465, timeout=SECONDS_TO_WAIT, context=trusted)
        server = smtplib.SMTP(host, self.url.port or 25, timeout=SECONDS_TO_WAIT)
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=trusted)
            server.ehlo()
        elif self.url.username:
            server.close()
            raise smtplib.SMTPNotSupportedError("the mail server offers no encryption, so the password was not sent")
        return server
