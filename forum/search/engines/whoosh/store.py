"""What a Whoosh index holds, and how it is written.

Traps of Whoosh 2.7.4 that shape this file: an error while a document is added leaves its writer unusable (texts come
analysed, and any error cancels); the same key twice in one writer leaves two documents (a batch is a dictionary).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from whoosh import fields
from whoosh import index as whoosh_index
from whoosh.analysis import Token, Tokenizer
from whoosh.index import FileIndex, LockError
from whoosh.query import Or, Term
from whoosh.reading import SegmentReader

from forum.search.engine import FILTERS, Busy, Document, NotReady
from forum.search.engines.generations import Generations

BETWEEN = "\x1f"  # a filter's name and its value
STATE = "~state"  # the key of the document that carries the watermark and the progress of a rebuild
MERGE_AT = 8  # this many small segments become one
SMALL = 1000  # documents; a segment larger than this is left alone, so that adding one post stays quick


class Analysed(Tokenizer):  # type: ignore[misc]
    """Reads what `forum.search.analysis.analysed` wrote: a place by line, the tokens of a place by space."""

    def __call__(self, value: str, positions: bool = False, start_pos: int = 0, **_: Any) -> Iterator[Token]:
        token = Token(positions)
        token.boost = 1.0
        for place, line in enumerate(value.split("\n"), start_pos):
            for text in line.split(" "):
                if text:
                    token.text, token.pos, token.stopped = text, place, False
                    yield token


def schema() -> fields.Schema:
    def text() -> fields.TEXT:
        return fields.TEXT(analyzer=Analysed(), phrase=True, stored=False)

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


class Store(Generations):
    """A folder of generations that are Whoosh indexes."""

    def create(self) -> Path:
        made = super().create()
        whoosh_index.create_in(str(made), schema())
        return made

    def open(self, generation: Path | None) -> FileIndex:
        """Raises: NotReady."""
        if generation is None:
            raise NotReady("there is no index yet")
        try:
            found = whoosh_index.open_dir(str(generation))
        except Exception as error:  # whatever a damaged file makes the library stumble over
            raise NotReady(f"the index in {generation.name} cannot be opened") from error
        if found.schema.names() != schema().names():
            raise NotReady(f"the index in {generation.name} was made by an earlier version")
        return found


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
        writer = index.writer(timeout=0, limitmb=64)
    except LockError as error:
        raise Busy("the index is being written to") from error
    try:
        kept = {**read_state(index), **state}
        for start in range(0, len(going), 400):
            writer.delete_by_query(Or([Term("key", key) for key in going[start : start + 400]]))
        for document in batch.values():
            writer.add_document(
                key=document.key,
                parent=document.parent or None,
                title=document.title,
                body=document.body,
                names=document.names,
                facts=facts_of(document),
            )
        writer.add_document(key=STATE, state=json.dumps(kept))
        writer.commit(mergetype=merge_the_small)
    except BaseException:
        writer.cancel()
        raise


def merge_the_small(writer: Any, segments: Sequence[Any]) -> list[Any]:
    """Whoosh's merge policy, ours: when many small segments have gathered, one is made of them; large ones stay."""
    alive = [s for s in segments if s.doc_count_all() > s.deleted_count()]
    small = [s for s in alive if s.doc_count() <= SMALL]
    small.sort(key=lambda s: s.doc_count())
    while len(small) > 2 and sum(s.doc_count() for s in small) > 2 * SMALL:
        small.pop()
    if len(small) < MERGE_AT:
        return alive
    for segment in small:
        reader = SegmentReader(writer.storage, writer.schema, segment)
        writer.add_reader(reader)
        reader.close()
    return [s for s in alive if s not in small]


def read_state(index: FileIndex) -> dict[str, Any]:
    """What the last commit said about how far it was."""
    with index.searcher() as searcher:
        found = searcher.document(key=STATE)
    state: dict[str, Any] = json.loads(found["state"]) if found else {}
    return state
