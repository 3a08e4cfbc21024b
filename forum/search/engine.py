"""The port: what a search engine must be able to do for us. the adapters are in `engines/`.

An engine stores analysed documents and answers a Query. It knows neither the database nor who is asking: whoever
asks brings `keys`, and a document is seen by those who hold one of its `audience` (see `forum.search.audience`).
Totals and facets count nothing else, so a number cannot betray what a page would not show.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from flask import current_app

from forum.search.query import Query

#: What results divide into, in the order pages show it.
FACETS = ("kind", "region", "theme", "language", "year", "type", "publisher", "licence", "instrument", "file")
#: What may narrow a search: the facets, and `within` (the key of a group, thread, meeting or resource), never counted.
FILTERS = (*FACETS, "within")
MOST_PAGES = 3  # of one file, shown with the resource they were found in
#: By which rules documents are made and stored. After a change that older indexes should know of, add one: the worker then
#: builds them anew, beside what answers. 2: digests of what a document says (`signing`), shares (`engines.tantivy`); 3: months
#: (`engines.postgres`); 4: addresses of resources.
MAKING = 4


class NotReady(Exception):
    """There is no index to ask: not built yet, or damaged and about to be built again."""


class Busy(Exception):
    """Somebody else is writing to the index; try again in the next turn."""


@dataclass(frozen=True, kw_only=True)
class Document:
    """What can be found of one thing. Texts are analysed already (`analysis.analysed`).

    Args:
        facets: values for each name of FACETS except `kind` and `language`, which every document has.
        within: keys of what it lies in: group, thread, meeting, congress, the entry it is about.
        parent: the key of the entry a page of a file belongs to. Pages are found, counted and shown as their parent;
            they bring the parent's audience and facets with them, and may differ in language.
        number: the page, from 1, when this is a page.
    """

    key: str  # "entry/12", "member/7", "page/31"
    kind: str
    language: str
    title: str
    body: str
    names: str  # references and people's names, which count most
    audience: frozenset[str]
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    within: tuple[str, ...] = ()
    parent: str = ""
    number: int | None = None
    at: datetime
    signature: str = ""  # see forum.search.signing

    @property
    def group(self) -> str:
        """What it is counted and shown as."""
        return self.parent or self.key

    def values(self, name: str) -> tuple[str, ...]:
        """What it has in a facet, or lies within."""
        if name == "kind":
            return (self.kind,)
        if name == "language":
            return (self.language,)
        if name == "within":
            return tuple(sorted({*self.within, self.group}))
        return self.facets.get(name, ())


class Sort(StrEnum):
    RELEVANCE = "relevance"
    DATE = "date"


@dataclass(frozen=True)
class Hit:
    """One thing found.

    Args:
        key: of the entry; of the parent where pages of its file matched.
        pages: the best of those pages, best first: (their key, the page's number).
    """

    key: str
    score: float
    pages: Sequence[tuple[str, int]] = ()


@dataclass(frozen=True)
class Found:
    """One page of hits, with counts over everything that matched; a file's pages count as the one entry they are of.

    `facets[name][value]` counts what would be found if that value alone were chosen in its facet, the other filters
    staying. `complete` is False when time ran out: then the total is "at least". `estimated` is True when groups were not
    counted one by one: then the total and the counts are "about". `hurried` is True when not all could be looked at in the
    time there was: fewer or rarer words would find more.
    """

    hits: Sequence[Hit]
    total: int
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    complete: bool = True
    estimated: bool = False
    hurried: bool = False

    @property
    def about(self) -> int:
        """An estimated total in two figures: 1,243 was never counted."""
        return round(self.total, 2 - len(str(self.total)))


@dataclass(frozen=True)
class Health:
    ready: bool
    documents: int = 0
    watermark: int = 0
    generation: str = ""
    trouble: str = ""
    making: int = 0

    @property
    def is_old(self) -> bool:
        """Whether it answers, but was made by older rules."""
        return self.ready and self.making != MAKING


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far the next generation is: kept in its own commits, so that any process can go on with it."""

    last_key: str = ""
    mark: int = 0  # the outbox's highest id when the rebuild began
    began_at: str = ""
    documents: int = 0
    making: int = 0  # see MAKING; 0 in an index from before it was noted


def made_by(state: Mapping[str, Any]) -> int:
    """By which rules an index was made, as the state says that its engine keeps."""
    return int(state.get("progress", {}).get("making", 0))


class Engine(Protocol):
    """Implemented by each adapter and held to one contract by tests/contract/test_search_engine.py.

    Attributes:
        name: as FORUM_SEARCH_URL begins with it.
        comfortable: documents up to which it answers within its budget; see docs/performance.md.
    """

    name: str
    comfortable: int

    def put(self, documents: Iterable[Document], remove: Iterable[str] = (), *, watermark: int | None = None) -> None:
        """Store or replace documents and remove keys in one commit, together with how far the outbox was read.

        Raises: NotReady, Busy.
        """

    def find(
        self,
        query: Query,
        *,
        keys: frozenset[str],
        filters: Mapping[str, Sequence[str]] | None = None,
        sort: Sort = Sort.RELEVANCE,
        page: int = 1,
        size: int = 10,
        any_clause: bool = False,
        first: str = "",
    ) -> Found:
        """One page of what matches, seen by a holder of `keys`.

        Args:
            filters: per name of FILTERS the values of which one must hold.
            any_clause: one matching clause is enough (for when nothing matches all).
            first: the key of a document to be shown before all others, if it is among the found.
        Raises: NotReady.
        """

    def suggest(self, start: str, *, keys: frozenset[str], limit: int = 8) -> list[str]:
        """Words that begin so and occur in something the holder may see."""

    def alike(self, word: str, *, keys: frozenset[str]) -> str | None:
        """A word spelled nearly so that finds something the holder may see, or None."""

    def frequencies(self, tokens: Iterable[str]) -> dict[str, int]:
        """In how many documents each token occurs, about: what makes one telling. Absent ones are left out."""

    def pages_of(self, parents: Iterable[str]) -> set[str]:
        """The keys of all documents stored with one of these parents, so that pages that are gone can be removed."""

    def signatures(self, keys: Iterable[str]) -> dict[str, str]:
        """The signature each of these documents was stored with; absent ones are left out."""

    def keys_in(self, lot: int, lots: int) -> list[str]:
        """The keys of what is stored in one of so many parts of it, of about the same size; all parts are all there is.

        What is stored twice comes twice.
        """

    def languages(self) -> frozenset[str]:
        """The languages of what is indexed."""

    def count(self) -> int:
        """How many documents there are."""

    def health(self) -> Health:
        """Whether it can answer, and how far it is. Never raises."""

    def writing(self, what: str = "present") -> AbstractContextManager[None]:
        """Hold the pen of the "present" or the "next" generation, against every other process. Raises: Busy."""

    def begin(self, mark: int, *, afresh: bool = False) -> Progress:
        """Start the next generation, or go on with the one begun; the present one keeps answering."""

    def add(self, documents: Iterable[Document], progress: Progress, remove: Iterable[str] = ()) -> None:
        """Store documents and how far we are in the next generation, in one commit. Raises: Busy."""

    def settle(self) -> None:
        """Do the slow part of finishing the next generation, before anybody is kept from writing. May be repeated."""

    def swap(self, watermark: int) -> None:
        """Let the next generation answer from now on, atomically. Call it while `writing()`."""

    def close(self) -> None:
        """Let go of files."""


def current() -> Engine:
    """The engine of the running site."""
    engine: Engine = current_app.extensions["forum.search"]
    return engine
