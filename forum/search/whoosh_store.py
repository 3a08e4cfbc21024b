"""Where the Whoosh index lies, and how it is written.

    DATA_DIR/search/CURRENT          the name of the generation that answers
    DATA_DIR/search/NEXT             the name of the one being built, if any
    DATA_DIR/search/g-0001/          a Whoosh index

A pointer moves by renaming a file over it, so a reader finds the old or the new one, never neither. Traps of Whoosh
2.7.4 that shape this file: an error while a document is added leaves its writer unusable (texts come analysed, and
any error cancels); the same key twice in one writer leaves two documents (a batch is a dictionary).
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from whoosh import fields
from whoosh import index as whoosh_index
from whoosh.analysis import Token, Tokenizer
from whoosh.index import FileIndex, LockError
from whoosh.query import Or, Term
from whoosh.reading import SegmentReader

from forum.search.engine import FILTERS, Busy, Document, NotReady

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
    """What filters, facets and sorting need, as `whoosh_facts.Facts` reads it back once per segment."""
    return (
        tuple(f"{name}{BETWEEN}{value}" for name in FILTERS for value in document.values(name) if value),
        tuple(sorted(document.audience)),
        document.at.timestamp(),
        document.signature,
        document.parent,
        document.number,
    )


class Store:
    """The folder of generations."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def pointed(self, pointer: str) -> Path | None:
        """The generation CURRENT or NEXT names, if it is there."""
        try:
            found = self.folder / (self.folder / pointer).read_text().strip()
        except OSError:
            return None
        return found if found.name.startswith("g-") and found.is_dir() else None

    def point(self, pointer: str, generation: Path) -> None:
        fresh = self.folder / f"{pointer}.{os.getpid()}"
        with fresh.open("w") as file:
            file.write(generation.name)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.folder / pointer)

    def forget(self, pointer: str) -> None:
        (self.folder / pointer).unlink(missing_ok=True)

    def create(self) -> Path:
        """A new, empty generation."""
        self.folder.mkdir(parents=True, exist_ok=True)
        numbers = [int(p.name[2:]) for p in self.folder.glob("g-*") if p.name[2:].isdigit()]
        made = self.folder / f"g-{max(numbers, default=0) + 1:04}"
        made.mkdir()
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

    def clear_away(self) -> None:
        """Delete generations that nobody can be reading any more: all but the present, the next and the last one."""
        kept = {p.name for p in (self.pointed("CURRENT"), self.pointed("NEXT")) if p}
        old = sorted(p for p in self.folder.glob("g-*") if p.name not in kept)
        for generation in old[:-1]:
            shutil.rmtree(generation, ignore_errors=True)

    @contextmanager
    def lock(self, name: str) -> Iterator[None]:
        """A lock between processes that dies with its holder. Raises: Busy."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / f"{name}.lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise Busy(f"another process is writing the {name} index") from error
            yield


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
