"""A mail in which everything is right, and what is true of the invented site it comes from."""

from __future__ import annotations

import base64
from functools import cache

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from forum.kernel.mail import Message, Sender, Signer
from forum.mailing.checking import House, checked

BASE, RETURN_DOMAIN = "https://forum.example.org", "reply.example.org"
SENDER = Sender("Forum", "forum@example.org")


@cache
def signer() -> Signer:
    return Signer("example.org", "forum", rsa.generate_private_key(public_exponent=65537, key_size=2048))


def house(**values: object) -> House:
    known = {"key": signer().key.public_key(), "selector": "forum", "return_domain": RETURN_DOMAIN}
    return House(SENDER.address, BASE, **{**known, **values})  # type: ignore[arg-type]


def good_message(**values: object) -> Message:
    """A digest with everything a mail of ours can have."""
    stop = f"<{BASE}/unsubscribe/abc>, <mailto:abc@{RETURN_DOMAIN}?subject=STOP>"
    given: dict[str, object] = {
        "to": "ana@example.org",
        "subject": "Water by night, and 3 more",
        "sender_name": "Amina D. via Forum",
        "text": f"Good morning, Ana – é.\n\n1. Water by night\n   {BASE}/threads/12\n",
        "html": f'<!doctype html><html lang="en" dir="ltr"><body><a href="{BASE}/threads/12">Water</a></body></html>',
        "key": "digest-7-2026-03-29",
        "kind": "digest",
        "reply_to": f"abcdefghij@{RETURN_DOMAIN}",
        "in_reply_to": "post-12@example.org",
        "references": ("post-11@example.org", "post-12@example.org"),
        "headers": {
            "List-Id": "<digest.reply.example.org>",
            "List-Unsubscribe": stop,
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "List-Archive": f"<{BASE}/threads>",
            "List-Help": f"<{BASE}/me/settings/mail>",
            "Archived-At": f"<{BASE}/me/digests/2026-03-29>",
        },
    }
    return Message(**{**given, **values})  # type: ignore[arg-type]


def good_mail(**values: object) -> bytes:
    return signer().signed(SENDER.bytes_of(good_message(**values)))


def wrong(mail: bytes, *, kind: str = "digest", envelope: str = "", of: House | None = None) -> dict[str, str]:
    """The names of the checks that object, with what they object to."""
    found = checked(mail, of or house(), kind=kind, envelope=envelope)
    return {finding.check.name: finding.wrong for finding in found if not finding.is_right}


def published() -> bytes:
    """The key as it stands in DNS. RFC 6376 3.6.1."""
    key = signer().key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return b"v=DKIM1; k=rsa; p=" + base64.b64encode(key)
