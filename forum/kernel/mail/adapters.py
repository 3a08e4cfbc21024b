"""Where mail is handed over: a Maildir on disk (the default, read at /dev/mail) or an SMTP server.

An adapter says in one of a few words what became of a mail. It never decides what follows from that.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from email import message_from_binary_file, policy
from email.message import EmailMessage
from enum import StrEnum
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from forum.kernel.mail.message import ascii_domain

SECONDS_TO_WAIT = 20


class Outcome(StrEnum):
    ACCEPTED = "accepted"
    LATER = "later"  # 4xx
    UNREACHABLE = "unreachable"  # nobody answered, nothing was said
    UNCLEAR = "unclear"  # the connection ended after the last word: it may have been accepted
    REFUSED = "refused"  # 5xx


@dataclass(frozen=True)
class Answer:
    """What the other side said.

    Args:
        status: the enhanced status code, such as "5.1.1". RFC 3463.
    """

    outcome: Outcome
    response: str = ""
    status: str = ""


class Outgoing(Protocol):
    """The port; held to one contract by tests/contract/test_outgoing_mail.py."""

    def hand_over(self, mail: bytes, *, sender: str, recipient: str, key: str, promised: Callable[[], bool]) -> Answer:
        """Hand one mail over.

        Args:
            mail: the whole message, with CRLF.
            sender: the return address of the envelope.
            key: names the mail, the same whenever it is handed over again.
            promised: called before the last word is said; if it answers False, the mail is not wanted any more
                and must not be handed over.
        """

    def has(self, message_id: str, *, sender: str, recipient: str) -> bool | None:
        """Whether the mail of this id was accepted earlier for this recipient; None where nobody can tell.

        A post goes to many under one Message-ID, so the id alone does not say whose copy it was.

        Args:
            sender: the return address it was handed over with.
        """

    def close(self) -> None:
        """Let go of connections."""


class Maildir:
    """A folder of mails, for development, small sites and tests. A repeated mail replaces itself."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def hand_over(self, mail: bytes, *, sender: str, recipient: str, key: str, promised: Callable[[], bool]) -> Answer:
        for name in ("tmp", "new", "cur"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        name = self._file_name(key)
        # whoever delivers for good writes the return address of the envelope on top. RFC 5321 4.4
        (self.folder / "tmp" / name).write_bytes(f"Return-Path: <{sender}>\r\n".encode() + mail)
        if not promised():
            (self.folder / "tmp" / name).unlink()
            return Answer(Outcome.UNREACHABLE, "not wanted any more")
        (self.folder / "tmp" / name).replace(self.folder / "new" / name)
        return Answer(Outcome.ACCEPTED)

    def has(self, message_id: str, *, sender: str, recipient: str) -> bool | None:
        return None  # handing it over again replaces it, so nobody needs to know

    def close(self) -> None:
        pass

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

    def bytes_of(self, name: str) -> tuple[bytes, str] | None:
        """One mail as it was handed over, and the return address of its envelope; or None."""
        file = self.folder / "new" / self._file_name(name)
        if not file.is_file():
            return None
        first, _end, mail = file.read_bytes().partition(b"\r\n")
        return mail, first.decode().removeprefix("Return-Path: <").removesuffix(">")

    @staticmethod
    def _read(file: Path) -> EmailMessage:
        with file.open("rb") as opened:
            return message_from_binary_file(opened, policy=policy.default)


STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")


def answer_to(code: int, said: bytes) -> Answer:
    """What a reply of an SMTP server means. RFC 5321 4.2, RFC 3463."""
    response = f"{code} {said.decode('utf-8', 'replace')}".replace("\r", "").replace("\n", " ")[:500]
    found = STATUS.search(response)
    status = found[1] if found else ""
    if 200 <= code < 300:
        return Answer(Outcome.ACCEPTED, response, status)
    return Answer(Outcome.LATER if 400 <= code < 500 else Outcome.REFUSED, response, status)


class Smtp:
    """A mail server: smtp://user:password@host:port (STARTTLS when it offers it) or smtps://… (TLS at once).

    One connection is kept from mail to mail. What fails before the end of the message was certainly not accepted; what
    fails after it may have been, and is said to be UNCLEAR.

    Args:
        log: the mail server's own log, where it lies on this machine, to look up what became of an unclear one.
    """

    def __init__(self, url: str, log: Path | None = None) -> None:
        self.url, self.log = urlsplit(url), log
        self._server: smtplib.SMTP | None = None

    def hand_over(self, mail: bytes, *, sender: str, recipient: str, key: str, promised: Callable[[], bool]) -> Answer:
        try:
            server = self._ready()
        except (OSError, smtplib.SMTPException) as trouble:
            self.close()
            return Answer(Outcome.UNREACHABLE, str(trouble)[:500])
        try:
            if (answer := self._address(server, sender, ascii_domain(recipient))) is not None:
                return answer
            code, said = server.docmd("DATA")
            if code != 354:
                self._reset()
                return answer_to(code, said)
            if not promised():
                self.close()  # without the final dot nothing was sent. RFC 5321 4.1.1.4
                return Answer(Outcome.UNREACHABLE, "not wanted any more")
        except (OSError, smtplib.SMTPException) as trouble:
            self.close()
            return Answer(Outcome.UNREACHABLE, str(trouble)[:500])
        return self._say(server, mail)

    def _address(self, server: smtplib.SMTP, sender: str, recipient: str) -> Answer | None:
        """Say who it is from and for; the answer if it is no."""
        abroad = not f"{sender}{recipient}".isascii()
        if abroad and not server.has_extn("smtputf8"):  # RFC 6531 3.1
            return Answer(Outcome.REFUSED, "the mail server takes plain ASCII addresses only", "5.6.7")
        code, said = server.mail(sender, ["SMTPUTF8", "BODY=8BITMIME"] if abroad else [])
        if 200 <= code < 300:
            code, said = server.rcpt(recipient)
        if 200 <= code < 300:
            return None
        self._reset()
        return answer_to(code, said)

    def _say(self, server: smtplib.SMTP, mail: bytes) -> Answer:
        try:
            server.send(dotted(mail))
            code, said = server.getreply()
        except (OSError, smtplib.SMTPException) as trouble:
            self.close()
            return Answer(Outcome.UNCLEAR, str(trouble)[:500])
        return answer_to(code, said)

    def has(self, message_id: str, *, sender: str, recipient: str) -> bool | None:
        if self.log is None or not self.log.is_file():
            return None
        with self.log.open("rb") as lines:
            return is_logged(lines, message_id, sender=sender, recipient=recipient)

    def close(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    def _reset(self) -> None:
        try:
            if self._server is not None:
                self._server.rset()
        except (OSError, smtplib.SMTPException):
            self.close()

    def _ready(self) -> smtplib.SMTP:
        """A connection that answers: the one kept, if the server still holds it, else a new one."""
        if self._server is not None:
            try:
                if self._server.noop()[0] == 250:
                    return self._server
            except (OSError, smtplib.SMTPException):
                pass  # it waited too long for us; that is usual, and a new connection is the answer
            self.close()
        self._server = self._connect()
        return self._server

    def _connect(self) -> smtplib.SMTP:
        host, trusted = self.url.hostname or "localhost", ssl.create_default_context()
        server: smtplib.SMTP
        if self.url.scheme == "smtps":
            server = smtplib.SMTP_SSL(host, self.url.port or 465, timeout=SECONDS_TO_WAIT, context=trusted)
        else:
            server = smtplib.SMTP(host, self.url.port or 25, timeout=SECONDS_TO_WAIT)
        server.ehlo()
        if self.url.scheme != "smtps" and server.has_extn("starttls"):
            server.starttls(context=trusted)
            server.ehlo()
        elif self.url.scheme != "smtps" and self.url.username:
            server.close()
            raise smtplib.SMTPNotSupportedError("the mail server offers no encryption, so the password was not sent")
        if self.url.username:
            server.login(unquote(self.url.username), unquote(self.url.password or ""))
        return server


#: A line of Postfix: what it calls the mail at the moment (its queue id, which it may use again), and what it says of it.
LOGGED = re.compile(
    rb"\bpostfix[^\[]*\[\d+\]: ([0-9A-Za-z]{4,}): (message-id|from|to)=<([^>]*)>(?:, orig_to=<([^>]*)>)?"
)


def is_logged(lines: Iterable[bytes], message_id: str, *, sender: str, recipient: str) -> bool:
    """Whether a Postfix log says that the mail of this id was taken for this recipient, or with this return address.

    `cleanup` writes the Message-ID, then `qmgr` the return address, and later, once for each try, `smtp` the recipient.
    Every mail has a return address of its own where answers come in (VERP), so that is enough; where it has none, the
    log can tell only once a try was made.

    Args:
        sender: "" where it does not name the mail.
    """
    wanted = message_id.encode()
    whose = {(b"from", sender.encode().lower())} if sender else set()
    whose.add((b"to", recipient.encode().lower()))
    ours: set[bytes] = set()
    for line in lines:
        found = LOGGED.search(line)
        if found is None:
            continue
        queue_id, what, named, originally = found.groups()
        if what == b"message-id":
            (ours.add if named == wanted else ours.discard)(queue_id)
        elif queue_id in ours and any((what, each.lower()) in whose for each in (named, originally) if each):
            return True
    return False


def dotted(mail: bytes) -> bytes:
    """A message as DATA carries it: lines that begin with a dot get another, and the end is a dot. RFC 5321 4.5.2."""
    lines = re.sub(rb"(?m)^\.", b"..", re.sub(rb"\r\n|\r|\n", b"\r\n", mail))
    return lines + (b"" if lines.endswith(b"\r\n") else b"\r\n") + b".\r\n"
