"""A letter on its way out of the child: as plain values, and back again by somebody who trusts none of them."""

from __future__ import annotations

import base64
import binascii
from dataclasses import asdict
from typing import Any

from forum.extraction.outcomes import as_text, one_line
from forum.inbound.letters import Attachment, Letter, Nature, Report

MOST_TEXT = 500_000  # characters; more than any post may have
MOST_ATTACHMENTS = 50
MOST_REPORTS = 100
MOST_REFERENCES = 50


def as_plain(letter: Letter) -> dict[str, Any]:
    said = asdict(letter)
    for each in said["attachments"]:
        each["content"] = base64.b64encode(each["content"]).decode()
    return said


def from_plain(said: Any) -> Letter:
    """Whatever a child said, brought into shape: it is no more to be trusted than its mail."""
    if not isinstance(said, dict):
        return Letter()
    nature = said.get("nature")
    authentic = said.get("authentic")
    return Letter(
        nature=Nature(nature) if nature in [each.value for each in Nature] else Nature.AUTOMATIC,
        sender=one_line(said.get("sender"), 320).casefold(),
        sender_name=one_line(said.get("sender_name"), 200),
        subject=one_line(said.get("subject"), 400),
        message_id=one_line(said.get("message_id"), 255),
        references=tuple(one_line(each, 255) for each in _list(said.get("references"))[-MOST_REFERENCES:]),
        text=as_text(said.get("text"), MOST_TEXT),
        language=one_line(said.get("language"), 8),
        attachments=tuple(_attachment(each) for each in _list(said.get("attachments"))[:MOST_ATTACHMENTS]),
        reports=tuple(_report(each) for each in _list(said.get("reports"))[:MOST_REPORTS]),
        authentic=authentic if isinstance(authentic, bool) else None,
        trouble=tuple(one_line(each, 200) for each in _list(said.get("trouble"))[:20]),
    )


def _list(said: Any) -> list[Any]:
    return said if isinstance(said, list) else []


def _attachment(said: Any) -> Attachment:
    said = said if isinstance(said, dict) else {}
    try:
        content = base64.b64decode(str(said.get("content", "")), validate=True)
    except (binascii.Error, ValueError):
        content = b""
    return Attachment(name=one_line(said.get("name"), 150), type=one_line(said.get("type"), 100), content=content)


def _report(said: Any) -> Report:
    said = said if isinstance(said, dict) else {}
    fields = Report.__dataclass_fields__
    return Report(**{name: one_line(said.get(name), 500) for name in fields})
