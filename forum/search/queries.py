"""Searching, for whoever asks: understood in their language, answered with what they may see."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import select

from forum.access.scopes import visible_to
from forum.accounts.models import Member
from forum.entries.models import Entry
from forum.kernel.db import db
from forum.kernel.paging import Page
from forum.library.likeness import at_address
from forum.search import analysis
from forum.search.across import Across, Wishes, widened
from forum.search.analysis import EXACT
from forum.search.audience import keys_of
from forum.search.engine import Engine, Found, NotReady, Sort
from forum.search.patience import patiently
from forum.search.query import REFERENCE, Query, Word, cleaned, parse
from forum.search.said import key_of
from forum.search.showing import Result, results

SIZE = 10
MOST_RESPELLED = 4  # words of one query
EVERYWHERE = Wishes()
DEEPEST = 100  # pages; nobody reads further, and an engine would have to sort everything before


@dataclass(frozen=True)
class Answer:
    """What the page shows.

    Args:
        all_words: how many of the results hold every word, when these were too few and others follow that hold some.
        instead: the query with a word spelled as it occurs, when nothing was found.
        across: what was searched in other languages too.
    """

    query: Query
    page: Page[Result]
    found: Found = field(default_factory=lambda: Found((), 0))
    all_words: int | None = None
    instead: str = ""
    catching_up: bool = False
    across: Across = field(default_factory=Across)

    @property
    def total(self) -> int:
        return self.found.total


def search(
    engine: Engine,
    typed: str,
    *,
    reader: Member | None,
    language: str,
    filters: Mapping[str, Sequence[str]],
    sort: Sort = Sort.RELEVANCE,
    page: int = 1,
    wishes: Wishes = EVERYWHERE,
) -> Answer:
    """Find what was typed, and what means the same in other languages.

    Args:
        typed: anything; see `forum.search.query`.
        language: the reader's.
        filters: per facet the values of which one must hold.
        wishes: how far to go beyond the words.
    """
    query = parse(typed, [language])
    try:
        with patiently():
            query = parse(typed, [language, *sorted(engine.languages())])
            query, across = widened(query, typed, wishes)
            found = _answer(engine, query, cleaned(typed), reader, filters, sort, min(page, DEEPEST))
        return replace(found, across=across)
    except NotReady:
        return Answer(query, Page([], 1, total=0, size=SIZE), catching_up=True)


def _answer(
    engine: Engine,
    query: Query,
    typed: str,
    reader: Member | None,
    filters: Mapping[str, Sequence[str]],
    sort: Sort,
    page: int,
) -> Answer:
    keys = keys_of(reader)
    first = _entry_called(typed, reader)

    def found(**options: Any) -> Found:
        asked = {"filters": filters, "page": page, "size": SIZE, **options}
        return engine.find(query, keys=keys, sort=sort, first=first, **asked)

    every = answer = found()
    all_words, instead = None, ""
    if len(query.clauses) > 1 and sort is Sort.RELEVANCE and not answer.hurried and _are_few(answer, filters, found):
        all_words = answer.total
        answer = _with_some_words(answer if page == 1 else found(page=1), found, page)
    if not every.total and not answer.hurried and not any(filters.values()):
        instead = _spelled_otherwise(engine, query, typed, keys)
    shown = results(answer.hits, tokens=query.tokens(), reader=reader, typed=typed)
    more = answer.total > page * SIZE and page < DEEPEST
    return Answer(query, Page(shown, page, more, answer.total, SIZE), answer, all_words, instead)


def _are_few(answer: Found, filters: Mapping[str, Sequence[str]], found: Callable[..., Found]) -> bool:
    """Whether what holds every word would not fill a page, filters aside: else choosing a filter could add results."""
    if answer.total >= SIZE:
        return False
    return not any(filters.values()) or found(filters={}, page=1, size=1).total < SIZE


def _with_some_words(every: Found, found: Callable[..., Found], page: int) -> Found:
    """What holds every word, then what holds some of them."""
    kept = {hit.key for hit in every.hits}
    some = found(page=1, size=page * SIZE + len(kept), any_clause=True)
    if some.hurried and not some.hits:
        return replace(every, hurried=True)
    hits = [*every.hits, *(hit for hit in some.hits if hit.key not in kept)]
    return replace(some, hits=hits[(page - 1) * SIZE : page * SIZE])


def _entry_called(typed: str, reader: Member | None) -> str:
    """The key of the entry whose reference or address was typed, "" when it is none (or none for this reader)."""
    if analysis.address(typed):
        there = at_address(analysis.resolved(typed), reader=reader)
        return key_of(there[0].id) if there else ""
    if not REFERENCE.fullmatch(typed):
        return ""
    id = db.session.scalar(select(Entry.id).where(Entry.reference == typed.upper(), visible_to(reader)))
    return "" if id is None else key_of(id)


def _spelled_otherwise(engine: Engine, query: Query, typed: str, keys: frozenset[str]) -> str:
    """What was typed, with words that find nothing replaced by near ones that do; "" when there are none."""
    better: dict[str, str] = {}
    for word in [part for clause in query.clauses for part in clause if isinstance(part, Word)][:MOST_RESPELLED]:
        alone = engine.find(Query(((word,),)), keys=keys, size=1)
        if not alone.total and not alone.hurried:
            near = engine.alike(word.exact.removeprefix(EXACT), keys=keys)
            if near:
                better[word.exact] = near
    if not better:
        return ""
    pieces, at = [], 0
    for word_typed, start, end in analysis.words(typed):
        pieces += [typed[at:start], better.get(analysis.exact(word_typed), word_typed)]
        at = end
    return "".join([*pieces, typed[at:]])
