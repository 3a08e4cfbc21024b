"""What the page says of a total that was not counted to the end."""

from dataclasses import replace

import pytest

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
