"""Links and addresses that say who may do what without signing in: short, lower case, and not to be guessed.

A token is base32 of what it is for and a keyed digest of that (HMAC-SHA256, RFC 2104). Lower case letters and digits only,
because mail servers change the case of addresses and strip what follows a plus sign.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from enum import StrEnum

from flask import current_app

DIGEST_BYTES = 10  # 80 bits: guessing one at a million a second takes longer than the forum will last


class Purpose(StrEnum):
    """What a token lets its bearer do; one letter, as part of the token."""

    STOP_DIGEST = "d"
    STOP_GROUP = "g"
    STOP_ENTRY = "e"
    STOP_NOTICES = "i"  # mail at once: for what names the member, or a group set to every post
    STOP_SEARCHES = "s"  # mail about kept searches
    ANSWER_POST = "p"  # the object is a post: what comes back is the next post of its thread
    ANSWER_DIGEST = "n"  # the object is a digest: what comes back answers its items by number
    ANSWER_MAIL = "a"  # the object is a mail they sent: what comes back answers what we said to it
    SEE_POST = "v"  # the object is a post: it can be looked at, by itself and for a while, without signing in
    SURE = "y"  # the object is a mail that is held until its member says that it was theirs


@dataclass(frozen=True)
class Token:
    purpose: Purpose
    member_id: int
    object_id: int = 0

    def __str__(self) -> str:
        said = f"{self.purpose}{self.member_id}.{self.object_id}".encode()
        return base64.b32encode(_digest(said) + said).decode().rstrip("=").lower()


def read(written: str) -> Token | None:
    """The token, or nothing for anything we did not write; in the same time for both."""
    try:
        padded = written.strip().upper() + "=" * (-len(written.strip()) % 8)
        raw = base64.b32decode(padded)
    except (binascii.Error, ValueError):
        return None
    digest, said = raw[:DIGEST_BYTES], raw[DIGEST_BYTES:]
    if not hmac.compare_digest(digest, _digest(said)):
        return None
    member, _dot, thing = said[1:].decode("ascii").partition(".")
    return Token(Purpose(said[:1].decode("ascii")), int(member), int(thing))


def _digest(said: bytes) -> bytes:
    key = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(key, b"mail token " + said, hashlib.sha256).digest()[:DIGEST_BYTES]
