"""Numbers that hang on one another: "paragraph 3 of article 40 and article 37" are 40(3) and 37."""

from __future__ import annotations

from collections.abc import Sequence

from forum.instruments.recognition.provisions import (
    Numbers,
    family_of,
    is_marker,
    list_of,
    marker_after_and,
    numbers_after_marker,
)
from forum.instruments.recognition.tokens import Token
from forum.instruments.recognition.words import COUNTED, MOST_SMALL_WORDS, OF, PARAGRAPHS
from forum.instruments.vocabulary import Instrument

#: "subparagraph (b) of paragraph 2 of article 40": how deep such words go, and how many of them "and" joins.
MOST_STEPS, MOST_CHAINS = 3, 8
Family = frozenset[str] | None


def chains_at(tokens: Sequence[Token], at: int) -> Numbers | None:
    """The numbers that begin at the word for a provision: "article 37(b) and paragraph 2 of article 40"."""
    read = _chain(tokens, at)
    return read and _with_more(tokens, *read)


def _with_more(tokens: Sequence[Token], numbers: Numbers, family: Family) -> Numbers:
    """These numbers, and the chains of the same sort that "and" joins to them.

    Args:
        family: of the outermost word; None where there was no word.
    """
    for _chains in range(MOST_CHAINS):
        marker = marker_after_and(tokens, numbers.after)
        read = None if marker is None else _chain(tokens, marker)
        if read is None or (family is not None and read[1] is not family):
            break
        count, following = len(numbers.numbers), read[0]
        joined = ((0, numbers.after), *following.joined)
        moved = tuple((count + before, after) for before, after in joined)
        numbers = Numbers((*numbers.numbers, *following.numbers), following.after, (*numbers.joined, *moved))
    return numbers


def _chain(tokens: Sequence[Token], at: int) -> tuple[Numbers, Family] | None:
    """One place and what it is below: "paragraph 3 of article 40"; with the words for the outermost."""
    steps: list[Numbers] = []
    marker: int | None = at
    while marker is not None and len(steps) < MOST_STEPS and (numbers := numbers_after_marker(tokens, marker)):
        steps.append(numbers)
        at, marker = marker, _outward(tokens, numbers.after) if family_of(tokens[marker].said) is PARAGRAPHS else None
    if not steps:
        return None
    whole = steps[-1]
    for inner in reversed(steps[:-1]):
        whole = _below(whole, inner)
    return whole, family_of(tokens[at].said)


def _outward(tokens: Sequence[Token], at: int) -> int | None:
    """The word for what the numbers before it are below, if one follows but for small words."""
    for position in range(at, min(len(tokens), at + MOST_SMALL_WORDS)):
        if is_marker(tokens[position]):
            return None if marker_after_and(tokens, position) == position else position
        if tokens[position].said not in OF:
            return None
    return None


def _below(outer: Numbers, inner: Numbers) -> Numbers:
    """Paragraph 3 of article 40: 40(3). Of several articles nobody can know which is meant, but the one right after is."""
    if outer.together != 1:
        return outer
    first, *others = outer.numbers
    more = len(inner.numbers) - 1
    joined = tuple((before + more, after) for before, after in outer.joined)
    return Numbers((*((*first, *number) for number in inner.numbers), *others), outer.after, joined)


def numbers_after_name(tokens: Sequence[Token], at: int, *, instrument: Instrument, short: bool) -> Numbers | None:
    """The numbers that follow the name of an instrument: CRC, arts. 37 and 40; GC 24 para. 22; Beijing Rules 11."""
    position = _past_year(tokens, at)
    first = position
    while position < min(len(tokens), first + 5) and tokens[position].said in {",", "،", ":", "(", ")", "'", "’", "s"}:
        position += 1
    position = _past_year(tokens, position)
    if position < len(tokens) and is_marker(tokens[position]):
        return chains_at(tokens, position)
    if position != at and not (position == at + 1 and tokens[at].said == ","):
        return None
    bare = _bare(tokens, position, instrument, short=short, comma=position != at)
    return bare and _with_more(tokens, bare, None)


def _bare(tokens: Sequence[Token], at: int, instrument: Instrument, *, short: bool, comma: bool) -> Numbers | None:
    """A number right after the name: one that can be nothing else."""
    many = instrument.unit in ("rule", "target") and not comma
    found = list_of(tokens, at, many=many)
    if found is None or (found.after < len(tokens) and tokens[found.after].said in COUNTED):
        return None
    if instrument.unit in ("rule", "target") and not comma:
        return found
    is_precise = all(len(number) > 1 for number in found.numbers)
    return found if is_precise and instrument.unit == "article" and (short or not comma) else None


def _past_year(tokens: Sequence[Token], at: int) -> int:
    inside = tokens[at : at + 3]
    if len(inside) == 3 and inside[0].said == "(" and inside[1].kind == "number" and len(inside[1].raw) == 4:
        return at + 3 if inside[2].said == ")" else at
    return at
