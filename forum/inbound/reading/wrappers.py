"""What an S/MIME wrapper holds that is not encrypted: words that are only signed, or only made smaller. RFC 5652, RFC 8551.

The library that knows the format (cryptography) opens what is encrypted to a key, and lists certificates; it has no way to the
content of what is signed, and reads DER where mail programs write BER (indefinite lengths, octets in pieces; X.690 8). Of that
format no more is read here than leads to the content: four elements in one another. No signature is looked at: like one that
leaves the text readable it says nothing here about who wrote a mail (`authenticity`).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

SEQUENCE, OBJECT, OCTETS, OCTETS_IN_PIECES, FIRST = 0x30, 0x06, 0x04, 0x24, 0xA0
INDEFINITE, LAST = 0x80, b"\0\0"
DEEPEST = 20  # elements in one another
MOST = 25 * 10**6  # bytes that come of what was made smaller; as much as a mail may bring

PKCS7, SMIME = bytes.fromhex("2a864886f70d0107"), bytes.fromhex("2a864886f70d01091001")
DATA, SIGNED, COMPRESSED = PKCS7 + b"\x01", PKCS7 + b"\x02", SMIME + b"\x09"
#: Enveloped, signed and enveloped (PKCS #7 only), encrypted; enveloped with a check of its own (RFC 5083).
ENCRYPTED = frozenset({PKCS7 + b"\x03", PKCS7 + b"\x04", PKCS7 + b"\x06", SMIME + b"\x17"})


class Damaged(Exception):
    """It is no such wrapper, or not a whole one."""


class Encrypted(Exception):
    """It is one that only its reader's key opens."""


def unwrapped(wrapper: bytes) -> bytes:
    """The mail, or part of one, that lies within; empty where there is only a signature, or only certificates.

    Raises:
        Damaged, Encrypted.
    """
    kind, content = _typed(_element(memoryview(wrapper), 0, 0))
    if kind in ENCRYPTED:
        raise Encrypted
    if kind not in (SIGNED, COMPRESSED) or content is None:
        raise Damaged
    # SignedData: version, digests, content, …; CompressedData: version, algorithm, content
    within = list(_within(content))
    if content.tag != SEQUENCE or len(within) < 3:
        raise Damaged
    inner, octets = _typed(within[2])
    if inner in ENCRYPTED:
        raise Encrypted
    if octets is None:
        return b""
    if inner != DATA:
        raise Damaged
    found = b"".join(_pieces(octets))
    return found if kind == SIGNED else _made_large(found)


class _Element:
    """One element: what it is, what is in it, and where the next begins. A class with slots: there may be many."""

    __slots__ = ("data", "depth", "end", "tag")

    def __init__(self, tag: int, data: memoryview, end: int, depth: int) -> None:
        self.tag, self.data, self.end, self.depth = tag, data, end, depth


def _element(data: memoryview, at: int, depth: int) -> _Element:
    if depth > DEEPEST or len(data) < at + 2:
        raise Damaged
    tag, length, begins = data[at], data[at + 1], at + 2
    if tag & 0x1F == 0x1F:  # a tag of several bytes: there are none on the way
        raise Damaged
    if length == INDEFINITE:
        if not tag & 0x20:
            raise Damaged
        ends = _last(data, begins, depth)
        return _Element(tag, data[begins:ends], ends + len(LAST), depth)
    if length > INDEFINITE:
        bytes_of_it = length - INDEFINITE
        if bytes_of_it > 4:
            raise Damaged
        length = int.from_bytes(data[begins : begins + bytes_of_it], "big")
        begins += bytes_of_it
    if begins + length > len(data):
        raise Damaged
    return _Element(tag, data[begins : begins + length], begins + length, depth)


def _last(data: memoryview, at: int, depth: int) -> int:
    """Where an element of indefinite length ends: its parts must be gone through."""
    while data[at : at + 2] != LAST:
        at = _element(data, at, depth + 1).end
    return at


def _within(element: _Element) -> Iterator[_Element]:
    at = 0
    while at < len(element.data):
        part = _element(element.data, at, element.depth + 1)
        yield part
        at = part.end


def _typed(element: _Element) -> tuple[bytes, _Element | None]:
    """(kind, content) of a ContentInfo or an EncapsulatedContentInfo: both name what they hold, and may hold nothing."""
    parts = list(_within(element))
    if element.tag != SEQUENCE or not parts or parts[0].tag != OBJECT:
        raise Damaged
    if len(parts) == 1:
        return bytes(parts[0].data), None
    content = next(_within(parts[1]), None)
    if parts[1].tag != FIRST or content is None:
        raise Damaged
    return bytes(parts[0].data), content


def _pieces(octets: _Element) -> Iterator[memoryview]:
    if octets.tag == OCTETS:
        yield octets.data
        return
    if octets.tag != OCTETS_IN_PIECES:
        raise Damaged
    for piece in _within(octets):
        yield from _pieces(piece)


def _made_large(data: bytes) -> bytes:
    """RFC 3274: zlib is the only way there is."""
    unpacking = zlib.decompressobj()
    try:
        found = unpacking.decompress(data, MOST)
    except zlib.error as error:
        raise Damaged from error
    if not unpacking.eof:
        raise Damaged
    return found
