"""What was written is found by the search moments later, in a site as it runs: web server, worker and index."""

from __future__ import annotations

import time
import urllib.request

import pytest

pytestmark = pytest.mark.slow

#: Wanted are two seconds; a test that failed over one more would tell of a busy machine. The figure is printed.
ORDER_OF_MAGNITUDE = 60.0


def found(site, word: str) -> bool:
    with urllib.request.urlopen(f"http://127.0.0.1:{site.port}/search?q={word}", timeout=60) as answer:
        return f"<mark>{word}</mark>" in answer.read().decode().lower()


def seconds_until_found(site, word: str) -> float:
    begun = time.monotonic()
    while not found(site, word) and time.monotonic() - begun < ORDER_OF_MAGNITUDE:
        time.sleep(0.05)
    return time.monotonic() - begun


def test_a_reply_is_found_within_seconds_of_being_posted(site):
    words = ("quicksilver", "marigold", "thimble")
    assert not found(site, words[0])
    taken = []
    for word in words:
        assert site.reply(f"We call it {word}.")
        taken.append(seconds_until_found(site, word))
    print(f"found after {', '.join(f'{t:.2f}' for t in taken)} s")
    assert max(taken[1:]) < ORDER_OF_MAGNITUDE, "the first may wait for the index to be made"
