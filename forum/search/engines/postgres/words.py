"""What the table of words tells: in about how many documents each is, and which begin alike."""

from __future__ import annotations

from collections.abc import Iterable

from forum.search.analysis import EXACT
from forum.search.engines.postgres.literals import sayable
from forum.search.engines.postgres.tables import Generation
from forum.search.engines.postgres.timed import Timed

LAST = "\U0010ffff"  # after all words that begin alike


def beginning_with(timed: Timed, at: Generation, start: str, most: int) -> list[tuple[str, int]]:
    """Exact tokens that begin so, commonest first, with about how many documents have each."""
    first = EXACT + sayable(start)
    rows = timed.rows(
        f"SELECT token, documents FROM {at.words} WHERE token >= %(first)s AND token < %(after)s "
        "ORDER BY documents DESC, token LIMIT %(most)s",
        first=first,
        after=first + LAST,
        most=most,
    )
    return [(row.token, row.documents) for row in rows]


def occurrences(timed: Timed, at: Generation, starts: Iterable[str]) -> dict[str, int]:
    """About how many documents have a word that begins so, for each of these; some are counted more than once."""
    first = [EXACT + sayable(start) for start in starts]
    rows = timed.rows(
        f"SELECT start, (SELECT coalesce(sum(documents), 0) FROM {at.words} WHERE token >= start AND token < after) "
        "AS documents FROM unnest(CAST(%(first)s AS text[]), CAST(%(after)s AS text[])) AS w(start, after)",
        first=first,
        after=[start + LAST for start in first],
    )
    return {row.start.removeprefix(EXACT): int(row.documents) for row in rows}


def frequencies(timed: Timed, at: Generation, tokens: Iterable[str]) -> dict[str, int]:
    """About how many documents have each token."""
    wanted = list(set(map(sayable, tokens)))
    rows = timed.rows(f"SELECT token, documents FROM {at.words} WHERE token = ANY(%(tokens)s)", tokens=wanted)
    return {row.token: row.documents for row in rows}


def near(timed: Timed, at: Generation, word: str, most: int) -> list[tuple[str, int]]:
    """Exact tokens that may be a misspelled word, with about how many documents have each: those that share trigrams
    with it where PostgreSQL knows these, else those that begin as it does."""
    if not at.state.get("trigrams"):
        return beginning_with(timed, at, word[:2], most)
    asked = f"SELECT token, documents FROM {at.words} WHERE token %% %(word)s LIMIT %(most)s"
    rows = timed.rows(asked, word=EXACT + sayable(word), most=most)
    return [(row.token, row.documents) for row in rows if row.token.startswith(EXACT)]
