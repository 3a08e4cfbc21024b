"""The site that is measured: made once by `forum synth`, kept below var/bench, served as `forum web` serves it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from bench import bare

FORUM = ("-m", "forum.cli")


@dataclass(frozen=True)
class Size:
    groups: int = 50
    threads: int = 10_000
    posts: int = 200_000
    members: int = 5_000
    resources: int = 1_000
    hot_thread: int = 5_000

    @property
    def options(self) -> list[str]:
        return [part for name, value in vars(self).items() for part in (f"--{name.replace('_', '-')}", str(value))]

    @property
    def name(self) -> str:
        return "-".join(str(value) for value in vars(self).values())


@dataclass(frozen=True)
class Facts:
    """Where the pages are that will be asked for."""

    group: str  # slug of the busiest public group
    group_pages: int
    thread: int  # id of the hot thread
    thread_pages: int
    quiet_thread: int  # an open thread of the same group, to reply to
    member: str  # address of somebody in the group


class Site:
    """A forum in a folder of its own.

    Args:
        folder: where it lies; made when it is not there.
        database: an SQLAlchemy URL, or nothing for SQLite in the folder.
    """

    def __init__(self, folder: Path, database: str = "") -> None:
        self.folder, self.database = folder, database

    @property
    def environment(self) -> dict[str, str]:
        return {
            "FORUM_DATA_DIR": str(self.folder),
            "FORUM_DATABASE_URL": self.database,
            "FORUM_RATE_LIMITS": "off",  # we do what they are there to stop
        }

    @property
    def whole_environment(self) -> dict[str, str]:
        return {**os.environ, **self.environment}

    @property
    def database_name(self) -> str | None:
        """The PostgreSQL database, if it is one."""
        return make_url(self.database).database if self.database else None

    def prepare(self, size: Size, *, index: bool) -> None:
        """Make the site, unless it is there already. An interrupted one is made anew."""
        done = self.folder / "ready"
        if done.exists():
            self._forum("db", "upgrade")
            return
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self._forum("init")
        self._forum("synth", *size.options)
        if index:
            self._forum("reindex")
        done.touch()

    def _forum(self, *arguments: str) -> None:
        subprocess.run([sys.executable, *FORUM, *arguments], env=self.whole_environment, check=True)

    def facts(self) -> Facts:
        """Look up what to ask for, and give the bare page its posts."""
        url = self.database or f"sqlite:///{self.folder / 'forum.db'}"
        with create_engine(url).connect() as connection:
            thread, count, group, slug = connection.execute(
                text(
                    'SELECT t.id, t.post_count, g.id, g.slug FROM thread t JOIN entry e ON e.id = t.id JOIN "group" g '
                    "ON g.id = e.group_id WHERE e.visibility = 'public' ORDER BY t.post_count DESC, t.id LIMIT 1"
                )
            ).one()
            threads, quiet = connection.execute(
                text(
                    "SELECT count(*), max(CASE WHEN t.closed_at IS NULL AND t.post_count < 20 THEN t.id END) "
                    "FROM thread t JOIN entry e ON e.id = t.id WHERE e.group_id = :group"
                ),
                {"group": group},
            ).one()
            member = connection.execute(
                text(
                    "SELECT m.email FROM member m JOIN membership s ON s.member_id = m.id WHERE s.group_id = :group "
                    "AND s.role = 'member' AND m.is_demo ORDER BY m.id LIMIT 1"
                ),
                {"group": group},
            ).scalar_one()
            posts = connection.execute(
                text(
                    "SELECT p.number, m.name, e.created_at, p.html FROM post p JOIN entry e ON e.id = p.id "
                    "JOIN member m ON m.id = e.author_id WHERE p.thread_id = :thread AND p.number <= 200"
                ),
                {"thread": thread},
            ).all()
        bare.keep(str(self.folder / "bare.db"), [(n, name, str(written), html) for n, name, written, html in posts])
        return Facts(slug, -(-threads // 20), thread, -(-count // 20), quiet, member)
