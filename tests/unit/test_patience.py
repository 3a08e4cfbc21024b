"""One deadline for a whole search, however many questions it asks."""

from __future__ import annotations

import time

from forum.search.excerpts import MOST_LETTERS, excerpt
from forum.search.patience import is_over, patiently, until


def test_each_question_has_its_own_time_and_never_more_than_the_search_it_is_part_of():
    assert 0.5 < until(0.7) - time.monotonic() <= 0.7
    with patiently(0.3):
        assert until(0.7) - time.monotonic() <= 0.3
        assert until(0.1) - time.monotonic() <= 0.1
        with patiently(5):
            assert until(0.7) - time.monotonic() <= 0.3
        assert not is_over()
    assert until(0.7) - time.monotonic() > 0.5


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
