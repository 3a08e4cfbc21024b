"""Instruments by their names: which one begins at a piece of a text, and where its name ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from forum.instruments.recognition.tokens import Token, tokens_of
from forum.instruments.vocabulary import all_instruments

#: Signs that may stand between the words of a name without breaking it.
INSIDE = frozenset("'’‘`´-‐‑–\"“”«»,().№°/:،")
#: Letters that are written onto the front of an Arabic word: and, with, so, like, for.
CLITICS = "وبفكل"
#: In front of these, ours are still ours; after a general comment of theirs, it is not ours.
OTHER_COMMITTEES = tuple(
    tuple(token.said for token in tokens_of(words) if token.kind == "word")
    for words in (
        "Human Rights Committee", "Committee on Economic", "Committee on the Elimination", "Committee against Torture",
        "Committee on the Rights of Persons", "Committee on Migrant", "CMW", "CEDAW", "CESCR", "CCPR", "HRC", "CRPD", "CERD",
        "Comité de Derechos Humanos", "Comité de Derechos Económicos", "Comité para la Eliminación", "Comité contra la Tortura",
        "Comité des droits de l'homme", "Comité des droits économiques", "Comité contre la torture",
        "Comité dos Direitos Humanos", "Comitê de Direitos Humanos", "Comité dos Direitos Económicos",
        "اللجنة المعنية بحقوق الإنسان", "لجنة مناهضة التعذيب", "اللجنة المعنية بالحقوق الاقتصادية",
    )
)  # fmt: skip
COMMENTS = tuple(
    tuple(token.said for token in tokens_of(words))
    for words in (
        "General comment", "General comments", "GC", "CRC GC", "CRC/C/GC/", "UNCRC General comment", "CRC General comment",
        "Observación general", "Observaciones generales", "OG", "Observation générale", "Observations générales",
        "Comentário geral", "Comentários gerais", "Observação geral", "التعليق العام", "تعليق عام", "التعليقين العامين",
        "التعليقات العامة",
    )
)  # fmt: skip
#: Short for a general comment only when written in capitals.
CAPITALS = frozenset({"gc", "og", "crc"})
PLURALS = frozenset({"comments", "observaciones", "observations", "comentarios", "تعليقات", "التعليقات", "التعليقين"})
NUMBER_SIGNS = frozenset({"no", "nos", "n", "num", "nums", "numero", "numeros", "nro", "nr", "رقم", "رقمي", "ارقام"})


@dataclass(frozen=True)
class Name:
    """One way to name an instrument, as the words and numbers it is made of."""

    words: tuple[str, ...]
    code: str
    raw: tuple[str, ...] | None  # only when written exactly so
    needs_provision: bool = False


@dataclass(frozen=True)
class Called:
    """An instrument named at a place of a text: pieces up to `after` belong to the name."""

    code: str
    after: int
    needs_provision: bool
    is_short: bool


@cache
def _names() -> dict[str, tuple[Name, ...]]:
    """All names by their first word, the longest first."""
    by_first: dict[str, list[Name]] = {}
    for name in _spelled_out():
        by_first.setdefault(name.words[0], []).append(name)
    return {first: tuple(sorted(names, key=lambda n: -len(n.words))) for first, names in by_first.items()}


def _spelled_out() -> Iterator[Name]:
    for instrument in all_instruments().values():
        for text in (*instrument.names.values(), *instrument.forms):
            if words := _words(tokens_of(text)):
                yield Name(words, instrument.code, None)
        for weak, listed in ((False, instrument.abbreviations), (True, instrument.needs_provision)):
            for text in listed:
                parts = [token for token in tokens_of(text) if token.kind in ("word", "number")]
                yield Name(_words(parts), instrument.code, tuple(part.raw for part in parts), weak)


def _words(tokens: Sequence[Token]) -> tuple[str, ...]:
    return tuple(token.said for token in tokens if token.kind in ("word", "number"))


def called_at(tokens: Sequence[Token], at: int) -> Called | None:
    """The instrument whose name begins at this piece, if one does."""
    token = tokens[at]
    if token.kind not in ("word", "number"):
        return None
    for name in _names_beginning(token.said):
        after = _end_of(name, tokens, at)
        if after is not None:
            short = name.raw is not None and len(name.raw) == 1
            if not (short and _is_inside_something_else(tokens, at, after)):
                return Called(name.code, after, name.needs_provision, short)
    return None


@lru_cache(maxsize=20_000)
def may_begin(word: str) -> bool:
    """Whether anything we know the name of begins with this word: most do not, and need not be looked at further."""
    return bool(_names_beginning(word) or _comments_beginning(word))


@lru_cache(maxsize=20_000)
def _names_beginning(word: str) -> tuple[Name, ...]:
    return tuple(name for first in fronts(word) for name in _names().get(first, ()))


def fronts(word: str) -> Iterator[str]:
    """A word, and what may be left of it without the small words Arabic writes onto its front."""
    yield word
    if len(word) > 3 and word[0] in CLITICS:
        yield word[1:]
        if word[0] == "و" and word[1] in CLITICS:
            yield word[2:]
        if word.startswith("لل"):
            yield "ال" + word[2:]
        if word.startswith("ولل"):
            yield "ال" + word[3:]


def _end_of(name: Name, tokens: Sequence[Token], at: int) -> int | None:
    position = at
    for number, word in enumerate(name.words):
        if number:
            skipped = 0
            while position < len(tokens) and tokens[position].kind == "sign" and tokens[position].said in INSIDE:
                position, skipped = position + 1, skipped + 1
                if skipped > 2:
                    return None
        if position >= len(tokens):
            return None
        token = tokens[position]
        if number and token.said != word:
            return None
        if name.raw is not None and token.raw != name.raw[number]:
            return None
        position += 1
    return position


def _is_inside_something_else(tokens: Sequence[Token], at: int, after: int) -> bool:
    """An abbreviation that is part of a symbol, an address or a longer one: CRC/C/155, CRC-155, /docs/CRC."""
    if (
        at
        and tokens[at - 1].end == tokens[at].start
        and tokens[at - 1].said in {"/", "-", "_", "@", "#", ".", "&", "="}
    ):
        return True
    if after + 1 < len(tokens) and tokens[after].start == tokens[after - 1].end:
        sign, following = tokens[after], tokens[after + 1]
        touching = following.start == sign.end
        if sign.kind == "number":
            return True
        return touching and sign.said in {"/", "-", "_", "@", "."} and (sign.said in "/_@" or following.raw[:1].isupper() or following.kind == "number")  # fmt: skip
    return False


def general_comments_at(tokens: Sequence[Token], at: int) -> list[tuple[str, int, int]]:
    """General comments of the Committee on the Rights of the Child that begin to be named at this piece.

    Returns:
        (code, first piece, piece after it) for each.
    """
    for start in _comment_words(tokens, at):
        found, position, first = [], start, at
        many = any(token.said in PLURALS for token in tokens[at:start])
        while (numbered := _number_at(tokens, position)) is not None:
            number, after = numbered
            theirs = _is_of_another_committee(tokens, after)
            after = _past_parentheses(tokens, _past_year(tokens, after))
            code = f"GC{number}"
            if not theirs and code in all_instruments():
                found.append((code, first, after))
            position = first = _past_joint(tokens, after, many=many) if len(tokens) > after else after
            if position == after:
                break
        if found and not _is_of_another_committee_before(tokens, at):
            return found
    return []


def _comment_words(tokens: Sequence[Token], at: int) -> Iterator[int]:
    for words in _comments_beginning(tokens[at].said):
        if at + len(words) >= len(tokens):
            continue
        here = tokens[at : at + len(words)]
        if any(token.said != word for token, word in zip(here[1:], words[1:], strict=True)):
            continue
        if any(token.said in CAPITALS and not token.raw.isupper() for token in here):
            continue
        if len(words) == 1 and at and tokens[at - 1].said in {"/", "-"}:
            continue
        yield at + len(words)


@lru_cache(maxsize=20_000)
def _comments_beginning(word: str) -> tuple[tuple[str, ...], ...]:
    beginnings = tuple(fronts(word))
    return tuple(words for words in sorted(COMMENTS, key=len, reverse=True) if words[0] in beginnings)


def _number_at(tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
    position = at
    while position < len(tokens) and position < at + 4 and _is_number_sign(tokens[position]):
        position += 1
    if position < len(tokens) and tokens[position].kind == "number" and tokens[position].said:
        return int(tokens[position].said), position + 1
    return None


def _is_number_sign(token: Token) -> bool:
    return token.said in NUMBER_SIGNS or token.raw in {".", "°", "º", "#", "№", "-"}


def _past_year(tokens: Sequence[Token], at: int) -> int:
    """Past "(2019)"."""
    inside = tokens[at : at + 3]
    if len(inside) == 3 and inside[0].said == "(" and inside[1].kind == "number" and inside[2].said == ")":
        return at + 3 if len(inside[1].said) == 4 else at
    return at


def _past_parentheses(tokens: Sequence[Token], at: int) -> int:
    """Past "(CMW)": whose general comment the one before was."""
    inside = tokens[at : at + 3]
    is_short = len(inside) == 3 and inside[0].said == "(" and inside[1].raw.isupper() and inside[2].said == ")"
    return at + 3 if is_short else at


def _past_joint(tokens: Sequence[Token], at: int, *, many: bool) -> int:
    """Past an "and", to the number of the next general comment, or where we were."""
    from_here = at
    if tokens[at].said in {",", "،"}:
        from_here += 1
    while from_here < len(tokens) and tokens[from_here].said in {"and", "y", "et", "e", "و", "&"}:
        from_here += 1
    if from_here == at or from_here >= len(tokens) or not (many or _is_number_sign(tokens[from_here])):
        return at
    return from_here if _number_at(tokens, from_here) else at


def _is_of_another_committee(tokens: Sequence[Token], at: int) -> bool:
    position = _past_year(tokens, at)
    skipped = 0
    small = {
        "of",
        "the",
        "by",
        ",",
        "،",
        "(",
        "de",
        "del",
        "la",
        "le",
        "l",
        "'",
        "’",
        "du",
        "do",
        "da",
        "adopted",
        "joint",
    }
    while position < len(tokens) and skipped < 5 and tokens[position].said in small:
        position, skipped = position + 1, skipped + 1
    words = [token.said for token in tokens[position : position + 9] if token.kind == "word"]
    return any(tuple(words[: len(theirs)]) == theirs for theirs in OTHER_COMMITTEES)


def _is_of_another_committee_before(tokens: Sequence[Token], at: int) -> bool:
    words = [token.said for token in tokens[max(0, at - 8) : at] if token.kind == "word" and token.said != "s"]
    return any(tuple(words[-len(theirs) :]) == theirs for theirs in OTHER_COMMITTEES if len(theirs) <= len(words))
