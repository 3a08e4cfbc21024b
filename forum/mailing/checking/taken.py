"""A mail taken apart by hand, so that the checks do not believe the library that put it together."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

#: Written to one person about themselves or their account: nothing to unsubscribe from. The others come as a stream.
PERSONAL = frozenset({"account"})
#: Streams one may stop; their mails carry all headers of a list.
LISTED = frozenset({"digest", "post", "searches"})


@dataclass(frozen=True)
class House:
    """What is true of the site a mail comes from.

    Args:
        address: what its mail comes from.
        return_domain: where answers and returned mail come in; "" where answering is off.
        key: the public half of what it signs with; None where it does not.
        knows: whether a message id (without brackets) is of something here.
    """

    address: str
    base_url: str
    return_domain: str = ""
    languages: tuple[str, ...] = ("en", "es", "fr", "ar", "pt")
    key: RSAPublicKey | None = None
    selector: str = ""
    knows: Callable[[str], bool] = field(default=lambda _id: True)

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


@dataclass(frozen=True)
class Taken:
    """One mail: its bytes, its headers as they stand there, and its parts."""

    raw: bytes
    head: bytes
    body: bytes
    headers: tuple[tuple[str, bytes], ...]  # unfolded, in their order
    parsed: EmailMessage
    kind: str = ""
    envelope: str = ""

    def all(self, name: str) -> list[str]:
        return [value.decode("latin-1").strip() for key, value in self.headers if key.lower() == name.lower()]

    def one(self, name: str) -> str:
        """The value of a header, as it stands there; empty where there is none."""
        return (self.all(name) or [""])[0]

    def addresses_in(self, name: str) -> list[str]:
        """What a header names between angle brackets."""
        return re.findall(r"<([^<>]*)>", self.one(name))

    def part(self, subtype: str) -> EmailMessage | None:
        """The text part of this type."""
        found = (part for part in self.parsed.walk() if part.get_content_type() == f"text/{subtype}")
        return next(found, None)

    def text(self, subtype: str = "plain") -> str:
        part = self.part(subtype)
        return str(part.get_payload(decode=True).decode("utf-8", "replace")) if part is not None else ""  # type: ignore[union-attr]


def take_apart(mail: bytes, *, kind: str = "", envelope: str = "") -> Taken:
    """Cut a mail into headers and body where the empty line is. RFC 5322 2.1."""
    head, _, body = mail.partition(b"\r\n\r\n")
    lines = re.split(rb"\r\n(?![ \t])", head)
    headers = tuple(
        (name.decode("latin-1"), re.sub(rb"\r\n(?=[ \t])", b"", value))
        for name, _colon, value in (line.partition(b":") for line in lines)
    )
    return Taken(mail, head, body, headers, message_from_bytes(mail, policy=policy.default), kind, envelope)
