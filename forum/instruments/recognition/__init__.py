"""Legal citations in the text of five languages, found in one pass: "CRC art. 40(3)", «المادة 40 من اتفاقية حقوق الطفل».

Pure: text in, places out. Its time grows with the length of the text and with nothing else: each step either goes on
or gives up after a bounded number of pieces. See docs/citing.md for what is recognised.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from forum.instruments.recognition.chains import chains_at, numbers_after_name
from forum.instruments.recognition.names import called_at, general_comments_at, may_begin
from forum.instruments.recognition.provisions import Numbers, is_marker, written
from forum.instruments.recognition.tokens import Token, tokens_of
from forum.instruments.recognition.words import MOST_SMALL_WORDS, OF, WHOSE
from forum.instruments.vocabulary import all_instruments

__all__ = ["Citation", "citations_in"]


@dataclass(frozen=True)
class Citation:
    """A place in a text that cites an instrument.

    Args:
        start, end: the place, as positions in the text.
        code: of the instrument.
        provisions: as they are kept ("40(3)"), none when the instrument as a whole is cited.
    """

    start: int
    end: int
    code: str
    provisions: tuple[str, ...] = ()


def citations_in(text: str) -> list[Citation]:
    """Every citation of a text, in order; they never overlap."""
    tokens = tokens_of(text)
    found: list[Citation] = []
    at = 0
    while at < len(tokens):
        step = _numbers_first(tokens, at) if is_marker(tokens[at]) else None
        step = step or (_name_first(tokens, at) if may_begin(tokens[at].said) else None)
        if step is None:
            at += 1
        else:
            cited, at = step
            found += cited
    return found


def _numbers_first(tokens: Sequence[Token], at: int) -> tuple[list[Citation], int] | None:
    """Article 37(b) of the Convention on the Rights of the Child; paragraph 3 of article 40 of it."""
    numbers = chains_at(tokens, at)
    if numbers is None:
        return None
    for position in range(numbers.after, min(len(tokens), numbers.after + MOST_SMALL_WORDS)):
        if (named := _named(tokens, position)) is not None:
            return _cited(tokens, at, numbers, named)
        if is_marker(tokens[position]) or tokens[position].said not in OF:
            break
    return [], numbers.after


@dataclass(frozen=True)
class _Named:
    code: str
    first: int
    after: int
    needs_provision: bool = False
    is_short: bool = False


def _named(tokens: Sequence[Token], at: int) -> list[_Named] | None:
    if tokens[at].kind not in ("word", "number"):
        return None
    if comments := general_comments_at(tokens, at):
        return [_Named(code, first, after) for code, first, after in comments]
    if called := called_at(tokens, at):
        return [_Named(called.code, at, called.after, called.needs_provision, called.is_short)]
    return None


def _cited(tokens: Sequence[Token], at: int, numbers: Numbers, named: Sequence[_Named]) -> tuple[list[Citation], int]:
    """What numbers before a name cite."""
    target = named[0]
    provisions = _written(numbers.numbers, target.code)
    start = tokens[at].start if provisions else tokens[target.first].start
    after = _past_abbreviation(tokens, target.after, target.code)
    cited = [Citation(start, tokens[after - 1].end, target.code, provisions)]
    if target.needs_provision and not provisions:
        cited = []
    cited += [Citation(tokens[n.first].start, tokens[n.after - 1].end, n.code) for n in named[1:]]
    return cited, max(after, named[-1].after)


def _name_first(tokens: Sequence[Token], at: int) -> tuple[list[Citation], int] | None:
    """CRC art. 40(3); GC 24 para. 22; Beijing Rules 11."""
    named = _named(tokens, at)
    if named is None:
        return None
    cited = [Citation(tokens[n.first].start, tokens[n.after - 1].end, n.code) for n in named[:-1]]
    target = named[-1]
    after = _past_abbreviation(tokens, target.after, target.code)
    instrument = all_instruments()[target.code]
    numbers = numbers_after_name(tokens, after, instrument=instrument, short=target.is_short)
    if numbers is not None and (half := numbers.first_half()) and _is_of_another(tokens, numbers.after):
        numbers = half  # "CRC art. 40(3) and art. 10 of the ICCPR": what comes after "and" is of the next
    elif numbers is not None and _belongs_to_the_next(tokens, numbers.after, target.code):
        numbers = None
    provisions = _written(numbers.numbers, target.code) if numbers else ()
    if provisions and numbers:
        after = numbers.after
    if provisions or not target.needs_provision:
        cited.append(Citation(tokens[target.first].start, tokens[after - 1].end, target.code, provisions))
    return cited, after


def _is_of_another(tokens: Sequence[Token], at: int) -> bool:
    """Whether what ends here is of something named right after: "of the CRC", "ICCPR", "of the Constitution"."""
    if at < len(tokens) and tokens[at].said in WHOSE:
        return True
    for position in range(at, min(at + MOST_SMALL_WORDS, len(tokens))):
        if tokens[position].said in {",", "،", ";", "(", ")"}:
            return False
        if _named(tokens, position) is not None:
            return True
        if tokens[position].said not in OF:
            return False
    return False


def _belongs_to_the_next(tokens: Sequence[Token], at: int, code: str) -> bool:
    """Whether numbers after one name are really before another: "the CRC, article 24 of the ICCPR"."""
    position = at
    if position < len(tokens) and tokens[position].said in {",", "،", ";", "(", ")"}:
        return False
    for _small in range(MOST_SMALL_WORDS):
        if position >= len(tokens):
            return False
        called = called_at(tokens, position)
        if called is not None:
            return position > at and called.code != code
        if tokens[position].said not in OF:
            return False
        position += 1
    return False


def _past_abbreviation(tokens: Sequence[Token], at: int, code: str) -> int:
    """Past "(CRC)" or "(Beijing Rules)" when it only says the same again, and past a year."""
    if at + 2 < len(tokens) and tokens[at].said == "(":
        called = called_at(tokens, at + 1)
        same = called is not None and called.code == code and called.after < len(tokens)
        if called is not None and same and tokens[called.after].said == ")":
            return called.after + 1
    return at


def _written(numbers: Sequence[tuple[str, ...]], code: str) -> tuple[str, ...]:
    instrument = all_instruments()[code]
    kept = (written(number, instrument) for number in numbers)
    return tuple(dict.fromkeys(number for number in kept if number))
