"""How soon what was posted is found, with the worker running beside the web server."""

from __future__ import annotations

import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from bench.browser import Browser
from bench.cells import VISITOR_LIKE, reply_form, sign_in
from bench.site import FORUM, Facts, Site

REPLIES = 8
PATIENCE = 300.0  # seconds for what earlier replies left in the outbox
LOOK_EVERY = 0.05


@contextmanager
def worker(site: Site) -> Iterator[None]:
    """The job worker of a site, until the block ends."""
    process = subprocess.Popen([sys.executable, *FORUM, "worker"], env=site.whole_environment)
    try:
        yield
    finally:
        process.terminate()
        process.wait(60)


def seconds_until_found(base: str, site: Site, facts: Facts) -> list[float]:
    """For a few replies, how long after its answer each was found by the search."""
    member = sign_in(base, facts.member)
    with worker(site):
        _found_after(member, facts.quiet_thread)  # when this one is, all before it have been taken in
        return [_found_after(member, facts.quiet_thread) for _ in range(REPLIES)]


def _found_after(member: Browser, thread: int) -> float:
    word = "q" + "".join(secrets.choice("bdfgklmnprtvz") for _ in range(9))
    action, fields = reply_form(member, thread)
    answer = member.post(action, {**fields, "language": "en", "body": f"We call it {word} here."})
    if answer.status != 303:
        raise RuntimeError(f"a reply is answered {answer.status}")
    begun, visitor = time.monotonic(), Browser(member.base)
    while f"<mark>{word}</mark>" not in visitor.get(f"/search?q={word}", **VISITOR_LIKE).text:
        if time.monotonic() - begun > PATIENCE:
            raise RuntimeError(f"a reply was not found within {PATIENCE:.0f} seconds")
        time.sleep(LOOK_EVERY)
    return time.monotonic() - begun
