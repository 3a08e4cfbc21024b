"""Numbers of provisions: what "arts. 37(b) and 40", "párr. 22" or «المادتان 37 و40» point at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from forum.instruments.recognition.names import fronts
from forum.instruments.recognition.tokens import Token
from forum.instruments.recognition.words import (
    AND,
    BELOW,
    COUNTED,
    FAMILIES,
    MARKERS,
    MOST_SMALL_WORDS,
    NUMBERED,
    OF,
    PARAGRAPHS,
    PLURALS,
    ROMAN,
    THE,
    TO,
    WHOSE,
)
from forum.instruments.vocabulary import Instrument

DEEPEST = 4
LONGEST_RANGE = 20
MOST = 40


@dataclass(frozen=True)
class Numbers:
    """Numbers read from a text: "37", "b" becomes ("37", "b"); pieces up to `after` belong to them.

    Args:
        joined: each place where the word for a provision came once more ("art. 40 and art. 37"): how many numbers stood
            before it, and up to which piece.
    """

    numbers: tuple[tuple[str, ...], ...]
    after: int
    joined: tuple[tuple[int, int], ...] = ()

    def first_half(self) -> Numbers | None:
        """What stands before the last "and art."; None when it all stands together."""
        if not self.joined:
            return None
        count, after = self.joined[-1]
        return Numbers(self.numbers[:count], after, self.joined[:-1])

    @property
    def together(self) -> int:
        """How many numbers stand before the first "and art."."""
        return self.joined[0][0] if self.joined else len(self.numbers)


def is_marker(token: Token) -> bool:
    """Whether this piece is a word for a provision."""
    return _is_marker(token.said)


@lru_cache(maxsize=20_000)
def _is_marker(word: str) -> bool:
    return bool(word) and any(part in MARKERS for part in fronts(word))


def numbers_after_marker(tokens: Sequence[Token], at: int) -> Numbers | None:
    """The numbers that follow the word for a provision at this piece: "article" 40(3)."""
    many = any(word in PLURALS for word in fronts(tokens[at].said))
    position = at + 1
    while position < min(len(tokens), at + 4) and tokens[position].said in {".", "§", "°", "º", *NUMBERED, *BELOW}:
        position += 1
    if position < len(tokens) and tokens[position].said == "§" and tokens[at].said == "§":
        many, position = True, position + 1
    family = family_of(tokens[at].said)
    return list_of(tokens, position, many=many, family=family) or _lettered(tokens, at, position)


def _lettered(tokens: Sequence[Token], at: int, position: int) -> Numbers | None:
    """ "Inciso b", "subparagraph (b)" of an article that follows: a letter alone is below something, never a provision itself."""
    position += _is(tokens, position, "(")
    label = _label(tokens, position)
    if label is None or family_of(tokens[at].said) is not PARAGRAPHS:
        return None
    return Numbers(((label,),), position + 1 + _is(tokens, position + 1, ")"))


def list_of(tokens: Sequence[Token], at: int, *, many: bool, family: frozenset[str] | None = None) -> Numbers | None:
    """A number and those that follow it.

    Args:
        family: the words for a provision that go on with the list; rules do not go on with articles.
    """
    first = _number(tokens, at)
    if first is None:
        return None
    found, position, joined = [first[0]], first[1], list[tuple[int, int]]()
    while len(found) < MOST:
        if (marker := _joined_at(tokens, position, family)) is not None:
            number = _number(tokens, marker + 1 + _is(tokens, marker + 1, "."))
            following = ([number[0]], number[1]) if number else None
            joined += [(len(found), position)] if number else []
        else:
            following = _next_of(tokens, position, found[-1], many=many)
        if following is None:
            break
        numbers, position = following
        found.extend(numbers)
    return Numbers(tuple(found), position, tuple(joined))


def family_of(word: str) -> frozenset[str] | None:
    """The words for the same sort of provision."""
    return next((family for family in FAMILIES if any(part in family for part in fronts(word))), None)


def _joined_at(tokens: Sequence[Token], at: int, family: frozenset[str] | None) -> int | None:
    """Where the word for a provision comes once more, after "and" or a comma: the second "art." of "art. 40 and art. 37"."""
    marker = marker_after_and(tokens, at)
    here = None if marker is None else family_of(tokens[marker].said)
    below = here is PARAGRAPHS and family is not PARAGRAPHS  # "art. 40, para. 3" goes deeper, not on
    return marker if not below and (family is None or here is family) else None


def marker_after_and(tokens: Sequence[Token], at: int) -> int | None:
    """Where a word for a provision stands after "and" or a comma. Arabic writes its "and" onto it: «المادة 40 والمادة 37»."""
    position = at
    while position < min(len(tokens), at + 3) and tokens[position].said in AND | {",", ";", "،", "؛"}:
        position += 1
    linked = position > at
    while linked and position < min(len(tokens), at + 5) and tokens[position].said in THE:
        position += 1
    if position >= len(tokens) or not is_marker(tokens[position]):
        return None
    linked = linked or (tokens[position].said[0] == "و" and tokens[position].said not in MARKERS)
    return position if linked else None


def outer_marker(tokens: Sequence[Token], at: int) -> int | None:
    """Where the word stands for what all this is below: the "article" of "(paragraph 2) of article 40"."""
    for position in range(at, min(len(tokens), at + MOST_SMALL_WORDS)):
        if position > at and is_marker(tokens[position]):
            return position
        if tokens[position].said not in (OF if position > at else WHOSE):
            return None
    return None


def _next_of(
    tokens: Sequence[Token], at: int, last: tuple[str, ...], *, many: bool
) -> tuple[list[tuple[str, ...]], int] | None:
    """One more number of a list: after "and" or a comma, or the end of a range."""
    if at >= len(tokens):
        return None
    if tokens[at].said in TO and (many or tokens[at].kind == "sign") and (end := _number(tokens, at + 1)):
        if len(last) == 1 and len(end[0]) >= 1 and end[0][0].isdigit() and last[0].isdigit():
            low, high = int(last[0]), int(end[0][0])
            if low < high <= low + LONGEST_RANGE:
                return [(str(n),) for n in range(low + 1, high)] + [end[0]], end[1]
        return None
    position, commas = at, 0
    while (
        position < len(tokens)
        and position < at + 3
        and (tokens[position].said in AND or tokens[position].said in {",", ";", "،", "؛"})
    ):
        position, commas = position + 1, commas + 1
    if not commas:
        return None
    if subs := _sub_numbers(tokens, position, depth=len(last)):  # 37(b) and (c)
        if len(last) > 1:
            return [(*last[:-1], *subs[0])], subs[1]
        return None
    if not many and len(last) == 1:
        return None
    following = _number(tokens, position)
    if following is None or (following[1] < len(tokens) and tokens[following[1]].said in COUNTED):
        return None
    return [following[0]], following[1]


def _number(tokens: Sequence[Token], at: int) -> tuple[tuple[str, ...], int] | None:
    """One number with what is below it: 40(2)(b)(iii), 11.2, 37 b), 40/3."""
    if at >= len(tokens) or tokens[at].kind != "number" or not tokens[at].said or len(tokens[at].said) > 3:
        return None
    if tokens[at].said == "0":
        return None
    parts, position = [tokens[at].said], _past_ordinal(tokens, at + 1)
    while (dotted := _touching(tokens, position, {".", "/"})) is not None and len(parts) < DEEPEST:
        parts.append(dotted)
        position += 2
    if position < len(tokens) and tokens[position].said in {"bis", "ter"}:
        parts[-1] += tokens[position].said
        position += 1
    if subs := _sub_numbers(tokens, position, depth=len(parts)):
        return (*parts, *subs[0]), subs[1]
    return tuple(parts), position


def _past_ordinal(tokens: Sequence[Token], at: int) -> int:
    """Past the º of "37.º"."""
    for length in (2, 1):
        sign = "".join(token.raw for token in tokens[at : at + length])
        if sign in {".º", ".°", "º", "°"}:
            return at + length
    return at


def _touching(tokens: Sequence[Token], at: int, signs: set[str]) -> str | None:
    """The number glued on by a dot or stroke: the 2 of "11.2"; a sentence that ends with a number has none."""
    if at + 1 < len(tokens) and tokens[at].said in signs and tokens[at].start == tokens[at - 1].end:
        following = tokens[at + 1]
        if following.kind == "number" and following.start == tokens[at].end and 0 < len(following.said) <= 2:
            return following.said
        if tokens[at].said == "." and following.start == tokens[at].end and following.said in {"a", "b", "c", "d", "e"}:
            return following.said
    return None


def _sub_numbers(tokens: Sequence[Token], at: int, *, depth: int) -> tuple[tuple[str, ...], int] | None:
    """What stands in parentheses, or before a closing one, after a number: (2), (b), (iii), b), (ب); or ", para. 3"."""
    found: list[str] = []
    position = at
    while depth + len(found) < DEEPEST:
        if (label := _label(tokens, position + 1)) and tokens[position].said == "(" and _is(tokens, position + 2, ")"):
            found.append(label)
            position += 3
        elif (label := _label(tokens, position)) and _is(tokens, position + 1, ")"):
            found.append(label)
            position += 2
        elif (below := _below(tokens, position)) is not None:
            found.append(below[0])
            position = below[1]
        else:
            break
    return (tuple(found), position) if found else None


def _below(tokens: Sequence[Token], at: int) -> tuple[str, int] | None:
    """A paragraph named after its article: ", para. 3", "§ 3", "inciso b"."""
    position = at
    while position < len(tokens) and position < at + 2 and tokens[position].said in {",", "،", "(", "."}:
        position += 1
    if position < len(tokens) and tokens[position].said in PARAGRAPHS:
        position += 1
        if _is(tokens, position, "."):
            position += 1
        if label := _label(tokens, position):
            after = position + 1 + _is(tokens, position + 1, ")")
            return (label, after) if outer_marker(tokens, after) is None else None  # "and paragraph 2 of article 40"
    return None


def _label(tokens: Sequence[Token], at: int) -> str | None:
    if at >= len(tokens):
        return None
    token = tokens[at]
    if token.kind == "number" and 0 < len(token.said) <= 2:
        return token.said
    if token.kind == "word" and (len(token.raw) == 1 or token.said in ROMAN):
        return token.said
    return None


def _is(tokens: Sequence[Token], at: int, sign: str) -> bool:
    return at < len(tokens) and tokens[at].said == sign


def written(number: tuple[str, ...], instrument: Instrument) -> str | None:
    """A number as it is kept: 40(2)(b) of an article, 11.2 of a rule; None when the instrument has no such number."""
    first, *below = number
    digits = "".join(letter for letter in first if letter.isdigit())
    if not digits or (instrument.last is not None and int(digits) > instrument.last):
        return None
    if instrument.unit in ("rule", "target", "principle"):
        dotted = ""
        while below and (below[0].isdigit() or instrument.unit == "target"):
            dotted += f".{below.pop(0)}"
        first += dotted
    return (first + "".join(f"({part})" for part in below))[:30]
