"""Plain text in whatever encoding it was saved."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

import charset_normalizer

from forum.extraction.flowing import in_pages
from forum.extraction.formats import Context, Piece
from forum.extraction.outcomes import Page, Reason, Unreadable

MOST = 32 * 2**20  # bytes
#: What people who write our languages used before UTF-8; a guess that is as good may be another one by a hair.
LIKELY = ("cp1252", "cp1256")
SAMPLE = 256 * 1024  # bytes the encoding is guessed from


def read(file: BinaryIO, context: Context) -> Iterator[Piece]:
    """Yields pages: what form feeds divide, else sections."""
    yield from map(Page, in_pages(decoded(file.read(MOST)).split("\f")))


def decoded(content: bytes) -> str:
    """The text; UTF-8 where it is, since that is never so by accident.

    Raises:
        Unreadable: it is no text in any writing we know.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.start > len(content) - 4:  # cut within its last character
            return content.decode("utf-8-sig", errors="ignore")
    guesses = charset_normalizer.from_bytes(content[:SAMPLE])
    best = guesses.best()
    if best is None:
        raise Unreadable(Reason.MISLABELLED)
    as_good = {guess.encoding for guess in guesses if guess.chaos <= best.chaos + 0.02}
    return content.decode(next((e for e in LIKELY if e in as_good), best.encoding), errors="replace")
