"""kill -9 at random moments: nothing that was answered is lost, and no promised effect happens twice."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import select, text

from forum.accounts.models import LoginSession
from forum.app import create_app
from forum.entries.models import Entry
from forum.kernel.db import begin_mode, db
from forum.kernel.events import OutboxRow
from forum.kernel.settings import Settings
from forum.threads.models import Post
from tests import make, servers

pytestmark = pytest.mark.slow

KILLS = 20
SECRET = "a secret that only tests know"


class Site:
    """A real site: `forum run` in a process group of its own."""

    def __init__(self, folder: Path, url: str) -> None:
        self.settings = Settings(data_dir=str(folder), secret_key=SECRET, database_url=url)
        self.app: Flask = create_app(self.settings)
        self.port = servers.free_port()
        self.folder = folder
        self.process: subprocess.Popen[bytes] | None = None
        self.surprises: list[str] = []

    def prepare(self) -> None:
        """The cast, and a table for the marks."""
        with self.app.app_context():
            upgrade()
            db.session.execute(text("CREATE TABLE mark (entry_id INTEGER NOT NULL)"))
            cast = make.cast()
            login = LoginSession(member_id=cast.bao.id)
            db.session.add(login)
            db.session.commit()
            self.thread_id = cast.thread.id
            self.cookie, self.token = self.signed_in(cast.bao.fs_uniquifier, login.id)
            db.session.remove()
            db.engine.dispose()
        for mark in ("record.loaded", "demo.loaded"):
            (self.folder / mark).touch()

    def signed_in(self, uniquifier: str, login: str) -> tuple[str, str]:
        """A session cookie as sign-in would have set it, and the token its forms would carry."""
        interface = self.app.session_interface
        serializer = interface.get_signing_serializer(self.app)  # type: ignore[attr-defined]
        raw = "0" * 40
        cookie = serializer.dumps(
            {"_user_id": uniquifier, "_fresh": True, "sid": login, "csrf_token": raw, "fs_cc": "set"}
        )
        return cookie, URLSafeTimedSerializer(SECRET, salt="wtf-csrf-token").dumps(raw)

    def start(self) -> None:
        environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("FORUM_")},
            "FORUM_DATA_DIR": str(self.folder),
            "FORUM_SECRET_KEY": SECRET,
            "PORT": str(self.port),
        }
        if self.settings.database_url:
            environment["FORUM_DATABASE_URL"] = self.settings.database_url
        with open(self.folder / "log", "wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.counting_site", "run"], env=environment, stdout=log, stderr=log
            )
        self.wait_for("/healthz", 60)

    def wait_for(self, path: str, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5):
                    return
            except OSError:
                time.sleep(0.1)
        raise AssertionError(f"{path} did not answer in {seconds} s:\n{(self.folder / 'log').read_text()[-3000:]}")

    def reply(self, body: str) -> bool:
        """Whether the site said that this reply was posted."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/threads/{self.thread_id}/replies",
            data=urllib.parse.urlencode({"body": body, "language": "en", "csrf_token": self.token}).encode(),
            headers={"Cookie": f"session={self.cookie}"},
        )
        try:
            with NO_REDIRECTS.open(request, timeout=10) as response:
                return bool(response.status < 400)
        except urllib.error.HTTPError as error:
            if error.code == 303:
                return True
            if error.code < 500:
                self.surprises.append(f"a sound reply was answered with {error.code}: {error.read().decode()[:500]}")
            return False
        except OSError:
            return False  # killed while answering: whether it was kept, nobody was told

    def processes(self) -> list[int]:
        """Everything below the supervisor: gunicorn, its web workers, the worker."""
        assert self.process is not None
        found, level = [], [self.process.pid]
        while level:
            level = [child for parent in level for child in children_of(parent)]
            found += level
        return found

    def stop(self) -> int:
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(30)


class StayHere(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


NO_REDIRECTS = urllib.request.build_opener(StayHere)


def children_of(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


@pytest.fixture(params=["sqlite", "postgresql"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    if not Path("/proc/self/task").exists():
        pytest.skip("this test finds its victims in /proc")
    if request.param == "sqlite":
        yield from running(Site(tmp_path, ""))
        return
    with servers.postgres_database("kills") as url:
        yield from running(Site(tmp_path, url))


def running(site: Site) -> Iterator[Site]:
    site.prepare()
    site.start()
    try:
        yield site
    finally:
        if site.process is not None and site.process.poll() is None:
            site.stop()
        with site.app.app_context():
            db.session.remove()
            db.engine.dispose()


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
    for _ in range(KILLS):
        time.sleep(random.uniform(0.2, 0.8))
        if victims := site.processes():
            try:
                os.kill(random.choice(victims), signal.SIGKILL)
            except ProcessLookupError:
                continue
    over.set()
    writer.join(60)
    site.wait_for("/healthz", 60)
    assert not site.surprises, site.surprises[0]
    assert len(posted) > KILLS, "hardly anything was posted: the test proves nothing"

    with site.app.app_context():
        deadline = time.monotonic() + 120
        while open_promises() and time.monotonic() < deadline:
            time.sleep(0.2)
        left = open_promises()
        assert not left, f"promises left open: {left[:3]}\n{(site.folder / 'log').read_text()[-3000:]}"
        assert site.stop() == 0

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
    assert len(below) >= 3, "gunicorn, at least one web worker, and the worker"
    assert site.stop() == 0
    time.sleep(0.2)
    assert [pid for pid in below if Path(f"/proc/{pid}").exists()] == []
    assert re.search(r"is open on http://127.0.0.1:\d+", (site.folder / "log").read_text())
