"""Words between the lines of an OpenPGP signature that was written into the text, as their author wrote them. RFC 9580 7.

As with every signature, it is not verified, and says nothing here about who wrote a mail.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

BEGIN = "-----BEGIN PGP SIGNED MESSAGE-----"
SIGNATURE, END = "-----BEGIN PGP SIGNATURE-----", "-----END PGP SIGNATURE-----"
#: Hash is the only one there should be; programs have written the others.
HEADER = re.compile(r"(?:Hash|Charset|Comment|Version|MessageID|NotDashEscaped):", re.IGNORECASE)
#: A line of a signature that is broken off: long enough to be no word.
OF_SIGNATURE = re.compile(r"[A-Za-z0-9+/]{24,80}={0,2}|=[A-Za-z0-9+/]{4}")


def without_armour(text: str) -> str:
    """A text without what a signature put around and into it. What is not signed as a whole stays as it is."""
    if BEGIN not in text or SIGNATURE not in text:
        return text
    return "\n".join(_lines(text.split("\n")))


def _lines(lines: list[str]) -> Iterator[str]:
    marks = [line.strip() for line in lines]
    # from the end, so that a hundred thousand beginnings of one signature are looked at once
    begins_next, ends_next = _next(marks, SIGNATURE), _next(marks, END)
    at = 0
    while at < len(lines):
        signature = begins_next[at]
        if marks[at] != BEGIN or signature is None:
            yield lines[at]
            at += 1
            continue
        at, escaped = _after_headers(marks, at + 1)
        for line in lines[at:signature]:
            yield line[2:] if escaped and line.startswith("- ") else line
        end = ends_next[signature]
        at = _after_broken_off(marks, signature + 1) if end is None else end + 1


def _next(marks: list[str], wanted: str) -> list[int | None]:
    """For each line, the first from there on that is the one wanted."""
    found: list[int | None] = [None] * len(marks)
    last: int | None = None
    for at in range(len(marks) - 1, -1, -1):
        last = at if marks[at] == wanted else last
        found[at] = last
    return found


def _after_headers(marks: list[str], at: int) -> tuple[int, bool]:
    """(where the text begins, whether dashes are escaped in it: GnuPG can leave them as they are)."""
    first = at
    while at < len(marks) and HEADER.match(marks[at]):
        at += 1
    escaped = not any(line.casefold().startswith("notdashescaped") for line in marks[first:at])
    return (at + 1 if at < len(marks) and not marks[at] else at), escaped


def _after_broken_off(marks: list[str], at: int) -> int:
    while at < len(marks) and (not marks[at] or HEADER.match(marks[at]) or OF_SIGNATURE.fullmatch(marks[at])):
        at += 1
    return at
