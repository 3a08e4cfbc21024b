"""The mail somebody answers, as a mail program sees it."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.utils import format_datetime, getaddresses
from html import escape

from babel.dates import format_datetime as said_by_babel

from forum.kernel import clock
from forum.kernel.mail.writing import header, mailbox, structured

BODY = re.compile(r"<body[^>]*>(.*)</body>", re.S | re.I)


@dataclass(frozen=True)
class Answered:
    """What an answer needs to know of it.

    Args:
        to: where answers go: Reply-To, else From.
        shown, address: who it is from, as From says it.
        body: the inside of its HTML, or its text as HTML.
        vouched_by: the name of the mail server whose word on the sender counts; "" for none.
    """

    me: str
    to: str
    shown: str
    address: str
    subject: str
    written: datetime
    message_id: str
    references: tuple[str, ...]
    text: str
    body: str
    language: str
    vouched_by: str = ""

    def date(self, pattern: str) -> str:
        """When it was written, in a pattern of CLDR and the program's language."""
        return str(said_by_babel(self.written, pattern, locale=self.language))

    def quoted(self, mark: str = "> ") -> str:
        return "\n".join(f"{mark}{line}".rstrip() for line in self.text.rstrip("\n").split("\n"))

    def headers(self, message_id: str) -> list[str]:
        """What every program says. The line of the receiving server comes first, as it does when mail comes in."""
        domain = self.me.rpartition("@")[2]
        vouched = f"Authentication-Results: {self.vouched_by};\r\n dmarc=pass header.from={domain}"
        subject = self.subject if self.subject.lower().startswith("re:") else f"Re: {self.subject}"
        return [
            *([vouched] if self.vouched_by else []),
            mailbox("From", self.me.partition("@")[0].title(), self.me),
            mailbox("To", self.shown, self.to),
            header("Subject", subject),
            structured("Date", format_datetime(clock.now())),
            structured("Message-ID", f"<{message_id}>"),
            structured("In-Reply-To", f"<{self.message_id}>"),
            structured("References", *(f"<{each}>" for each in (*self.references, self.message_id))),
        ]


def answered(mail: bytes, *, vouched_by: str = "") -> Answered:
    """Read a mail of ours as the program of the one who got it would."""
    parsed = message_from_bytes(mail, policy=policy.default)
    shown, address = getaddresses([str(parsed["From"])])[0]
    text = parsed.get_body(("plain",))
    html = parsed.get_body(("html",))
    words = text.get_content() if text is not None else ""
    found = BODY.search(html.get_content()) if html is not None else None
    return Answered(
        me=getaddresses([str(parsed["To"])])[0][1],
        to=getaddresses([str(parsed["Reply-To"] or parsed["From"])])[0][1],
        shown=shown,
        address=address,
        subject=str(parsed["Subject"]),
        written=parsed["Date"].datetime,
        message_id=str(parsed["Message-ID"]).strip("<> "),
        references=tuple(re.findall(r"<([^<>]+)>", str(parsed["References"] or ""))),
        text=words,
        body=found[1].strip() if found else as_html(words),
        language=str(parsed["Content-Language"] or "en"),
        vouched_by=vouched_by,
    )


def as_html(text: str) -> str:
    """Words typed into a program, as it writes them into HTML."""
    return escape(text.rstrip("\n"), quote=False).replace("\n", "<br>\n")


def put_together(headers: list[str], boundary: str, *parts: str, kind: str = "alternative") -> bytes:
    """Headers, and parts between the program's own separators."""
    lines = [*headers, f'Content-Type: multipart/{kind};\r\n boundary="{boundary}"', ""]
    for part in parts:
        lines += [f"--{boundary}", part]
    return "\r\n".join([*lines, f"--{boundary}--", ""]).encode()


def some_id() -> str:
    return uuid.uuid4().hex
