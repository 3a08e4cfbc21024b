"""A mail that was read: plain values only, as the reading process hands them over."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Nature(StrEnum):
    """What sort of mail it is."""

    WRITTEN = "written"  # by a person
    AUTOMATIC = "automatic"  # an answering machine. RFC 3834
    LIST = "list"
    OURS = "ours"  # it went in a circle
    REPORT = "report"  # of a delivery. RFC 3464, RFC 6533
    COMPLAINT = "complaint"  # RFC 5965


class Seal(StrEnum):
    """What keeps the words of a mail from us, as `trouble` says it."""

    ENCRYPTED = "it is encrypted"
    WRAPPED = "it is wrapped in a signature that cannot be opened"


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """One file that came along."""

    name: str
    type: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a delivery report or a complaint says of one mail of ours.

    Args:
        recipient: whom it was for, as the report says; may be empty.
        action: "failed", "delayed", "delivered", "relayed", "expanded", or "complaint".
        status: such as "5.1.1". RFC 3463.
        diagnostic: the other side's own words.
        message_id: of our mail, where the report quotes it.
        return_address: of our mail, where the report quotes it (Original-Mail-From of RFC 5965, or Return-Path among the
            headers that came back); it proves that whoever reports has seen the mail.
    """

    recipient: str = ""
    action: str = ""
    status: str = ""
    diagnostic: str = ""
    message_id: str = ""
    return_address: str = ""


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What a mail says.

    Args:
        sender: address of its From header, in lower case; empty where there is none or more than one.
        text: what it says, as plain text; made from HTML where it brings nothing else.
        authentic: whether the mail server that took it in vouches for the sender's domain (Authentication-Results of
            our own server: DMARC, or aligned SPF or DKIM, RFC 8601); None where nobody looked.
        references: message ids without brackets, In-Reply-To last.
        trouble: what was odd about it, in words for the operator.
    """

    nature: Nature = Nature.WRITTEN
    sender: str = ""
    sender_name: str = ""
    subject: str = ""
    message_id: str = ""
    references: tuple[str, ...] = ()
    text: str = ""
    language: str = ""
    attachments: tuple[Attachment, ...] = ()
    reports: tuple[Report, ...] = ()
    authentic: bool | None = None
    trouble: tuple[str, ...] = ()
