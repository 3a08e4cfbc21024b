"""One gzip answer put together of parts that were compressed before.

A deflate stream may be cut where its writer flushed, and streams that know nothing of one another may follow each other
(RFC 1951, 3.2): so what is the same for all readers is compressed once, and what is written between for one of them is
stored as it is. Only the checksum at the end goes over everything, and costs little.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from forum.web.compress import LEVEL

HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"  # gzip, deflate, no name, no date, no system (RFC 1952, 2.3)
END = b"\x03\x00"  # an empty last block
LARGEST = 0xFFFF  # bytes of a stored block
LEDGER = 5  # zlib's memory level: a few kilobytes need not keep accounts for a long text, and come out the same size
WORTH_IT = 200  # bytes: less is stored as it is


@dataclass(frozen=True)
class Run:
    """Text that was compressed before."""

    texts: Sequence[bytes]
    packed: bytes

    @classmethod
    def of(cls, texts: Sequence[bytes]) -> Run:
        squeeze = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS, LEDGER)
        packed = squeeze.compress(b"".join(texts)) + squeeze.flush(zlib.Z_SYNC_FLUSH)
        return cls(texts, packed)


def plain(parts: Iterable[Run | bytes]) -> bytes:
    """The text itself, for who does not take gzip."""
    texts: list[bytes] = []
    for part in parts:
        if isinstance(part, Run):
            texts.extend(part.texts)
        else:
            texts.append(part)
    return b"".join(texts)


def packed(parts: Iterable[Run | bytes]) -> bytes:
    """The same, as one gzip member."""
    stream, checksum, size = [HEAD], 0, 0
    for part in parts:
        if isinstance(part, Run):
            stream.append(part.packed)
            for text in part.texts:
                checksum = zlib.crc32(text, checksum)
                size += len(text)
        elif part:
            stream.append(Run.of([part]).packed if len(part) > WORTH_IT else _stored(part))
            checksum = zlib.crc32(part, checksum)
            size += len(part)
    stream += (END, checksum.to_bytes(4, "little"), (size & 0xFFFFFFFF).to_bytes(4, "little"))
    return b"".join(stream)


def _stored(text: bytes) -> bytes:
    """A block that is not compressed (RFC 1951, 3.2.4); what comes before ends on a whole byte."""
    length = len(text)
    return b"\x00" + length.to_bytes(2, "little") + (length ^ LARGEST).to_bytes(2, "little") + text
