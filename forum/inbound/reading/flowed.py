"""Plain text as it was typed: paragraphs that were cut for the way are put together again. RFC 3676."""

from __future__ import annotations

import re

QUOTED = re.compile(r"^(>*) ?(.*)$", re.DOTALL)
SIGNATURE = "-- "


def unflowed(text: str, *, joined: bool) -> str:
    """Text of format=flowed with each paragraph on one line.

    Args:
        joined: DelSp=yes: the blank at the end of a line is not part of the text.
    """
    made: list[str] = []
    open_depth: int | None = None  # of the paragraph whose last line asked to be continued
    for line in text.split("\n"):
        marks = re.match(r">*", line)
        depth = len(marks.group()) if marks else 0
        words = line[depth:]
        words = words.removeprefix(" ")  # stuffed. RFC 3676 4.4
        flows = words.endswith(" ") and words != SIGNATURE
        shown = words[:-1] if flows and joined else words
        if open_depth == depth and made and words != SIGNATURE:
            made[-1] += shown
        else:
            made.append((">" * depth + " " + shown) if depth else shown)
        open_depth = depth if flows else None
    return "\n".join(line if line.rstrip() == "--" else line.rstrip() for line in made)
