"""What the PostgreSQL engine does where very many rows match: bounded, never wrong, never longer than a second."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from forum.kernel.settings import Settings
from forum.search.analysis import analysed
from forum.search.engine import Document, Engine, Found, Sort
from forum.search.engines import choose
from forum.search.engines.postgres import asking
from forum.search.patience import patiently
from forum.search.query import parse
from tests import servers

pytestmark = pytest.mark.slow
ALL = frozenset({"anyone"})
NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with servers.postgres_database("search_bounds") as made:
        yield made


@pytest.fixture
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a site. Asked for before the engine, which tells its connections."""
    monkeypatch.setattr("forum.search.engines.postgres.engine.PATIENCE", asking.PATIENCE)


@pytest.fixture
def engine(url: str, tmp_path: Path) -> Iterator[Engine]:
    made = choose(Settings(data_dir=str(tmp_path), search_url=url))
    yield made
    made.close()


def document(number: int, body: str, *, seen: bool = True, year: str = "2020") -> Document:
    return Document(
        key=f"entry/{number}",
        kind="post",
        language="en",
        title="",
        body=analysed(body, "en"),
        names="",
        audience=ALL if seen else frozenset({"group:7"}),
        facets={"year": (year,)},
        at=NOW + timedelta(days=number),
    )


def build(engine: Engine, documents: list[Document]) -> None:
    """An index of these, as a rebuild makes it."""
    engine.add(documents, engine.begin(0, afresh=True))
    with engine.writing():
        engine.swap(0)


def keys(engine: Engine, typed: str, **options) -> list[int]:
    found = engine.find(parse(typed, ["en"]), keys=ALL, **options)
    return [int(hit.key.removeprefix("entry/")) for hit in found.hits]


def test_a_question_the_server_does_not_answer_is_broken_off(hurry, engine, url):
    build(engine, [document(n, "water") for n in range(20)])
    assert engine.find(parse("water", ["en"]), keys=ALL).total == 20
    other = create_engine(url)
    with other.begin() as connection:
        connection.exec_driver_sql("LOCK TABLE forum_search.generation IN ACCESS SHARE MODE")
        number = connection.exec_driver_sql(
            "SELECT number FROM forum_search.generation WHERE role = 'current'"
        ).scalar()
        connection.exec_driver_sql(f"LOCK TABLE forum_search.document_{number} IN ACCESS EXCLUSIVE MODE")
        for options in ({}, {"sort": Sort.DATE}, {"filters": {"year": ["2020"]}}, {"first": "entry/3"}):
            found = engine.find(parse("water", ["en"]), keys=ALL, **options)  # else the lock holds it for ever
            assert (found.total, list(found.hits), found.complete, found.hurried) == (0, [], False, True)
        assert engine.suggest("wat", keys=ALL) == []
    other.dispose()
    assert engine.find(parse("water", ["en"]), keys=ALL).total == 20


@pytest.mark.parametrize("table", ["document", "word", "value", "generation"])
def test_all_questions_of_a_search_have_one_deadline_whatever_it_is_that_keeps_them_waiting(hurry, engine, url, table):
    build(engine, [document(n, "water") for n in range(20)])
    assert engine.find(parse("water", ["en"]), keys=ALL).total == 20
    other = create_engine(url)
    with other.begin() as connection:
        asked = "SELECT number FROM forum_search.generation WHERE role = 'current'"
        name = table if table == "generation" else f"{table}_{connection.exec_driver_sql(asked).scalar()}"
        connection.exec_driver_sql(f"LOCK TABLE forum_search.{name} IN ACCESS EXCLUSIVE MODE")
        found: list[Found] = []
        questions = [
            engine.languages,
            *(
                lambda any_=any_: found.append(engine.find(parse("fire wat*", ["en"]), keys=ALL, any_clause=any_))
                for any_ in (False, True)
            ),
            lambda: engine.alike("watre", keys=ALL),
            lambda: engine.suggest("wat", keys=ALL),
            lambda: engine.frequencies(["=water"]),
        ]
        with patiently(0.5):
            for question in questions:
                question()
            late = time.monotonic()
            for question in (
                questions * 20
            ):  # each by itself would wait anew: sixty times 0.8 s, or twenty where few wait
                question()
        assert time.monotonic() - late < 20 * 0.8 / 2
        found = found[:2]
        assert table == "value" or [one.hurried for one in found] == [True, True]
    other.dispose()
    assert engine.find(parse("water", ["en"]), keys=ALL).total == 20


