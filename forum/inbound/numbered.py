"""Several answers in one mail: `3: our text`, each until the next number."""

from __future__ import annotations

import re
from dataclasses import dataclass

#: "3: …", "3) …", "3. …", "#3 …", with digits of any script; three of them at most, so that "2019: …" is a text.
MARK = re.compile(r"[ \t]{0,8}(#?)[ \t]?(\d{1,3})[ \t]?([:：).\-–]?)(?=\s|$|\D)")


@dataclass(frozen=True)
class Answered:
    """One answer to one line of a digest."""

    number: int
    text: str


@dataclass(frozen=True)
class Numbered:
    """A mail taken apart.

    Args:
        before: what stands above the first number.
    """

    before: str
    answers: tuple[Answered, ...]


def numbered(own: str) -> Numbered:
    """Take a mail apart at its numbers.

    How the first number is written tells how the others are: whoever answers "3: …" may count "1." and "2." in it.
    """
    before: list[str] = []
    found: list[tuple[int, list[str]]] = []
    style = ""
    for line in own.split("\n"):
        mark = MARK.match(line)
        said = _style(mark) if mark else ""
        if mark and said and said == (style or said):
            style = said
            found.append((int(mark[2]), [line[mark.end() :].strip()]))
        elif found:
            found[-1][1].append(line)
        else:
            before.append(line)
    answers = tuple(Answered(number, "\n".join(lines).strip()) for number, lines in found)
    return Numbered("\n".join(before).strip(), answers)


def _style(mark: re.Match[str]) -> str:
    """How a number is marked; nothing where it is only a number."""
    return "#" if mark[1] else mark[3].replace("：", ":").replace("–", "-")
