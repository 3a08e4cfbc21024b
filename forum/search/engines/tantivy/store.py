"""What a Tantivy index holds, and how it is written.

Texts come analysed. Tantivy wants one token at each position where phrases are looked for, so each text is two fields:
`body` with the exact tokens, in their order, and `body_stems` with the stems, whose order nobody asks for. Everything that
filters or counts is a fast field. The watermark lies in a document of its own, written in the same commit.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import tantivy

from forum.search.analysis import EXACT
from forum.search.engine import FACETS, Busy, Document, NotReady
from forum.search.engines.generations import Generations
from forum.search.engines.scoring import BOOSTS
from forum.search.engines.tantivy.bounds import lottery

STATE = "~state"  # the key of the document that carries the watermark and the progress of a rebuild
FORMAT = 1  # another number makes every index built before one of "an earlier version"
MOST_WAITING = 20_000  # documents that share a commit while an index is built
HEAP = 64_000_000  # bytes a writer may fill before it writes a segment


def schema() -> tantivy.Schema:
    made = tantivy.SchemaBuilder()
    for name in BOOSTS:
        made.add_text_field(name, tokenizer_name="whitespace", index_option="position")
        made.add_text_field(f"{name}_stems", tokenizer_name="whitespace", index_option="freq")
    for name in FACETS:
        made.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    for name in ("within", "audience"):
        made.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in ("key", "parent"):
        made.add_text_field(name, stored=True, tokenizer_name="raw", index_option="basic")
    for name in ("signature", "state"):
        made.add_text_field(name, stored=True, tokenizer_name="raw", index_option="basic")
    made.add_text_field("share", tokenizer_name="raw", index_option="basic")
    made.add_unsigned_field("group", indexed=True, fast=True)  # a number that stands for what it is counted as
    made.add_unsigned_field("number", stored=True, indexed=True, fast=True)  # of a page; 0 for everything else
    made.add_unsigned_field("is_page", indexed=True)
    made.add_integer_field("at", fast=True)
    return made.build()


def number_of(group: str) -> int:
    """A number that stands for a key; two keys have the same one about as often as never."""
    return int.from_bytes(hashlib.blake2b(group.encode(), digest_size=8).digest(), "big") >> 1


def stored(document: Document) -> dict[str, Any]:
    """A document in Tantivy's fields."""
    fields: dict[str, Any] = {
        "key": document.key,
        "parent": document.parent,
        "signature": document.signature,
        "audience": sorted(document.audience),
        "within": list(document.values("within")),
        "group": number_of(document.group),
        "share": lottery(number_of(document.group)),
        "number": document.number or 0,
        "is_page": int(document.number is not None),
        "at": int(document.at.timestamp()),
    }
    for name in FACETS:
        fields[name] = [value for value in document.values(name) if value]
    for name in BOOSTS:
        tokens = getattr(document, name).split()
        fields[name] = " ".join(token for token in tokens if token.startswith(EXACT))
        fields[f"{name}_stems"] = " ".join(token for token in tokens if not token.startswith(EXACT))
    return fields


class Store(Generations):
    """A folder of generations that are Tantivy indexes."""

    def create(self) -> Path:
        made = super().create()
        tantivy.Index(schema(), str(made))
        (made / "format").write_text(str(FORMAT))
        return made

    def open(self, generation: Path | None) -> tantivy.Index:
        """Raises: NotReady."""
        if generation is None:
            raise NotReady("there is no index yet")
        try:
            written = (generation / "format").read_text()
            found = tantivy.Index.open(str(generation))
        except (ValueError, OSError) as error:
            raise NotReady(f"the index in {generation.name} cannot be opened") from error
        if written != str(FORMAT):
            raise NotReady(f"the index in {generation.name} was made by an earlier version")
        found.config_reader("manual")
        return found


class Pen:
    """A writer on one generation; closing it commits what waits and lets the merges end that this began."""

    def __init__(self, index: tantivy.Index) -> None:
        try:
            self.writer = index.writer(HEAP, 1)
        except ValueError as error:
            raise Busy("the index is being written to") from error
        self.index, self.schema = index, index.schema
        self.state, self.waiting = read_state(index), 0

    def write(
        self, documents: Iterable[Document], remove: Iterable[str], state: dict[str, Any], *, may_wait: bool = False
    ) -> None:
        """Replace, remove, and say how far we are, in one commit.

        Args:
            state: merged into the state the index carries.
            may_wait: let several writes share a commit, when nobody reads yet; a kill then loses them whole.
        """
        batch = {document.key: document for document in documents}
        try:
            for key in (*batch, *remove, STATE):
                self.writer.delete_documents_by_term("key", key)
            for document in batch.values():
                self.writer.add_document(tantivy.Document.from_dict(stored(document), self.schema))
            self.state |= state
            kept = {"key": STATE, "state": json.dumps(self.state)}
            self.writer.add_document(tantivy.Document.from_dict(kept, self.schema))
            self.waiting += len(batch) + 1
            if not may_wait or self.waiting > MOST_WAITING:
                self._commit()
        except BaseException:
            self.writer.rollback()
            self.state, self.waiting = read_state(self.index), 0
            raise

    def _commit(self) -> None:
        self.writer.commit()
        self.waiting = 0

    def close(self) -> None:
        try:
            if self.waiting:
                self._commit()
        finally:
            self.writer.wait_merging_threads()


def read_state(index: tantivy.Index) -> dict[str, Any]:
    """What the last commit said about how far it was."""
    index.reload()
    return state_in(index.searcher(), index.schema)


def state_in(searcher: tantivy.Searcher, schema: tantivy.Schema) -> dict[str, Any]:
    hits = searcher.search(tantivy.Query.term_query(schema, "key", STATE), 1, count=False).hits
    state: dict[str, Any] = json.loads(searcher.doc(hits[0][1]).get_first("state") or "{}") if hits else {}
    return state
