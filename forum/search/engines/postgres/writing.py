"""Putting documents into a generation, in the transaction that also says how far the outbox was read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, text

from forum.search.analysis import EXACT
from forum.search.engine import FACETS, Document
from forum.search.engines.postgres.literals import sayable, vector
from forum.search.engines.postgres.tables import Generation, keep_state

BETWEEN = "\x1f"  # a filter's name and its value
COLUMNS = "key, grp, parent, number, language, at, signature, audience, facets, places, heads, words"
HEADS = ("names", "title")


def write(
    connection: Connection, at: Generation, documents: Iterable[Document], remove: Iterable[str], state: dict[str, Any]
) -> None:
    """Replace, remove, and say how far we are.

    Args:
        at: the generation, its row locked.
        state: merged into the state the generation carries.
    """
    batch = {document.key: document for document in documents}
    going = [*batch, *remove]
    gone = 0
    if going:
        deleted = text(f"DELETE FROM {at.documents} WHERE key = ANY(:keys)")
        gone = connection.execute(deleted, {"keys": going}).rowcount
    if batch:
        _copy(connection, at, list(batch.values()))
        if at.settled:
            _count_words(connection, at, batch.values())
    languages = set(at.state.get("languages", ())) | {document.language for document in batch.values()}
    kept = {
        "documents": at.state.get("documents", 0) + len(batch) - gone,
        "languages": sorted(languages),
        "pages": at.state.get("pages", False) or any(document.parent for document in batch.values()),
    }
    keep_state(connection, at, {**kept, **state})


def _copy(connection: Connection, at: Generation, documents: list[Document]) -> None:
    cursor = connection.connection.cursor()
    with cursor.copy(f"COPY {at.documents} ({COLUMNS}) FROM STDIN") as copy:  # type: ignore[attr-defined]
        for document in documents:
            copy.write_row(
                (
                    document.key,
                    document.group,
                    document.parent,
                    document.number,
                    document.language,
                    document.at,
                    document.signature,
                    sorted(document.audience),
                    [f"{name}{BETWEEN}{value}" for name in FACETS for value in document.values(name) if value],
                    list(document.values("within")),
                    vector(document, HEADS),
                    vector(document),
                )
            )


def _count_words(connection: Connection, at: Generation, documents: Iterable[Document]) -> None:
    """Add what these documents hold; what is removed is not taken off, since the counts are "about"."""
    counts: Counter[str] = Counter()
    for document in documents:
        counts.update({*document.title.split(), *document.names.split(), *document.body.split()})
    words = sorted(counts)  # in one order everywhere, so that two writers never wait for one another
    connection.execute(
        text(
            f"INSERT INTO {at.words} AS w SELECT * FROM unnest(CAST(:tokens AS text[]), CAST(:counts AS integer[])) "
            "ON CONFLICT (token) DO UPDATE SET documents = w.documents + excluded.documents"
        ),
        {"tokens": words, "counts": [counts[word] for word in words]},
    )


def beginning_with(connection: Connection, at: Generation, start: str, most: int) -> list[tuple[str, int]]:
    """Exact tokens that begin so, commonest first, with about how many documents have each."""
    first = EXACT + sayable(start)
    rows = connection.execute(
        text(
            f"SELECT token, documents FROM {at.words} WHERE token >= :first AND token < :after "
            "ORDER BY documents DESC, token LIMIT :most"
        ),
        {"first": first, "after": first + "\U0010ffff", "most": most},
    )
    return [(row.token, row.documents) for row in rows]


def frequencies(connection: Connection, at: Generation, tokens: Iterable[str]) -> dict[str, int]:
    """About how many documents have each token."""
    rows = connection.execute(
        text(f"SELECT token, documents FROM {at.words} WHERE token = ANY(:tokens)"),
        {"tokens": list(set(map(sayable, tokens)))},
    )
    return {row.token: row.documents for row in rows}
