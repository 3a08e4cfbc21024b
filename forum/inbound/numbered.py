"""Several answers in one mail: `3: our text`, each until the next number."""

from __future__ import annotations

import re
from dataclasses import dataclass

#: Blanks, those before a French colon too, and marks of direction, which programs put around numbers in Arabic.
BLANK = r"[ \t\u00a0\u202f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
#: What we call a line, and what people do.
LINE = r"line|item|línea|linea|ítem|ligne|linha|السطر|سطر|البند|بند"
#: "3: …", "3) …", "3. …", "#3 …", "Line 3: …", in bold too, with digits of any script; three of them at most, so that
#: "2019: …" is a text. A hyphen before another number means from one to the other: "10 – 12 children".
MARK = re.compile(
    rf"{BLANK}{{0,12}}\*{{0,2}}(?:(?P<line>{LINE}){BLANK}{{0,4}})?(?P<hash>#?){BLANK}{{0,4}}(?P<number>\d{{1,3}})"
    rf"\*{{0,2}}{BLANK}{{0,4}}(?P<mark>[:：).]|[-–](?!{BLANK}{{0,4}}\d)|)\*{{0,2}}(?=\s|$|\D)",
    re.IGNORECASE,
)


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
            found.append((int(mark["number"]), [line[mark.end() :].strip()]))
        elif found:
            found[-1][1].append(line)
        else:
            before.append(line)
    answers = tuple(Answered(number, "\n".join(lines).strip()) for number, lines in found)
    return Numbered("\n".join(before).strip(), answers)


def _style(mark: re.Match[str]) -> str:
    """How a number is marked; nothing where it is only a number."""
    said = "#" if mark["hash"] else mark["mark"].replace("：", ":").replace("–", "-")
    return f"line {said}" if mark["line"] and said else said
