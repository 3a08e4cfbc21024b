"""No engine finds less of what people want than it once did, and the judged queries are what they claim to be."""

import tomllib
from collections import Counter
from pathlib import Path

import pytest

from forum.kernel.db import db
from forum.kernel.settings import Settings
from forum.search.engines import choose
from tests import servers
from tests.judged.asking import asker, index, load_the_record, names
from tests.judged.measures import Judged, judge, mean, measure, queries

FLOORS = tomllib.loads((Path(__file__).parent / "floors.toml").read_text())


@pytest.fixture
def record(app):
    load_the_record()
    yield
    db.session.rollback()


@pytest.fixture(params=["whoosh", "tantivy", pytest.param("postgresql", marks=pytest.mark.slow)])
def engine(request, record, tmp_path):
    if request.param == "postgresql":
        with servers.postgres_database("floor") as url:
            chosen = choose(Settings(search_url=url))
            index(chosen)
            yield chosen
            chosen.close()
        return
    chosen = choose(Settings(data_dir=str(tmp_path), search_url=f"{request.param}:"))
    index(chosen)
    yield chosen
    chosen.close()


@pytest.mark.slow
def test_no_engine_falls_below_its_floor(engine):
    reached = mean([measured for _, measured in judge(asker(engine))])
    for name, floor in FLOORS[engine.name].items():
        assert getattr(reached, name) >= floor, (
            f"{engine.name}: {name}; see each query with python -m tests.judged --each"
        )


def test_the_judged_queries_are_of_the_record_and_of_five_languages(record):
    asked, known = queries(), set(names().values())
    assert len(asked) >= 60
    assert min(Counter(judged.language for judged in asked).values()) >= 8
    assert {judged.language for judged in asked} == {"en", "es", "fr", "ar", "pt"}
    assert len({(judged.typed, judged.language) for judged in asked}) == len(asked)
    for judged in asked:
        assert judged.why.strip(), judged.typed
        assert set(judged.graded) <= known, judged.typed
        assert set(judged.graded.values()) <= {1, 2, 3}, judged.typed
        assert max(judged.graded.values()) == 3, judged.typed


def test_the_measures_are_those_of_the_books():
    judged = Judged("x", "en", "", {"a": 3, "b": 2, "c": 1})
    best = measure(judged, ["a", "b", "c"])
    assert (best.ndcg, best.reciprocal_rank, best.recall) == (1, 1, 1)
    assert measure(judged, ["z"] * 20) == type(best)(0, 0, 0)
    later = measure(judged, ["z", "b"])
    assert later.reciprocal_rank == 0.5
    assert later.recall == 0.5
    assert later.ndcg == pytest.approx((3 / 1.58496) / (7 + 3 / 1.58496 + 1 / 2), rel=1e-3)
