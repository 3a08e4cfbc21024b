"""Mail of ours that comes back, as the servers of others write it, for trying out what follows. RFC 3464, RFC 5965."""

from __future__ import annotations

from email.utils import format_datetime

from forum.kernel import clock
from forum.kernel.mail.writing import structured, text_part
from forum.mailing.programs.answered import Answered, put_together, some_id

DAEMON = "MAILER-DAEMON@mx.example.net"
#: What a server may say for good, by what is the matter.
FAILURES = {
    "no such address": ("5.1.1", "550 5.1.1 <{to}>: Recipient address rejected: User unknown"),
    "mailbox full": ("5.2.2", "552 5.2.2 <{to}>: Mailbox is full"),
    "policy": ("5.7.1", "554 5.7.1 Message rejected as spam by Content Filtering"),
}


def bounced(mail: Answered, raw: bytes, *, matter: str, envelope: str) -> bytes:
    """The report that a mail could not be delivered.

    Args:
        matter: one of FAILURES.
        envelope: the return address it went out with, to which the report goes.
    """
    status, words = FAILURES[matter]
    said = words.format(to=mail.me)
    headers = _headers(envelope, "Undelivered Mail Returned to Sender", "Auto-Submitted: auto-replied")
    facts = [
        "Reporting-MTA: dns; mx.example.net",
        f"Arrival-Date: {format_datetime(clock.now())}",
        "",
        f"Final-Recipient: rfc822; {mail.me}",
        "Action: failed",
        f"Status: {status}",
        "Remote-MTA: dns; mail.example.net",
        f"Diagnostic-Code: smtp; {said}",
    ]
    told = f"I'm sorry to have to inform you that your message could not\nbe delivered.\n\n{said}\n"
    return _report(headers, told, "delivery-status", facts, raw)


def complained(mail: Answered, raw: bytes, *, envelope: str) -> bytes:
    """The report that its reader called a mail spam."""
    subject = f"FW: {mail.subject}"[:60].encode("ascii", "replace").decode()
    headers = _headers(envelope, subject)
    facts = [
        "Feedback-Type: abuse",
        "User-Agent: ExampleFBL/1.0",
        "Version: 1",
        f"Original-Mail-From: <{envelope}>",
        f"Original-Rcpt-To: <{mail.me}>",
    ]
    told = "This is an email abuse report for a message that you sent.\n"
    return _report(headers, told, "feedback-report", facts, raw)


def _headers(to: str, subject: str, *more: str) -> list[str]:
    return [
        structured("From", "Mail Delivery System", f"<{DAEMON}>"),
        structured("To", to),
        f"Subject: {subject}",
        structured("Date", format_datetime(clock.now())),
        structured("Message-ID", f"<{some_id()}@mx.example.net>"),
        *more,
        "MIME-Version: 1.0",
    ]


def _report(headers: list[str], words: str, kind: str, facts: list[str], raw: bytes) -> bytes:
    head = raw.partition(b"\r\n\r\n")[0].decode("utf-8", "replace")
    parts = [
        text_part(words),
        "\r\n".join([f"Content-Type: message/{kind}", "", *facts, ""]),
        f"Content-Type: text/rfc822-headers\r\n\r\n{head}\r\n",
    ]
    boundary = f"{some_id()[:10]}.1732500000/mx.example.net"
    return put_together(headers, boundary, *parts, kind=f"report; report-type={kind}")
