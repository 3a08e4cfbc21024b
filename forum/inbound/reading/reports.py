"""Reports of deliveries and complaints, in their standard forms. RFC 3464, RFC 6533 (international), RFC 5965 (complaints)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_string
from email.message import Message
from email.policy import compat32

from forum.extraction.outcomes import one_line
from forum.inbound.letters import Nature, Report
from forum.inbound.reading import dialects, headers
from forum.inbound.reading.bodies import content_of, within
from forum.inbound.reading.charsets import text_of
from forum.inbound.reading.circumstances import Circumstances

MOST_PARTS, MOST_RECIPIENTS = 200, 100
#: What is no complaint of a reader: RFC 6591 (their own failed checks), RFC 5965 7.3 ("it was no spam after all").
NO_COMPLAINT = frozenset({"not-spam", "auth-failure", "dmarc"})
ACTIONS = frozenset({"failed", "delayed", "delivered", "relayed", "expanded"})
Kind = tuple[Nature | None, tuple[Report, ...]]


def reports_in(mail: Message, text: str, circumstances: Circumstances) -> Kind:
    """What a mail reports of mails of ours; nothing of one that is no report."""
    parts = list(_parts(mail))
    quoted = _quoted(parts, text)
    for part in parts:
        if part.get_content_type() == "message/feedback-report":
            return _complaint(part, quoted)
    said = [
        report
        for part in parts
        if part.get_content_type() in ("message/delivery-status", "message/global-delivery-status")
        for report in _deliveries(part, quoted)
    ]
    if said:
        return Nature.REPORT, tuple(said[:MOST_RECIPIENTS])
    if (found := dialects.report_in(mail, text, circumstances)) is not None:
        return Nature.REPORT, (_with(found, quoted),)
    return None, ()


def _parts(mail: Message) -> Iterator[Message]:
    """Every part, outermost first, but not those of the mail that came back."""
    waiting, seen = [mail], 0
    while waiting and seen < MOST_PARTS:
        part = waiting.pop(0)
        seen += 1
        yield part
        if part.get_content_maintype() == "multipart":
            waiting += within(part)[:MOST_PARTS]


def _quoted(parts: list[Message], text: str) -> dict[str, str]:
    """What came back of our mail says which it was: its id, and the return address it bore."""
    for part in parts[1:]:
        kind = part.get_content_type()
        if kind in ("message/rfc822", "message/global") and part.is_multipart():
            return next((_marks(each) for each in within(part)), {})
        if kind in ("text/rfc822-headers", "message/rfc822-headers", "message/global-headers"):
            return _marks(message_from_string(text_of(_content(part)), policy=compat32))
    if id := re.search(r"^[>\s]*message-id:\s*<([^<>\s]{1,250})>", text, re.IGNORECASE | re.MULTILINE):
        path = re.search(r"^[>\s]*return-path:\s*<([^<>\s]{1,250})>", text, re.IGNORECASE | re.MULTILINE)
        return {"message_id": id.group(1), "return_address": path.group(1) if path else ""}
    return {}


def _marks(ours: Message) -> dict[str, str]:
    path = " ".join(headers.raw(ours, "return-path")).strip("<> ")
    return {"message_id": next(iter(headers.message_ids(ours, "message-id")), ""), "return_address": path}


def _content(part: Message) -> bytes:
    if part.is_multipart():  # read as mails of its own, since its kind begins with "message/"
        said = "\n\n".join(_written(each) for each in within(part))
        if headers.first(part, "content-transfer-encoding").casefold() in ("base64", "quoted-printable"):
            again = Message()
            again["Content-Transfer-Encoding"] = headers.first(part, "content-transfer-encoding")
            again.set_payload(said.strip())
            return content_of(again)
        return said.encode("utf-8", "surrogateescape")
    return content_of(part)


def _written(fields: Message) -> str:
    lines = [f"{name}: {value}" for name, value in fields.raw_items()]
    return "\n".join([*lines, "", text_of(content_of(fields))])


def _deliveries(part: Message, quoted: dict[str, str]) -> Iterator[Report]:
    """One for each group of fields that speaks of a recipient. RFC 3464 2.3."""
    for group in re.split(r"\n[ \t]*\n+", text_of(_content(part)).replace("\r\n", "\n").strip()):
        fields = message_from_string(group.strip() + "\n", policy=compat32)
        who = headers.first(fields, "original-recipient") or headers.first(fields, "final-recipient")
        action = headers.first(fields, "action").casefold().split(" ")[0]
        if not who and not action:
            continue  # fields about the mail as a whole
        diagnostic = headers.first(fields, "diagnostic-code")
        status = _status(headers.first(fields, "status"), diagnostic)
        if action not in ACTIONS:
            action = {"5": "failed", "4": "delayed"}.get(status[:1], "delivered" if status else "failed")
        report = Report(recipient=address_in(who), action=action, status=status, diagnostic=diagnostic[:500])
        yield _with(report, quoted)


def _status(said: str, diagnostic: str) -> str:
    """The code; a general one is made more exact by what the other side said. RFC 3463."""
    code = found.group(1) if (found := dialects.STATUS.search(said)) else ""
    exact = found.group(1) if (found := dialects.STATUS.search(diagnostic)) else ""
    return exact if exact and exact[0] == (code[:1] or exact[0]) and code[1:] in ("", ".0.0") else code


def address_in(field: str) -> str:
    """The address in a typed one ("rfc822; ana@example.org"); utf-8 writes characters as \\x{AB}. RFC 6533 3."""
    kind, _semicolon, address = field.rpartition(";")
    plain = one_line(address, 500).strip("<> ")
    if kind.strip().casefold() == "utf-8":
        plain = re.sub(r"\\x\{([0-9A-Fa-f]{2,6})\}", lambda code: _character(code.group(1)), plain)
    return plain[:320]


def _character(code: str) -> str:
    number = int(code, 16)
    return chr(number) if number < 0x110000 and not 0xD800 <= number < 0xE000 else "\ufffd"


def _complaint(part: Message, quoted: dict[str, str]) -> Kind:
    fields = message_from_string(text_of(_content(part)).replace("\r\n", "\n").strip() + "\n", policy=compat32)
    if headers.first(fields, "feedback-type").casefold() in NO_COMPLAINT:
        return Nature.AUTOMATIC, ()
    report = Report(
        recipient=address_in(headers.first(fields, "original-rcpt-to")),
        action="complaint",
        diagnostic=headers.first(fields, "feedback-type"),
        return_address=address_in(headers.first(fields, "original-mail-from")),
    )
    return Nature.COMPLAINT, (_with(report, quoted),)


def _with(report: Report, quoted: dict[str, str]) -> Report:
    return Report(
        recipient=report.recipient,
        action=report.action,
        status=report.status,
        diagnostic=report.diagnostic,
        message_id=report.message_id or quoted.get("message_id", ""),
        return_address=report.return_address or quoted.get("return_address", ""),
    )
