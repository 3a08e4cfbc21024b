"""What a person typed, as a small tree: never an error, always something an engine can bound.

    water "in custody" -police guardian* WC21-BUE19-R03 girls OR boys

Every part must match, alternatives joined by OR count as one part, a minus or NOT excludes, quotes keep words
together and in order, a star finds what begins so. Whatever cannot be understood is read as plain words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from forum.search import analysis

LONGEST = 300
MOST_TERMS = 12
MOST_EXPANSIONS = 60
SHORTEST_PREFIX = 3
REFERENCE = re.compile(r"[A-Za-z]{1,8}\d{0,4}(-[A-Za-z]{1,8}\d{0,6})+|[A-Za-z]{2,8}\d{2,4}")
PIECE = re.compile(r'(?P<minus>[-−]?)"(?P<quoted>[^"]*)"?|(?P<word>[^\s"]+)')
QUOTES = dict.fromkeys(map(ord, "“”„«»″＂"), '"')


@dataclass(frozen=True)
class Word:
    """A word: its token as written, and its stems in every language it may be in."""

    exact: str
    stems: frozenset[str]


@dataclass(frozen=True)
class Phrase:
    """Words next to each other, as written. `whole` is the token of the reference or address they may be together."""

    exact: tuple[str, ...]
    whole: str = ""


@dataclass(frozen=True)
class Prefix:
    """Words that begin so."""

    start: str

    @property
    def starts(self) -> tuple[str, ...]:
        """Every way they may begin."""
        return analysis.with_articles(self.start)


@dataclass(frozen=True)
class Weaker:
    """An alternative that nobody typed (a term of the same concept in another language): it counts less.

    Args:
        weight: what its score is multiplied with, between 0 and 1.
    """

    part: Word | Phrase | Prefix
    weight: float


Part = Word | Phrase | Prefix | Weaker


def plainly(part: Part) -> tuple[Word | Phrase | Prefix, float]:
    """A part without its wrapping, and its weight (1 for what was typed)."""
    return (part.part, part.weight) if isinstance(part, Weaker) else (part, 1.0)


@dataclass(frozen=True)
class Query:
    """Every clause must match, by any of its alternatives; nothing in `without` may."""

    clauses: tuple[tuple[Part, ...], ...] = ()
    without: tuple[Part, ...] = ()
    shortened: bool = False

    @property
    def is_empty(self) -> bool:
        return not self.clauses and not self.without

    def tokens(self) -> frozenset[str]:
        """Every token whose presence in a text is worth marking; prefixes end in a star."""
        return frozenset(token for clause in self.clauses for part in clause for token in _tokens(part))


def _tokens(part: Part) -> Iterator[str]:
    part, weight = plainly(part)
    if isinstance(part, Word):
        yield part.exact
        yield from part.stems
    elif isinstance(part, Phrase):
        yield from part.exact if weight == 1 else filter(_says_something, part.exact)
    else:
        yield from (f"{analysis.EXACT}{start}*" for start in part.starts)


def _says_something(token: str) -> bool:
    """Whether a word of a term that nobody typed is worth marking by itself: "de" and "from" are not."""
    word = token.removeprefix(analysis.EXACT)
    return all(word not in analysis.stop_words(language) for language in ("en", "es", "fr", "ar", "pt"))


def cleaned(typed: str) -> str:
    """What was typed on one line, without control characters, at most LONGEST characters."""
    kept = (" " if unicodedata.category(c)[0] in "CZ" and c != "\u200d" else c for c in typed[: LONGEST * 4])
    return " ".join("".join(kept).split())[:LONGEST]


def parse(typed: str, languages: Iterable[str]) -> Query:
    """Understand what was typed.

    Args:
        typed: anything at all.
        languages: those the words may be in; their stems are alternatives.
    """
    spoken = tuple(dict.fromkeys(languages)) or ("en",)
    clauses: list[tuple[Part, ...]] = []
    without: list[Part] = []
    count, joins, negates, shortened = 0, False, False, len(typed) > LONGEST
    for minus, text, quoted in _pieces(cleaned(typed).translate(QUOTES)):
        if not quoted and text in ("AND", "&", "&&", "+"):
            continue
        if not quoted and text in ("OR", "|", "||"):
            joins = bool(clauses)
            continue
        if not quoted and text in ("NOT", "!"):
            negates = True
            continue
        part = _part(text, quoted, spoken)
        if part is None:
            continue
        count += len(part.exact) if isinstance(part, Phrase) else 1
        if count > MOST_TERMS:
            shortened = True
            break
        if minus or negates:
            without.append(part)
        elif joins:
            clauses[-1] = (*clauses[-1], part)
        else:
            clauses.append((part,))
        joins = negates = False
    return Query(tuple(_without_stop_words(clauses, spoken)), tuple(without), shortened)


def runs(typed: str) -> Iterator[list[str]]:
    """The words typed next to each other, without those in quotes, left out, joined by OR, cut short by a star or in an address."""
    run: list[str] = []
    negates = False
    for minus, text, quoted in _pieces(cleaned(typed).translate(QUOTES)):
        negated, negates = minus or negates, not quoted and text in ("NOT", "!")
        alone = text.endswith("*") or text in ("OR", "|", "||") or analysis.address(text)
        if quoted or negated or negates or alone:
            yield run
            run = []
        elif text not in ("AND", "&", "&&", "+"):
            run += [word for word, _start, _end in analysis.words(text)]
    yield run


def parts_in_quotes(typed: str) -> frozenset[Part]:
    """What was put in quotes, as parts."""
    pieces = _pieces(cleaned(typed).translate(QUOTES))
    return frozenset(part for _minus, text, quoted in pieces if quoted and (part := _part(text, True, ())))


def _pieces(text: str) -> Iterator[tuple[bool, str, bool]]:
    """(excluded?, text, quoted?) for each piece; an unclosed quote is closed by the end."""
    for found in PIECE.finditer(text):
        if found["word"] is None:
            yield bool(found["minus"]), found["quoted"], True
            continue
        word = found["word"]
        bare = word.lstrip("-−")
        yield bare != word and bool(bare), bare, False


def _part(text: str, quoted: bool, languages: tuple[str, ...]) -> Word | Phrase | Prefix | None:
    found = [word for word, _start, _end in analysis.words(text)]
    if not found:
        return None
    if not quoted and text.endswith("*") and len(found) == 1 and len(analysis.fold(found[0])) >= SHORTEST_PREFIX:
        return Prefix(analysis.fold(found[0]))
    if len(found) == 1:
        if quoted:
            return Phrase((analysis.exact(found[0]),))
        spelled = frozenset().union(*(analysis.stems(found[0], language) for language in languages))
        return Word(analysis.exact(found[0]), spelled)
    whole = "" if quoted else text.strip(".,;:()[]<>")
    if REFERENCE.fullmatch(whole):
        return Phrase(_exact(found), analysis.EXACT + whole.casefold())
    if token := analysis.address(whole):  # who mentions it may have written https or not, or the DOI alone
        doi = analysis.DOI.fullmatch(whole)
        named = _exact(word for word, _start, _end in analysis.words(doi["doi"] if doi else token))
        return Phrase(named or _exact(found), token)
    return Phrase(_exact(found))


def _exact(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(map(analysis.exact, islice(words, MOST_TERMS)))


def _without_stop_words(clauses: list[tuple[Part, ...]], languages: tuple[str, ...]) -> list[tuple[Part, ...]]:
    """Drop clauses that only say "the" or "de", unless nothing else was said."""
    common = frozenset().union(*(analysis.stop_words(language) for language in languages))

    def says_something(clause: tuple[Part, ...]) -> bool:
        return not all(isinstance(p, Word) and p.exact.removeprefix(analysis.EXACT) in common for p in clause)

    return [clause for clause in clauses if says_something(clause)] or clauses
