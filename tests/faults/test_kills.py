"""kill -9 at random moments: nothing that was answered is lost, and no promised effect happens twice."""

from __future__ import annotations

import os
import random
import re
import signal
import threading
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import select, text

from forum.entries.models import Entry
from forum.kernel.db import begin_mode, db
from forum.kernel.events import OutboxRow
from forum.threads.models import Post
from tests.faults.site import Site

pytestmark = [pytest.mark.slow, pytest.mark.long]

KILLS = 20


def open_promises() -> list[tuple[str, int, str | None]]:
    db.session.rollback()
    begin_mode.set("deferred")
    rows = db.session.execute(
        select(OutboxRow.handler, OutboxRow.attempts, OutboxRow.last_error).where(
            OutboxRow.done_at.is_(None), OutboxRow.event != "periodic"
        )
    )
    found = [tuple(row) for row in rows]
    db.session.rollback()
    return found  # type: ignore[return-value]


def kill_any(site: Site) -> None:
    """Kill one of the site's processes at once, unless there is none or it has just ended."""
    if victims := site.processes():
        with suppress(ProcessLookupError):
            os.kill(random.choice(victims), signal.SIGKILL)


def keep_what_is_promised(site: Site) -> None:
    """Let the site work until it owes nothing, and stop it."""
    deadline = time.monotonic() + 300
    while open_promises() and time.monotonic() < deadline:
        time.sleep(0.2)
    left = open_promises()
    assert not left, f"promises left open: {left[:3]}\n{(site.folder / 'log').read_text()[-3000:]}"
    assert site.stop() == 0


def test_killing_web_and_worker_loses_nothing_answered_and_repeats_no_effect(site):
    posted: list[str] = []
    over = threading.Event()

    def keep_replying() -> None:
        number = 0
        while not over.is_set() and not site.surprises:
            number += 1
            if site.reply(f"Reply number {number}, the only one of its kind."):
                posted.append(f"Reply number {number}, the only one of its kind.")

    writer = threading.Thread(target=keep_replying)
    writer.start()
    for _ in range(KILLS):  # whatever they are doing, starting included
        time.sleep(random.uniform(0.2, 0.8))
        kill_any(site)
    deadline = time.monotonic() + 300
    while len(posted) <= KILLS and time.monotonic() < deadline and not site.surprises:
        enough = len(posted) + 4  # a busy machine needs longer to answer between two kills
        while len(posted) < enough and time.monotonic() < deadline and not site.surprises:
            time.sleep(0.01)
        kill_any(site)
    over.set()
    writer.join(60)
    site.wait_for("/healthz", 180)
    assert not site.surprises, site.surprises[0]
    assert len(posted) > KILLS, "hardly anything was posted: the test proves nothing"

    with site.app.app_context():
        keep_what_is_promised(site)
        while open_promises():  # a reply whose sender had gone waited at the door, and came in after the last look
            site.start()
            keep_what_is_promised(site)

        bodies = Counter(db.session.scalars(select(Post.body).where(Post.thread_id == site.thread_id)))
        lost = [body for body in posted if bodies[body] == 0]
        twice = [body for body, count in bodies.items() if count > 1]
        assert not lost and not twice, f"lost {lost[:3]}, twice {twice[:3]}"
        numbers = db.session.scalars(select(Post.number).where(Post.thread_id == site.thread_id).order_by(Post.number))
        assert list(numbers) == list(range(1, sum(bodies.values()) + 1)), "post numbers must stay dense"

        promised = Counter(
            row.payload["entry_id"]
            for row in db.session.scalars(select(OutboxRow).where(OutboxRow.handler.endswith(".leave_a_mark")))
        )
        marks = Counter(db.session.scalars(text("SELECT entry_id FROM mark")))
        assert promised and marks == promised, "each promised effect happens exactly once"
        assert set(promised) <= set(db.session.scalars(select(Entry.id)))


def test_ctrl_c_stops_web_and_worker_and_leaves_no_process_behind(site):
    below = site.processes()
    assert len(below) >= 3, "two web workers and the worker"
    assert site.stop() == 0
    until = time.monotonic() + 60
    while (left := [pid for pid in below if Path(f"/proc/{pid}").exists()]) and time.monotonic() < until:
        time.sleep(0.1)
    assert left == []
    assert re.search(r"is open on http://127.0.0.1:\d+", (site.folder / "log").read_text())
