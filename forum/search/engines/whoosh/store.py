"""What a Whoosh index holds, and how it is written.

Traps of Whoosh 2.7.4 that shape this file: an error while a document is added leaves its writer unusable (texts come
analysed, and any error cancels); the same key twice in one writer leaves two documents (a batch is a dictionary).
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from whoosh import fields
from whoosh import index as whoosh_index
from whoosh.index import FileIndex, LockError
from whoosh.query import Or, Term

from forum.search.engine import FILTERS, Busy, Document, NotReady
from forum.search.engines.generations import Generations
from forum.search.engines.scoring import BOOSTS
from forum.search.engines.whoosh.codec import Writer

BETWEEN = "\x1f"  # a filter's name and its value
STATE = "~state"  # the key of the document that carries the watermark and the progress of a rebuild
FORMAT = 2  # another number makes every index built before one of "an earlier version"
MERGE_AT = 8  # this many segments of about the same size become one
SMALLEST = 4_000  # tokens; below, all segments count as the same size


def schema() -> fields.Schema:
    def text() -> fields.TEXT:
        return fields.TEXT(phrase=True, stored=False)  # what is analysed already never meets its analyzer

    return fields.Schema(
        key=fields.ID(stored=True),
        parent=fields.ID(),
        title=text(),
        body=text(),
        names=text(),
        facts=fields.STORED,
        state=fields.STORED,
    )


def facts_of(document: Document) -> tuple[Any, ...]:
    """What filters, facets and sorting need, as `facts.Facts` reads it back once per segment."""
    return (
        tuple(f"{name}{BETWEEN}{value}" for name in FILTERS for value in document.values(name) if value),
        tuple(sorted(document.audience)),
        document.at.timestamp(),
        document.signature,
        document.parent,
        document.number,
    )


def check(document: Document) -> None:
    """Find out whether a document can be stored, before others depend on it. Raises: whatever is wrong with it."""
    facts_of(document)
    for name in ("key", "parent", *BOOSTS):
        getattr(document, name).encode()


class Store(Generations):
    """A folder of generations that are Whoosh indexes."""

    def create(self) -> Path:
        made = super().create()
        whoosh_index.create_in(str(made), schema())
        (made / "format").write_text(str(FORMAT))
        return made

    def open(self, generation: Path | None) -> FileIndex:
        """Raises: NotReady."""
        if generation is None:
            raise NotReady("there is no index yet")
        try:
            written = (generation / "format").read_text() if (generation / "format").exists() else ""
            if written == str(FORMAT):
                return whoosh_index.open_dir(str(generation))
        except Exception as error:  # whatever a damaged file makes the library stumble over
            raise NotReady(f"the index in {generation.name} cannot be opened") from error
        raise NotReady(f"the index in {generation.name} was made by an earlier version")


def write(index: FileIndex, documents: Iterable[Document], remove: Iterable[str], state: dict[str, Any]) -> None:
    """Replace, remove, and say how far we are, in one commit.

    Args:
        state: merged into the state the index carries.
    Raises:
        Busy: another process holds the writer.
    """
    batch = {document.key: document for document in documents}
    going = [*batch, *remove, STATE]
    try:
        writer = Writer(index)
    except LockError as error:
        raise Busy("the index is being written to") from error
    try:
        kept = {**read_state(index), **state}
        for start in range(0, len(going), 400):
            writer.delete_by_query(Or([Term("key", key) for key in going[start : start + 400]]))
        for document in batch.values():
            words = {name: getattr(document, name) for name in ("key", "parent", *BOOSTS)}
            writer.add(words, {"key": document.key, "facts": facts_of(document)})
        writer.add({"key": STATE}, {"key": STATE, "state": json.dumps(kept)})
        writer.commit(mergetype=join_alike)
    except BaseException:
        writer.cancel()
        raise


def join_alike(writer: Writer, segments: Sequence[Any]) -> list[Any]:
    """Whoosh's merge policy, ours: when enough segments of about the same size have gathered, one is made of them."""
    alive = [s for s in segments if s.doc_count_all() > s.deleted_count()]
    levels: dict[int, list[Any]] = {}
    for segment in alive:
        levels.setdefault(int(math.log(max(size_of(segment), SMALLEST) / SMALLEST, MERGE_AT)), []).append(segment)
    joined: list[Any] = next((alike for _, alike in sorted(levels.items()) if len(alike) >= MERGE_AT), [])
    for segment in joined:
        writer.join(segment)
    return [s for s in alive if s not in joined]


def size_of(segment: Any) -> int:
    """How many tokens a segment holds: what joining it costs."""
    return sum(segment._fieldlengths.values())


def read_state(index: FileIndex) -> dict[str, Any]:
    """What the last commit said about how far it was."""
    with index.searcher() as searcher:
        found = searcher.document(key=STATE)
    state: dict[str, Any] = json.loads(found["state"]) if found else {}
    return state
