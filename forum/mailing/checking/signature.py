"""Whether the signature, where the site signs, holds for the bytes that go out. RFC 6376, RFC 8301, RFC 8058 4."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from forum.kernel.i18n import _
from forum.kernel.mail.dkim import relaxed, relaxed_body
from forum.mailing.checking.registry import check
from forum.mailing.checking.taken import House, Taken

MUST_SIGN = ("From", "To", "Subject", "Date", "Message-ID", "Content-Type")
SIGN_IF_THERE = ("Reply-To", "In-Reply-To", "References", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post")


def tags(mail: Taken) -> dict[str, str]:
    """What the signature says. RFC 6376 3.2."""
    pairs = (tag.partition("=") for tag in mail.one("DKIM-Signature").split(";") if "=" in tag)
    return {name.strip(): re.sub(r"\s", "", value) for name, _equals, value in pairs}


@check(_("It is signed for our domain with rsa-sha256, where we have a key"), "RFC 6376 3.5, RFC 8301 3.1")
def signed(mail: Taken, house: House) -> str:
    said = tags(mail)
    if house.key is None:
        return "DKIM-Signature" if said else ""
    right = (said.get("a"), said.get("d"), said.get("s")) == ("rsa-sha256", house.domain, house.selector)
    return "" if right and house.key.key_size >= 2048 else mail.one("DKIM-Signature")[:80] or "–"


@check(_("The signature covers who, what, when and how to stop it"), "RFC 6376 5.4, RFC 8058 4")
def covered(mail: Taken, house: House) -> str:
    if house.key is None:
        return ""
    names = [name.lower() for name in tags(mail).get("h", "").split(":")]
    wanted = [*MUST_SIGN, *(name for name in SIGN_IF_THERE if mail.all(name))]
    missing = [name for name in wanted if name.lower() not in names]
    # once more than they are there, so that no second one can be added. RFC 6376 8.15
    return ", ".join(missing) or ("" if names.count("from") > 1 and names.count("subject") > 1 else "From, Subject")


@check(_("The signature holds"), "RFC 6376 6.1.3")
def holds(mail: Taken, house: House) -> str:
    if house.key is None:
        return ""
    said = tags(mail)
    try:
        body = base64.b64decode(said["bh"], validate=True)
        signature = base64.b64decode(said["b"], validate=True)
        if hashlib.sha256(relaxed_body(mail.body)).digest() != body:
            return "bh"
        house.key.verify(signature, _said(mail, said["h"].split(":")), padding.PKCS1v15(), hashes.SHA256())
    except (KeyError, binascii.Error, InvalidSignature) as trouble:
        return type(trouble).__name__
    return ""


def _said(mail: Taken, names: list[str]) -> bytes:
    """The headers as they were signed: of several with one name the last first. RFC 6376 5.4.2."""
    left = {name.lower(): [v for key, v in mail.headers if key.lower() == name.lower()] for name in names}
    lines = [relaxed(name, left[name.lower()].pop()) for name in names if left[name.lower()]]
    own = next(value for key, value in mail.headers if key.lower() == "dkim-signature")
    return b"\r\n".join([*lines, relaxed("dkim-signature", re.sub(rb"(;\s*b=)[^;]*", rb"\1", own))])
