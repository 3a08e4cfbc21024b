"""From bytes to a letter: the one door of the reader."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.message import Message

from forum.extraction.outcomes import one_line
from forum.inbound.letters import Letter, Nature, Report
from forum.inbound.reading import headers
from forum.inbound.reading.authenticity import is_vouched_for
from forum.inbound.reading.circumstances import Circumstances
from forum.inbound.reading.nature import nature_of
from forum.inbound.reading.parts import gather
from forum.inbound.reading.reports import reports_in


def letter_of(raw: bytes, circumstances: Circumstances) -> Letter:
    """What a mail says.

    The policy is one that takes headers as they come; the newer one of Python tries to understand each, and some never end.
    """
    mail = message_from_bytes(raw, policy=headers.AsTheyCame())
    name, sender = _sender(mail)
    trouble = () if sender else ("it has no sender, or more than one",)
    found = gather(mail)
    nature = nature_of(mail, sender, circumstances)
    reports: tuple[Report, ...] = ()
    if nature is Nature.WRITTEN or circumstances.came_back or nature is Nature.AUTOMATIC:
        kind, reports = reports_in(mail, found.text, circumstances)
        nature = kind or nature
    return Letter(
        nature=nature,
        sender=sender,
        sender_name=one_line(name, 200),
        subject=headers.first(mail, "subject"),
        message_id=next(iter(headers.message_ids(mail, "message-id")), ""),
        references=_references(mail),
        text=found.text,
        language=_language(mail),
        attachments=tuple(found.attachments),
        reports=reports,
        authentic=is_vouched_for(mail, sender, circumstances.auth_host),
        trouble=(*trouble, *found.trouble),
    )


def _sender(mail: Message) -> tuple[str, str]:
    """(name, address) of who wrote it; empty where there is nobody, or where two could be read out of it.

    RFC 5322 3.6 has one From with one address; another one, or one within quotes, is how somebody else is feigned.
    """
    written, found = headers.raw(mail, "from"), headers.addresses(mail, "from")
    if len(written) != 1 or len(found) != 1 or headers.bare_addresses(written[0]) != {found[0][1]}:
        return "", ""
    return found[0]


def _references(mail: Message) -> tuple[str, ...]:
    answered = headers.message_ids(mail, "in-reply-to")[:1]
    earlier = [each for each in headers.message_ids(mail, "references") if each not in answered]
    return (*earlier, *answered)


def _language(mail: Message) -> str:
    said = headers.first(mail, "content-language").casefold()
    return said[:2] if re.match(r"[a-z]{2}(?:-|$)", said) else ""
