"""More like this: what shares the most telling words of something, for whoever asks."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from forum.accounts.models import Member
from forum.search.analysis import EXACT, stop_words
from forum.search.audience import keys_of
from forum.search.documents import documents_of
from forum.search.engine import Document, Engine, Found, NotReady
from forum.search.patience import patiently
from forum.search.query import Query, Weaker, Word
from forum.search.said import key_of
from forum.search.showing import Result, results

MOST_TERMS = 10
MOST_PLACES = 2_000  # of a long text: its beginning says what it is about
IN_A_TITLE = 3
SHORTEST = 3  # letters


def more_like(engine: Engine, entry_id: int, *, reader: Member | None, size: int = 5) -> list[Result]:
    """What resembles an entry, most like it first; empty when nothing does, or while there is no index."""
    documents = [document for document in documents_of([entry_id])[0] if document.key == key_of(entry_id)]
    if not documents:
        return []
    try:
        with patiently():
            found = like(engine, documents[0], keys=keys_of(reader), size=size)
    except NotReady:
        return []
    return results(found.hits, tokens=frozenset(), reader=reader)


def like(engine: Engine, document: Document, *, keys: frozenset[str], size: int = 5) -> Found:
    """Documents that share its most telling words, without itself.

    Raises:
        NotReady: there is no index.
    """
    query = telling(engine, document)
    if query.is_empty:
        return Found((), 0)
    found = engine.find(query, keys=keys, size=size + 1, any_clause=True)
    others = [hit for hit in found.hits if hit.key != document.group]
    return replace(found, hits=others[:size], total=found.total - (len(found.hits) - len(others)))


def telling(engine: Engine, document: Document) -> Query:
    """The words that set a document apart: often in it, seldom elsewhere."""
    times = Counter[Word]()
    for text, weight in ((document.title, IN_A_TITLE), (document.body, 1)):
        for word in _words(text, document.language):
            times[word] += weight
    everything = max(engine.count(), 1)
    common = engine.frequencies(word.exact for word in times)
    worth = {
        word: (1 + math.log(count)) * math.log(1 + everything / common[word.exact])
        for word, count in times.items()
        if common.get(word.exact, 0) > 1  # once: only here
    }
    best = sorted(worth, key=lambda word: (-worth[word], word.exact))[:MOST_TERMS]
    return Query(tuple((Weaker(word, worth[word] / worth[best[0]]),) for word in best))


def _words(text: str, language: str) -> Iterator[Word]:
    common = stop_words(language)
    for line in text.split("\n")[:MOST_PLACES]:
        exact = next((token for token in line.split(" ") if token.startswith(EXACT)), EXACT)
        bare = exact.removeprefix(EXACT)
        if len(bare) >= SHORTEST and bare not in common and not bare.isdecimal():
            yield Word(exact, frozenset(token for token in line.split(" ") if not token.startswith(EXACT)))
