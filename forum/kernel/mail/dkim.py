"""Signing outgoing mail for our domain: DKIM with rsa-sha256, relaxed/relaxed. RFC 6376, RFC 8301.

Our own thirty lines on OpenSSL, because the Python library does its RSA in Python, which alone would cost more than
everything else about a mail; the tests verify with that library.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

#: Signed where present; those that must be there once are signed once more than they are there, so that none can be added.
SIGNED = (
    *("From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "Reply-To", "MIME-Version"),
    *("Content-Type", "Content-Transfer-Encoding", "Content-Language", "Auto-Submitted", "List-Id"),
    *("List-Unsubscribe", "List-Unsubscribe-Post", "List-Archive", "List-Help", "List-Post", "Archived-At"),
)
OVERSIGNED = ("From", "To", "Subject", "Date", "Message-ID", "Reply-To", "Content-Type")
LINE = 66  # characters of names in one line of the signature
SMALLEST = 2048  # bits; RFC 8301 3.2 wants 1024 at least, everybody else wants this


@dataclass(frozen=True)
class Signer:
    """One key of one domain."""

    domain: str
    selector: str
    key: RSAPrivateKey

    @classmethod
    def from_file(cls, path: Path, *, domain: str, selector: str) -> Signer:
        """
        Args:
            path: a private RSA key in PEM.
        Raises:
            ValueError: it is none, or too short; the message says so.
        """
        key = load_pem_private_key(path.read_bytes(), password=None)
        if not isinstance(key, RSAPrivateKey) or key.key_size < SMALLEST:
            raise ValueError(f"{path} must be an RSA key of at least {SMALLEST} bits")
        return cls(domain, selector, key)

    def signed(self, mail: bytes) -> bytes:
        """The message (with CRLF) with a signature before its other headers."""
        head, _, body = mail.partition(b"\r\n\r\n")
        there = [_name_and_value(line) for line in re.split(rb"\r\n(?![ \t])", head)]
        names = [name for name in SIGNED for _ in range(_count(there, name) + (name in OVERSIGNED))]
        digest = base64.b64encode(hashlib.sha256(relaxed_body(body)).digest()).decode()
        fields = (
            f"v=1; a=rsa-sha256; c=relaxed/relaxed; d={self.domain}; s={self.selector};\r\n\tbh={digest};\r\n\th="
            + _folded(names)
            + ";\r\n\tb="
        )
        # of several headers with one name the last is signed first. RFC 6376 5.4.2
        left = {name: [value for key, value in there if key == name.lower()] for name in set(names)}
        said = b"".join(relaxed(name, left[name].pop()) + b"\r\n" for name in names if left[name])
        said += relaxed("DKIM-Signature", fields.encode())
        signature = base64.b64encode(self.key.sign(said, padding.PKCS1v15(), hashes.SHA256())).decode()
        folded = "\r\n\t ".join(signature[i : i + 72] for i in range(0, len(signature), 72))
        return f"DKIM-Signature: {fields}{folded}\r\n".encode() + mail


def _name_and_value(line: bytes) -> tuple[str, bytes]:
    name, _, value = line.partition(b":")
    return name.decode("ascii").strip().lower(), value


def _folded(names: list[str]) -> str:
    """Names of headers, broken before the line is longer than is usual. RFC 5322 2.1.1."""
    lines = [""]
    for position, name in enumerate(names):
        said = name + ":" * (position < len(names) - 1)
        if lines[-1] and len(lines[-1]) + len(said) > LINE:
            lines.append("")
        lines[-1] += said
    return "\r\n\t ".join(lines)


def _count(headers: list[tuple[str, bytes]], name: str) -> int:
    return sum(key == name.lower() for key, _ in headers)


def relaxed(name: str, value: bytes) -> bytes:
    """RFC 6376 3.4.2."""
    return name.lower().encode() + b":" + re.sub(rb"[ \t]+", b" ", value.replace(b"\r\n", b"")).strip()


def relaxed_body(body: bytes) -> bytes:
    """RFC 6376 3.4.4."""
    lines = [re.sub(rb"[ \t]+", b" ", line).rstrip(b" ") for line in body.split(b"\r\n")]
    while lines and not lines[-1]:
        lines.pop()
    return b"".join(line + b"\r\n" for line in lines)
