"""The bench's own arithmetic, and that it never leaves this machine."""

import pytest

from bench.browser import Browser, hidden_fields
from bench.driver import Load
from bench.table import Measured, table


def measured(page: str, reader: str, cpu: float, hello: float = 0.5) -> Measured:
    return Measured(page, reader, Load(requests=100, failures=0, seconds=2.0, p50=1.0, p95=2.0), cpu, hello)


def test_each_page_is_shown_as_a_multiple_of_the_limits() -> None:
    limits = [measured("hello", "bare Flask", 0.5), measured("20 posts", "bare Flask", 1.0)]
    lines = table([*limits, measured("thread", "visitor", 1.0), measured("thread", "member", 4.0)]).splitlines()
    assert lines[-2].startswith("| thread | visitor | 1.00 | 2.0 | 1.0 | 3 | 50 ")
    assert lines[-1].startswith("| thread | member | 4.00 | 8.0 | 4.0 | 4 ✗ | 50 ")


def test_the_middle_of_repeats_counts() -> None:
    limits = [measured("hello", "bare Flask", cpu) for cpu in (0.4, 0.5, 9.0)]
    assert "| hello | bare Flask | 0.50 |" in table([*limits, measured("20 posts", "bare Flask", 1.0)])


def test_a_page_is_compared_with_the_limit_of_its_own_moment() -> None:
    """A machine that was slower for a while was so for both."""
    limits = [measured("hello", "bare Flask", 0.5), measured("20 posts", "bare Flask", 1.0)]
    thread = [measured("thread", "member", cpu, hello) for cpu, hello in ((1.0, 0.5), (2.4, 1.2), (3.0, 1.5))]
    assert "| thread | member | 2.40 | 2.0 | 1.0 | 4 |" in table([*limits, *thread])


def test_only_this_machine_is_asked() -> None:
    with pytest.raises(ValueError, match=r"only 127\.0\.0\.1"):
        Browser("http://example.org")


def test_the_form_that_goes_there_gives_its_hidden_fields() -> None:
    page = '<form action="/a"><input type="hidden" name="t" value="1&amp;2"><input name="q"></form><form></form>'
    assert hidden_fields(page, "/a") == {"t": "1&2"}
    with pytest.raises(LookupError):
        hidden_fields(page, "/b")
