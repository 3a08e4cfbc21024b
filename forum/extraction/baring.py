"""Pictures without what a camera wrote into them, made by a child that can do no harm (`forum.extraction.bare`)."""

from __future__ import annotations

import json
import select
import time
from collections.abc import Iterator
from typing import IO, Any, BinaryIO

from forum.extraction.outcomes import Limits, Reason, Unreadable
from forum.extraction.reading import child_reading

SECONDS = 30.0  # somebody waits for the answer
PIECE = 2**18
MOST_BYTES = 300 * 2**20  # of a picture saved anew
LIMITS = Limits(cpu=20, wall=SECONDS)
#: What a child may say; anything else is of one that was taken over.
SAID = frozenset({Reason.DAMAGED, Reason.TOO_LONG, Reason.BOMB, Reason.MEMORY})


def save_bare(file: BinaryIO, target: BinaryIO, media_type: str) -> None:
    """Write the same picture, turned upright, without metadata.

    Args:
        file: a real file: the child gets its descriptor.
        media_type: one of `types.PICTURES`.

    Raises:
        Unreadable: it cannot be opened, or is larger than a page could be.
        OSError: no child could be started.
    """
    with child_reading(file, "forum.extraction.bare", {"media_type": media_type, "limits": LIMITS.as_plain()}) as child:
        assert child.stdout is not None
        pieces = _pieces(child.stdout)
        begun = b""
        while b"\n" not in begun and (piece := next(pieces, b"")):
            begun += piece
        line, _, rest = begun.partition(b"\n")
        if (end := _understood(line)) is not None:
            raise Unreadable(end)
        target.write(rest)
        for piece in pieces:
            target.write(piece)
        if child.wait(timeout=10):
            raise Unreadable(Reason.CRASHED)


def _pieces(said: IO[bytes]) -> Iterator[bytes]:
    """What the child says, within its time and size."""
    deadline, size = time.monotonic() + SECONDS, 0
    while True:
        if not select.select([said], [], [], max(0.0, deadline - time.monotonic()))[0]:
            raise Unreadable(Reason.TIME)
        piece = said.read1(PIECE)  # type: ignore[attr-defined]
        if not piece:
            return
        size += len(piece)
        if size > MOST_BYTES:
            raise Unreadable(Reason.BOMB)
        yield piece


def _understood(line: bytes) -> Reason | None:
    """Why there is no picture; None when there is one."""
    try:
        end: Any = json.loads(line)["end"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return Reason.CRASHED
    if end == "read":
        return None
    return next((reason for reason in SAID if reason == end), Reason.CRASHED)
