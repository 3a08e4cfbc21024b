"""Speaking LMTP with a mail server: one session, from greeting to goodbye. RFC 2033, with RFC 5321 where it says nothing else.

Written out here because the peculiarity of LMTP is an answer for each recipient after the mail, also after one that is too
large, and because a line of 90 KB is mail too. A line ends with CR and LF, both: a mail in which something else seems to end
it stays one mail ("SMTP smuggling").
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import BinaryIO

from forum.inbound.arriving import Full, NoSuchAddress, NotNow, TooLarge
from forum.inbound.models import ReceivedMail

LONGEST_COMMAND = 2048  # bytes
MOST_RECIPIENTS = 100  # RFC 5321 4.5.3.1.8
MOST_MISTAKES = 20
PATH = re.compile(r'(?:FROM|TO):\s*<((?:"(?:[^"\\]|\\.)*"|[^<>"])*)>\s*(.*)', re.IGNORECASE)
PARAMETERS = frozenset({"SIZE", "BODY", "SMTPUTF8", "RET", "ENVID", "NOTIFY", "ORCPT"})
LATER = "451 4.3.0 We cannot keep it now: try again later"


@dataclass
class Desk:
    """What a session needs of the forum.

    Args:
        name: what we call ourselves.
        knows: whether mail from this sender to this recipient can mean anything here.
        keep: keeps a mail for one recipient, for good, before it returns: (mail, sender, recipient).
    """

    name: str
    knows: Callable[[str, str], bool]
    keep: Callable[[bytes, str, str], object]
    trouble: Callable[[Exception], None]


@dataclass
class Session:
    """One connection. `commands` and `answers` are the two directions of it."""

    desk: Desk
    commands: BinaryIO
    answers: BinaryIO
    greeted: bool = False
    sender: str | None = None
    recipients: list[str] = field(default_factory=list)
    mistakes: int = 0

    def talk(self) -> None:
        """Answer until the other side says goodbye, is gone, or makes too many mistakes."""
        self._say(f"220 {self.desk.name} LMTP")
        while line := self.commands.readline(LONGEST_COMMAND + 1):
            if not line.endswith(b"\n"):
                self._say("500 5.5.6 Line too long")
                return
            verb, _blank, rest = line.decode("utf-8", "replace").strip().partition(" ")
            if verb.upper() == "QUIT":
                self._say("221 2.0.0 Goodbye")
                return
            answer = getattr(self, f"on_{verb.lower()}", None) if verb.isalpha() else None
            said = answer(rest.strip()) if answer else "500 5.5.1 Unknown command"
            self.mistakes += said.startswith("50")
            if self.mistakes > MOST_MISTAKES:
                self._say("421 4.7.0 Too many mistakes")
                return
            if said:
                self._say(said)

    def on_lhlo(self, _name: str) -> str:
        self._forget()
        self.greeted = True
        offers = ("PIPELINING", "ENHANCEDSTATUSCODES", "8BITMIME", "SMTPUTF8", f"SIZE {ReceivedMail.LARGEST}")
        return "\r\n".join([f"250-{self.desk.name}", *(f"250-{offer}" for offer in offers[:-1]), f"250 {offers[-1]}"])

    def on_mail(self, rest: str) -> str:
        if not self.greeted:
            return "503 5.5.1 Say LHLO first"
        if self.sender is not None:
            return "503 5.5.1 One mail at a time"
        if not (path := PATH.fullmatch(rest)) or not rest.upper().startswith("FROM"):
            return "501 5.5.4 Say MAIL FROM:<address>"
        for parameter in path.group(2).split():
            name, _equals, value = parameter.upper().partition("=")
            if name not in PARAMETERS:
                return f"555 5.5.4 Unknown parameter {name[:20]}"
            if name == "SIZE" and (not value.isdigit() or int(value) > ReceivedMail.LARGEST):
                return "552 5.3.4 Too large"
        self.sender = path.group(1)
        return "250 2.1.0 OK"

    def on_rcpt(self, rest: str) -> str:
        if self.sender is None:
            return "503 5.5.1 Say MAIL first"
        if not (path := PATH.fullmatch(rest)) or not rest.upper().startswith("TO"):
            return "501 5.5.4 Say RCPT TO:<address>"
        if len(self.recipients) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        try:
            if not self.desk.knows(self.sender, path.group(1)):
                return "550 5.1.1 There is no such address here"
        except Exception as trouble:
            self.desk.trouble(trouble)
            return LATER
        self.recipients.append(path.group(1))
        return "250 2.1.5 OK"

    def on_data(self, _rest: str) -> str:
        if not self.recipients:
            return "503 5.5.1 No valid recipients"  # RFC 2033 4.2
        self._say("354 End with a dot on a line of its own")
        mail = self._mail()
        for recipient in self.recipients:
            self._say(self._kept(mail, recipient))
        self._forget()
        return ""

    def on_rset(self, _rest: str) -> str:
        self._forget()
        return "250 2.0.0 OK"

    def on_noop(self, _rest: str) -> str:
        return "250 2.0.0 OK"

    def on_vrfy(self, _rest: str) -> str:
        return "252 2.5.0 Try and send"

    def _kept(self, mail: bytes | None, recipient: str) -> str:
        """Keep it for one recipient; only when that is done for good may the answer be 250."""
        if mail is None:
            return "552 5.3.4 Too large"
        try:
            self.desk.keep(mail, self.sender or "", recipient)
        except TooLarge:
            return "552 5.3.4 Too large"
        except NoSuchAddress:
            return "550 5.1.1 There is no such address here"
        except Full:
            return "452 4.3.1 Too much waits: try again later"
        except NotNow:
            return "452 4.4.5 Too much at once: try again later"
        except Exception as trouble:
            self.desk.trouble(trouble)
            return LATER
        return "250 2.0.0 Kept"

    def _mail(self) -> bytes | None:
        """Everything up to the dot, without the dots that were added; None where it is too large.

        Raises:
            ConnectionError: the other side is gone, and what it said is worth nothing.
        """
        mail, begins, size = bytearray(), True, 0
        while line := self.commands.readline(2**16):
            if begins and line == b".\r\n":
                return bytes(mail) if size <= ReceivedMail.LARGEST else None
            if begins and line.startswith(b"."):
                line = line[1:]
            size += len(line)
            if size <= ReceivedMail.LARGEST:
                mail += line
            else:
                mail.clear()
            begins = line.endswith(b"\r\n")
        raise ConnectionError("the connection broke within a mail")

    def _forget(self) -> None:
        self.sender, self.recipients = None, []

    def _say(self, answer: str) -> None:
        self.answers.write(answer.encode() + b"\r\n")
        self.answers.flush()
