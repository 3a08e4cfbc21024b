"""The child: shuts itself in, reads the file it was given as standard input, and says a line of JSON for each thing it finds.

    {"shut_in": ["limits", …]}     which protections hold, before the first look at the file
    {"found": {"title": …}}        what the file says about itself
    {"picture": "base64 of a WebP"}
    {"page": "text", "is_ocr": …}  in order, as they are read
    {"end": "read"}                or a reason; without it, the child was stopped

Started by `forum.extraction.reading`, by nobody else.
"""

from __future__ import annotations

import base64
import json
import os
import sys
from collections.abc import Iterator
from typing import Any

from forum.extraction.formats import Context, Picture, Piece, reader_of
from forum.extraction.outcomes import Found, Limits, Page, Reason, Unreadable, as_text
from forum.extraction.sandbox import READABLE, shut_in


def say(**words: Any) -> None:
    sys.stdout.buffer.write(json.dumps(words, ensure_ascii=True).encode() + b"\n")
    sys.stdout.buffer.flush()


def main() -> None:
    """Argument: {"media_type", "limits", "languages", "parent"} as JSON."""
    order = json.loads(sys.argv[1])
    context = Context(order["media_type"], Limits(**order["limits"]), tuple(order["languages"]))
    read = reader_of(context.media_type)  # loaded before the door is shut
    held = shut_in(context.limits, parent=order["parent"], scans=bool(context.languages), readable=READABLE)
    say(shut_in=held)
    try:
        with os.fdopen(0, "rb") as file:
            for words in _said(read(file, context), context.limits):
                say(**words)
        say(end="read")
    except Unreadable as reason:
        say(end=reason.reason, detail=str(reason)[:200])
    except MemoryError:
        say(end=Reason.MEMORY)
    except Exception as error:  # whatever a library does with a hostile file, the parent is told in one word
        say(end=Reason.CRASHED, detail=f"{type(error).__name__}: {error}"[:200])


def _said(pieces: Iterator[Piece], limits: Limits) -> Iterator[dict[str, Any]]:
    pages = 0
    for piece in pieces:
        if isinstance(piece, Page):
            pages += 1
            if pages > limits.pages:
                raise Unreadable(Reason.TOO_LONG)
            text = as_text(piece.text, limits.page_text)
            yield {"page": text, "is_ocr": piece.is_ocr, "is_scan": piece.is_scan}
        elif isinstance(piece, Picture):
            yield {"picture": base64.b64encode(piece.webp).decode()}
        elif isinstance(piece, Found):
            yield {"found": piece.as_plain()}


if __name__ == "__main__":
    main()
