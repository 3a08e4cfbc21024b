"""What changed between two wordings, word by word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

#: Words with the space that follows them stay whole; each sign stands alone.
WORDS = re.compile(r"\w+|\s+|[^\w\s]")


@dataclass(frozen=True)
class Piece:
    """A stretch of text that stayed ("same"), went ("del") or came ("ins")."""

    what: str
    words: str


def word_difference(before: str, after: str) -> list[Piece]:
    """The later wording with what was taken out and put in, in reading order."""
    old, new = WORDS.findall(before), WORDS.findall(after)
    pieces: list[Piece] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=len(old) > 2000).get_opcodes():
        if tag == "equal":
            pieces.append(Piece("same", "".join(old[a:b])))
            continue
        if a < b:
            pieces.append(Piece("del", "".join(old[a:b])))
        if c < d:
            pieces.append(Piece("ins", "".join(new[c:d])))
    return pieces
