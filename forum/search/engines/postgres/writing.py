"""Putting documents into a generation, in the transaction that also says how far the outbox was read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import Connection, text

from forum.search.analysis import EXACT
from forum.search.engine import FACETS, Document
from forum.search.engines.postgres.literals import letter, sayable, vector
from forum.search.engines.postgres.tables import Generation, keep_state

SAMPLE = 100  # documents from which can be told what is common
COMMON, MOST_COMMON = 20, 200  # a word that is in one of so many documents is common; at most so many are
COLUMNS = "key, grp, parent, number, language, at, signature, audience, letters, words, length"


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
    if (
        batch and "common" not in at.state
    ):  # what a generation begins with decides, since all of it must be written alike
        state = {"common": _commonest(batch.values()), **state}
        at.state["common"] = state["common"]
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
    letters = known_letters(connection, at, {pair for document in documents for pair in filed(document)})
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
                    "".join(sorted({letters[pair] for pair in filed(document)})),
                    *vector(document, at.common),
                )
            )


def _commonest(documents: Collection[Document]) -> list[str]:
    """The words that one in twenty of these documents has; of a few documents nothing can be said."""
    if len(documents) < SAMPLE:
        return []
    counts: Counter[str] = Counter()
    for document in documents:
        counts.update(t for t in {*document.title.split(), *document.body.split()} if t.startswith(EXACT))
    return [token for token, count in counts.most_common(MOST_COMMON) if COMMON * count >= len(documents)]


def filed(document: Document) -> list[tuple[str, str]]:
    """The facets a document has a value in, and the values."""
    return [(name, sayable(value)) for name in FACETS for value in document.values(name) if value]


def known_letters(connection: Connection, at: Generation, pairs: set[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """The letter of each value, new ones given one. Whoever writes holds the row of the generation, so nobody else does."""
    asked = {"names": [name for name, _ in sorted(pairs)], "values": [value for _, value in sorted(pairs)]}
    wanted = "unnest(CAST(:names AS text[]), CAST(:values AS text[])) AS w(name, value)"
    named = "v.name = w.name AND md5(v.value) = md5(w.value)"
    there = f"SELECT v.number, v.name, v.value FROM {wanted} JOIN {at.values} v ON {named}"
    found = connection.execute(text(there), asked).all()
    if len(found) < len(pairs):
        new = f"SELECT w.name, w.value FROM {wanted} WHERE NOT EXISTS (SELECT 1 FROM {at.values} v WHERE {named})"
        made = text(f"INSERT INTO {at.values} (name, value) {new} RETURNING number, name, value")
        found = [*found, *connection.execute(made, asked)]
    return {(row.name, row.value): letter(row.number) for row in found}


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
