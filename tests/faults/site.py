"""A real site in processes of its own, which tests may kill."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import text

from forum.accounts.models import LoginSession
from forum.app import create_app
from forum.kernel.db import db
from forum.kernel.settings import Settings
from tests import make, servers

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
            "FORUM_RATE_LIMITS": "off",  # nobody types as fast as these tests
            "PORT": str(self.port),
        }
        if self.settings.database_url:
            environment["FORUM_DATABASE_URL"] = self.settings.database_url
        with open(self.folder / "log", "wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.counting_site", "run"], env=environment, stdout=log, stderr=log
            )
        self.wait_for("/healthz", 180)

    def wait_for(self, path: str, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5):
                    return
            except (OSError, http.client.HTTPException):
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
                self.surprises.append(f"a sound reply was answered with {error.code}: {error.reason}")
            return False
        except (OSError, http.client.HTTPException):
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
        return self.process.wait(120)


class StayHere(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


NO_REDIRECTS = urllib.request.build_opener(StayHere)


def children_of(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


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
