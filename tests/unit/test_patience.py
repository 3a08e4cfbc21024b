"""One deadline for a whole search, however many questions it asks."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from forum.search import patience
from forum.search.excerpts import MOST_LETTERS, excerpt
from forum.search.patience import is_over, patiently, until


@pytest.fixture
def clock(monkeypatch):
    """Stands at noon until it is put on."""
    clock = SimpleNamespace(noon=1000.0)
    monkeypatch.setattr(patience, "time", SimpleNamespace(monotonic=lambda: clock.noon))
    return clock


def test_each_question_has_its_own_time_and_never_more_than_the_search_it_is_part_of(clock):
    assert until(7) == 1007
    with patiently(3):
        assert (until(7), until(1)) == (1003, 1001)
        clock.noon += 2
        assert (until(7), until(1)) == (1003, 1003)
        with patiently(5):
            assert until(7) == 1003
        assert not is_over()
        clock.noon += 1
        assert is_over()
    assert not is_over() and until(7) == 1010


def test_a_search_whose_time_has_come_is_over_and_the_next_is_not():
    with patiently(0.0):
        assert is_over()
    assert not is_over()


def test_what_stands_far_down_a_long_text_is_not_looked_for_and_less_when_there_is_no_time():
    text = "one word after another " * (MOST_LETTERS // 20) + "heron"
    near = "one word after another " * (MOST_LETTERS // 40) + "heron"
    tokens = frozenset({"=heron"})

    def is_marked(text: str) -> bool:
        return any(piece.marked for piece in excerpt(text, tokens, "en"))

    assert (is_marked(text), is_marked(near)) == (False, True)
    with patiently(0.0):
        assert not is_marked(near)
