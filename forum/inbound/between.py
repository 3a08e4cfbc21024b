"""Words written below a line of a digest, between the lines a mail program quoted: whose thread they belong to.

Only where there is no doubt: the digest is quoted with its marks, the line stands directly above, and more of the digest
below, or no other line above. Words below all that was quoted are as well about everything, or a greeting.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from forum.inbound.comparing import words_of
from forum.inbound.folding import Point
from forum.inbound.marks import is_quoted, without_marks
from forum.inbound.numbered import Answered, Numbered
from forum.inbound.texts import item_of

LINES_OF_AN_ITEM = 24  # of a quotation, however narrow it was wrapped


def answered_between(points: Sequence[Point], sent: str, numbers: Collection[int]) -> Numbered | None:
    """Each answer with the number of the line it stands under; None where none stands under one.

    Args:
        sent: the text of the digest.
        numbers: of its lines.
    """
    items = {number: item_of(sent, number) for number in numbers}
    answers: list[Answered] = []
    elsewhere: list[str] = []
    for point in points:
        number = _number_above(point, {number: item for number, item in items.items() if item})
        if number:
            answers.append(Answered(number, point.own))
        else:
            elsewhere.append(point.own)
    return Numbered("\n\n".join(elsewhere), tuple(answers)) if answers else None


def _number_above(point: Point, items: dict[int, str]) -> int:
    """The line of the digest a quotation ends with; 0 where that is not plain."""
    if not point.above or not is_quoted(point.above[-1]):
        return 0
    above = [without_marks(line) for line in point.above]
    for at in range(len(above) - 1, max(-1, len(above) - 1 - LINES_OF_AN_ITEM), -1):
        if (number := _number_of(above[at], items)) and _is_all_of("\n".join(above[at:]), items[number]):
            alone = not any(_number_of(line, items) for line in above[:at])
            goes_on = _goes_on("\n".join(above[at:]), point.own, items[number])
            return number if (point.is_between or alone) and not goes_on else 0
    return 0


def _number_of(line: str, items: dict[int, str]) -> int:
    """Of which line of the digest this is the beginning; programs that make text of our page number it once more."""
    said = words_of(line[:400])
    for first in (0, 1):
        number = int(said[first]) if len(said) > first + 1 and said[first].isdecimal() and len(said[first]) < 4 else 0
        title = words_of(items[number].partition("\n")[0])[1:] if number in items else []
        shared = min(len(title), len(said) - first - 1)
        if title and said[first + 1 : first + 1 + shared] == title[:shared]:
            return number
    return 0


def _is_all_of(quoted: str, item: str) -> bool:
    """Whether nothing is quoted here but this one line of the digest; in which order is a matter of its two forms."""
    said, ours = words_of(quoted), words_of(item)
    if said[1:2] == ours[:1]:
        said = said[1:]  # numbered once more
    return not Counter(said) - Counter(ours) and len(said) >= len(words_of(item.partition("\n")[0]))


def _goes_on(quoted: str, own: str, item: str) -> bool:
    """Whether what seems to be the answer is the rest of our own line, wrapped by a program that forgot its mark."""
    left, first = Counter(words_of(item)) - Counter(words_of(quoted)), words_of(own.partition("\n")[0])
    return bool(first) and not Counter(first) - left
