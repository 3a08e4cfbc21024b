"""What the Tantivy engine does where a question would cost much: bounded by what is known beforehand, and saying so."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from tantivy import Document as Document_
from tantivy import Index, SchemaBuilder

from forum.kernel.settings import Settings
from forum.search.analysis import analysed
from forum.search.engine import Document, Engine, Sort
from forum.search.engines import choose
from forum.search.engines.tantivy import asking, bounds, matching, store
from forum.search.query import parse

ALL = frozenset({"anyone"})
NOW = datetime(2026, 1, 1, tzinfo=UTC)
WORDS = [f"word{n}" for n in range(60)]
PAGES = 10


@pytest.fixture(scope="module")
def documents() -> list[Document]:
    """Entries, and pages of every tenth; words as unevenly common as in texts."""
    chance = random.Random(8)
    weights = [1 / (n + 1) for n in range(len(WORDS))]

    def text() -> str:
        return analysed(" ".join(chance.choices(WORDS, weights, k=25)), "en")

    made = []
    for n in range(600):
        entry = Document(
            key=f"entry/{n}",
            kind="post" if n % 10 else "resource",
            language="en",
            title=analysed(WORDS[n % len(WORDS)], "en") if n % 3 == 0 else "",
            body=text(),
            names="",
            audience=ALL if n % 7 else frozenset({"group:7"}),
            facets={"region": (f"region-{n % 3}",), "year": (str(2020 + n % 4),)},
            at=NOW + timedelta(hours=n),
        )
        made.append(entry)
        if not n % 10:
            made += [
                replace(entry, key=f"page/{n}/{p}", title="", body=text(), parent=entry.key, number=p)
                for p in range(1, PAGES)
            ]
    return made


@pytest.fixture(scope="module")
def engine(documents, tmp_path_factory) -> Iterator[Engine]:
    made = build(tmp_path_factory.mktemp("index"), documents)
    yield made
    made.close()


def build(folder: Path, documents: list[Document]) -> Engine:
    made = choose(Settings(data_dir=str(folder), search_url="tantivy:"))
    made.add(documents, made.begin(0, afresh=True))
    with made.writing():
        made.swap(0)
    return made


QUESTIONS = [
    "word1",
    "word1 word40",
    "word0 OR word1 OR word55",
    '"word0 word1"',
    '"word0 word1" word30',
    "word2 -word20",
    'word3 -"word0 word1"',
    "word5*",
    "word1* -word2*",
    "",
]


def everything_about(engine: Engine, typed: str, **options) -> tuple:
    found = engine.find(parse(typed, ["en"]), keys=ALL, size=700, **options)
    hits = sorted((hit.key, round(hit.score, 3), tuple(hit.pages)) for hit in found.hits)
    return hits, found.total, found.facets, found.complete, found.estimated, found.hurried


@pytest.mark.parametrize("typed", QUESTIONS)
@pytest.mark.parametrize(
    "options", [{}, {"any_clause": True}, {"filters": {"region": ["region-1"], "kind": ["resource"]}}]
)
def test_a_guard_changes_the_cost_and_nothing_that_is_found(engine, monkeypatch, typed, options):
    monkeypatch.setattr(asking, "COUNTED", 10_000)
    for name in ("LEAPT", "LEAPT_AND_COMPARED"):
        monkeypatch.setattr(matching, name, 1.0)
    whole = everything_about(engine, typed, **options)
    for name in ("LEAPT", "LEAPT_AND_COMPARED"):
        monkeypatch.setattr(matching, name, 0.0)
    assert everything_about(engine, typed, **options) == whole
    assert whole[3:] == (True, False, False)
    assert whole[0]


def test_what_would_cost_too_much_is_answered_from_a_share_of_everything_and_says_so(engine, monkeypatch):
    whole = engine.find(parse("word0 word1", ["en"]), keys=ALL, size=700)
    monkeypatch.setattr(bounds, "OPENED", 0.0)
    monkeypatch.setattr(
        asking, "AFFORDED", asking.Asking(engine._open(), parse("word0 word1", ["en"]), ALL, {}).cost / 4
    )
    for sort in Sort:
        part = engine.find(parse("word0 word1", ["en"]), keys=ALL, size=700, sort=sort)
        assert (part.complete, part.hurried, part.estimated) == (False, True, True)
        assert 0 < len(part.hits) < len(whole.hits) / 2
        assert {hit.key for hit in part.hits} < {hit.key for hit in whole.hits}
        assert whole.total / 2 < part.total < whole.total * 2, "estimated from the share"
    some = engine.find(parse("word0 word1", ["en"]), keys=ALL, filters={"region": ["region-1"]})
    assert some.hits and set(some.facets["region"]) == {"region-0", "region-1", "region-2"}


def test_no_question_costs_more_than_can_be_afforded(engine, monkeypatch):
    """By the reckoning, which is all there is to go by: Tantivy cannot be interrupted."""
    monkeypatch.setattr(bounds, "OPENED", 0.0)
    monkeypatch.setattr(asking, "AFFORDED", 0.00005)
    hostile = [
        " ".join(WORDS[:12]),
        " OR ".join(WORDS[:12]),
        '"' + " ".join(WORDS[:12]) + '"',
        " OR ".join(f'"{a} {b}"' for a, b in pairwise(WORDS[:7])),
        " ".join(f"-{word}" for word in WORDS[:12]),
        "",
    ]
    for typed in hostile:
        asked = asking.Asking(engine._open(), parse(typed, ["en"]), ALL, {})
        assert asked.cost <= 0.00005, typed
    assert asked.share == 1, "everything is not much"
    assert asking.Asking(engine._open(), parse(hostile[1], ["en"]), ALL, {}).share > 1


def test_facets_of_many_results_are_counted_in_a_share_of_them(engine, monkeypatch):
    exact = engine.find(parse("word0", ["en"]), keys=ALL)
    monkeypatch.setattr(asking, "DIVIDED", 250)
    about = engine.find(parse("word0", ["en"]), keys=ALL)
    assert (about.estimated, about.complete, about.hurried) == (True, True, False)
    assert [hit.key for hit in about.hits] == [hit.key for hit in exact.hits]
    for name in ("region", "year"):
        for value, count in exact.facets[name].items():
            assert count / 2 < about.facets[name][value] < count * 2, (name, value)


def test_after_its_time_nothing_more_is_asked(engine):
    asked = asking.Asking(engine._open(), parse("word0", ["en"]), ALL, {"region": frozenset({"region-1"})}, until=0.0)
    found = asked.found(sort=Sort.RELEVANCE, page=1, size=10, first="entry/3")
    assert (found.complete, found.hurried, list(found.hits)) == (False, True, [])


def test_words_are_offered_however_seldom_they_occur(engine, documents):
    with engine.writing():
        engine.put([replace(documents[0], key="entry/9001", body=analysed("zeppelin", "en"), audience=ALL)])
    assert engine.suggest("zep", keys=ALL) == ["zeppelin"]
    assert set(engine.suggest("word1", keys=ALL)) >= {"word1", "word10"}
    with engine.writing():
        engine.put([], ["entry/9001"])


def test_many_prefixes_share_their_expansions(engine):
    opened = engine._open()
    one = matching.Reading(bounds.Lists(opened.searcher, opened.schema))
    one.query(parse("word*", ["en"]))
    many = matching.Reading(bounds.Lists(opened.searcher, opened.schema))
    many.query(parse("word* wor* wordx* OR wordy* OR wordz* OR worda*", ["en"]))
    assert (one.cut, one.expansions) == (False, 60)
    assert (many.cut, many.expansions) == (True, 20)


def test_the_same_groups_are_drawn_from_an_index_from_before_there_were_shares():
    made = SchemaBuilder()
    made.add_unsigned_field("group", indexed=True, fast=True, stored=True)
    index = Index(made.build())
    writer = index.writer(15_000_000, 1)
    groups = [store.number_of(f"entry/{n}") for n in range(500)]
    for group in groups:
        writer.add_document(Document_.from_dict({"group": group}, index.schema))
    writer.commit()
    index.reload()
    searcher = index.searcher()
    hits = searcher.search(bounds.one_in(bounds.Lists(searcher, index.schema), 4).query, 500).hits
    drawn = {searcher.doc(address).get_first("group") for _, address in hits}
    assert drawn == {group for group in groups if "4" in bounds.lottery(group)}
    assert 80 < len(drawn) < 180
