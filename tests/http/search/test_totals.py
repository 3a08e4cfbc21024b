"""What the page says of a total that was not counted to the end."""

import time
from dataclasses import replace

import pytest

from forum.search import patience
from forum.search.engine import Found


@pytest.mark.parametrize(
    ("said", "values"),
    [
        ("About 1200 results", {"estimated": True}),
        ("At least 1243 results", {"complete": False}),
        ("1243 results", {}),
    ],
)
def test_an_estimated_total_is_said_to_be_about(app, as_, cast, indexed, monkeypatch, said, values):
    engine = app.extensions["forum.search"]
    find = engine.find
    monkeypatch.setattr(engine, "find", lambda *args, **more: replace(find(*args, **more), total=1_243, **values))
    assert f">{said}<" in as_(None).get("/search?q=water").text


@pytest.mark.parametrize(("total", "about"), [(7, 7), (12, 12), (1_243, 1_200), (98_765, 99_000)])
def test_about_is_said_in_two_figures(total, about):
    assert Found((), total, estimated=True).about == about


def test_a_question_that_asks_for_too_much_says_so_kindly_and_does_not_say_that_nothing_is_there(
    app, as_, cast, indexed, monkeypatch
):
    engine = app.extensions["forum.search"]
    page = as_(None).get("/search?q=the").text
    assert 'id="hurried"' not in page
    assert 'id="nothing"' in page
    monkeypatch.setattr(engine, "find", lambda *_, **__: Found((), 0, complete=False, hurried=True))
    for number in ("", "&page=2"):
        page = as_(None).get(f"/search?q=the{number}")
        assert page.status_code == 200
        assert 'id="hurried"' in page.text
        assert 'id="nothing"' not in page.text
        assert "Did you mean" not in page.text


def test_all_questions_of_one_search_have_one_deadline(app, as_, cast, indexed, monkeypatch):
    engine = app.extensions["forum.search"]
    find, moments = engine.find, []

    def noted(*args, **more):
        moments.append(patience.until(600.0))
        return find(*args, **more)

    monkeypatch.setattr(engine, "find", noted)
    as_(None).get("/search?q=watre custodi zebrra")
    assert len(moments) > 2
    assert len(set(moments)) == 1
    assert moments[0] < time.monotonic() + patience.SECONDS