def test_who_gets_no_connection_in_time_is_told_to_narrow_their_search(hurry, engine):
    build(engine, [document(1, "water")])
    taken = [engine.questions.connect() for _ in range(10)]
    found = engine.find(parse("water", ["en"]), keys=ALL)  # else it waits for a connection that nobody gives back
    assert (found.hurried, found.complete) == (True, False)
    for connection in taken:
        connection.close()
    assert engine.find(parse("water", ["en"]), keys=ALL).total == 1


def test_what_begins_too_many_words_is_asked_for_by_the_commonest_of_them(engine, monkeypatch):
    """PostgreSQL reads all that begins so, and is not to be interrupted meanwhile."""
    build(engine, [document(n, f"water{n % 40} other{n} {'wasp' if n % 10 else 'bee'}") for n in range(200)])
    typed = "water* was*"
    whole = engine.find(parse(typed, ["en"]), keys=ALL, size=300)
    assert (whole.total, whole.complete, whole.hurried) == (180, True, False)
    monkeypatch.setattr(asking, "MOST_BEGINNING", 250)  # was* begins 180, water* 200 more
    monkeypatch.setattr(asking, "SPELLED_OUT", 4)
    some = engine.find(parse(typed, ["en"]), keys=ALL, size=300)
    assert (some.total <= 20, some.complete, some.hurried) == (True, False, True), "of four words out of forty"
    assert some.hits and {hit.key for hit in some.hits} < {hit.key for hit in whole.hits}
    left = engine.find(parse("-other1* -water* wasp", ["en"]), keys=ALL, size=300)
    assert left.hurried and left.total


def test_of_more_than_can_be_counted_the_newest_are(engine, monkeypatch):
    monkeypatch.setattr(asking, "MATCHED", 50)
    monkeypatch.setattr(asking, "RANKED", 20)
    order = list(range(400))
    random.Random(4).shuffle(order)
    build(engine, [document(n, "water", year=str(2000 + n // 100)) for n in order])
    found = engine.find(parse("water", ["en"]), keys=ALL)
    assert (found.total, found.complete) == (51, False)
    assert sum(found.facets["year"].values()) == 51
    assert set(found.facets["year"]) <= {"2002", "2003"}, "of the newer half"
    assert keys(engine, "water", sort=Sort.DATE, size=5) == [399, 398, 397, 396, 395]
    assert keys(engine, "", sort=Sort.DATE, size=3) == [399, 398, 397]
    assert min(keys(engine, "water", size=10)) >= 200


def test_nothing_is_left_out_for_being_old_when_fewer_match_than_was_thought(engine, monkeypatch):
    monkeypatch.setattr(asking, "MATCHED", 50)
    build(engine, [document(n, "water", seen=n < 30) for n in range(400)])
    found = engine.find(parse("water", ["en"]), keys=ALL, size=40)
    assert (found.total, found.complete, len(found.hits)) == (30, True, 30)


def test_phrases_of_common_words_are_found_and_what_only_has_their_pairs_is_not(engine, monkeypatch):
    chance = random.Random(5)
    common = ["alpha", "beta", "gamma", "of", "the"]
    texts = {n: [chance.choice(common) for _ in range(6)] + [f"word{n}"] for n in range(300)}
    texts[300] = ["alpha", "beta", "word300", "beta", "gamma"]
    build(engine, [document(n, " ".join(words)) for n, words in texts.items()])
    for phrase in ("alpha beta", "alpha beta gamma", "of the", "the alpha of the", "beta word300", "gamma gamma"):
        expected = {n for n, words in texts.items() if f" {phrase} " in f" {' '.join(words)} "}
        assert set(keys(engine, f'"{phrase}"', size=400)) == expected, phrase
        left = set(texts) - expected
        assert set(keys(engine, f'-"{phrase}"', size=400)) == left, phrase
    monkeypatch.setattr(asking, "PROVEN", 10)
    oldest = min(n for n, words in texts.items() if " alpha beta gamma " in f" {' '.join(words)} ")
    assert oldest in keys(engine, '"alpha beta gamma"', size=400), (
        "looked for among all when few are found among the newest"
    )
