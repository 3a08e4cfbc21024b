"""The worst that can be asked: `python -m bench --search tantivy --hostile`. No search may take a second.

Each question is asked in every way a page can ask it; what is printed is the longest. The whole of a search, which asks an engine
several times, shares one deadline (`forum.search.patience`), and that is measured too.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from bench.invented import EVERYBODY, LANGUAGES, Invented
from forum.search.analysis import exact, stems
from forum.search.engine import Engine, Found, Sort
from forum.search.patience import patiently
from forum.search.query import Phrase, Query, Weaker, Word, parse

FILTERS = {
    "kind": ["resource", "thread", "post", "recommendation"],
    "region": [f"region-{n}" for n in range(9)],
    "theme": [f"theme-{n}" for n in range(12)],
    "language": list(LANGUAGES),
    "year": [str(2010 + n) for n in range(16)],
    "type": [f"type-{n}" for n in range(8)],
    "publisher": [f"publisher-{n}" for n in range(20)],
}
WAYS: tuple[dict[str, Any], ...] = (
    {},
    {"sort": Sort.DATE},
    {"page": 100},
    {"page": 100, "sort": Sort.DATE},
    {"filters": FILTERS},
    {"filters": {name: FILTERS[name] for name in ("kind", "region", "theme", "language", "year")}},
    {"first": "entry/11"},
    {"any_clause": True},
    {"any_clause": True, "filters": FILTERS, "page": 100},
)


def questions(invented: Invented) -> Iterator[tuple[str, Query]]:
    """Everything the parser lets through, made of the commonest words there are."""
    common = invented.words[:24]
    begin = list(dict.fromkeys(word[:3] for word in invented.words[:4_000]))[:12]
    twos = [f'"{a} {b}"' for a, b in pairwise(common[:12])]
    typed = {
        "everything": "",
        "twelve common words": " ".join(common[:12]),
        "any of twelve": " OR ".join(common[:12]),
        "none of twelve": " ".join(f"-{word}" for word in common[:12]),
        "a phrase of two": twos[0],
        "a phrase of twelve": '"' + " ".join(common[:12]) + '"',
        "one word twelve times, as a phrase": '"' + " ".join([common[0]] * 12) + '"',
        "six phrases": " ".join(twos[::2]),
        "any of six phrases": " OR ".join(twos[::2]),
        "one prefix of three letters": f"{begin[0]}*",
        "twelve prefixes": " ".join(f"{start}*" for start in begin),
        "any of twelve prefixes": " OR ".join(f"{start}*" for start in begin),
        "none of twelve prefixes": " ".join(f"-{start}*" for start in begin),
    }
    for name, words in typed.items():
        yield name, parse(words, LANGUAGES)
    added = [Word(exact(word), stems(word, "fr")) for word in common[:15]]
    yield "two words widened by fifteen", _widened(common, [Weaker(word, 0.5) for word in added])
    phrases = [Phrase(tuple(map(exact, common[n : n + 3]))) for n in range(15)]
    yield "two words widened by fifteen phrases", _widened(common, [Weaker(phrase, 0.5) for phrase in phrases])


def _widened(common: list[str], added: list[Weaker]) -> Query:
    return Query(tuple((*clause, *added) for clause in parse(f"{common[0]} {common[1]}", LANGUAGES).clauses))


def report(engine: Engine, invented: Invented) -> None:
    """Ask, and print."""
    print(f"\n| {engine.name}, the worst that can be asked | longest ms | a whole search, ms | cut short |")
    print("|---|--:|--:|--:|")
    for name, query in questions(invented):
        answers = [_asked(engine, query, way) for way in WAYS]
        longest, cut = max(seconds for seconds, _ in answers), sum(found.hurried for _, found in answers)
        whole = _whole(engine, query)
        print(f"| {name} | {1e3 * longest:.0f} | {1e3 * whole:.0f} | {cut} of {len(WAYS)} |", flush=True)
    print(f"\nLoad: {os.getloadavg()[0]:.1f}.")


def _asked(engine: Engine, query: Query, way: dict[str, Any]) -> tuple[float, Found]:
    began = time.perf_counter()
    found = engine.find(query, keys=EVERYBODY, **way)
    return time.perf_counter() - began, found


def _whole(engine: Engine, query: Query) -> float:
    """Seconds for all that one search may ask: see `forum.search.queries`."""
    began = time.perf_counter()
    with patiently():
        engine.languages()
        for way in (
            {},
            {"filters": FILTERS},
            {"any_clause": True, "page": 100},
            {"filters": FILTERS, "any_clause": True},
        ):
            _asked(engine, query, way)
        for word in ("misspeled", "kalomertisanjuvenxx"):
            engine.alike(word, keys=EVERYBODY)
    return time.perf_counter() - began
