"""The stage, the cast, and the ways in. `make` builds things in plain words; `as_` is a browser signed in."""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import islice
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from flask import Flask, g, has_app_context
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import update

from forum.accounts.models import LoginSession, Member
from forum.app import create_app
from forum.community.queries import forget_words
from forum.kernel.db import Base, begin_mode, db
from forum.kernel.editions import Edition
from forum.kernel.settings import Settings
from forum.record.loading import load
from forum.search import indexer, patience, rebuilding
from tests import make as make_module
from tests import servers

LEISURE = 60.0  # seconds a search may take in a test


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Each process begins with its share of what takes a minute: begun last, it would keep one busy while the others are done.

    The rest stays in the order it has, so that what a module makes for all its tests is not made by every process.
    """
    long = [item for item in items if item.get_closest_marker("long")]
    rest = iter([item for item in items if not item.get_closest_marker("long")])
    shares = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    parts = [long[at::shares] for at in range(shares)]
    for part in parts:
        part += islice(rest, len(items) // shares - len(part))
    items[:] = [item for part in parts for item in part] + list(rest)


@pytest.fixture(scope="session", autouse=True)
def time_to_search() -> Iterator[None]:
    """A busy machine answers the same as a quiet one; what is cut short in time has tests that say what time there is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(patience, "SECONDS", LEISURE)
        for engine in ("whoosh", "tantivy", "postgres"):
            patch.setattr(f"forum.search.engines.{engine}.engine.PATIENCE", LEISURE)
        yield


@pytest.fixture(scope="session")
def database_url() -> Iterator[str]:
    """SQLite in a folder of this process; PostgreSQL when FORUM_TEST_DATABASE says so."""
    if os.environ.get("FORUM_TEST_DATABASE") == "postgresql":
        with servers.postgres_database(os.environ.get("PYTEST_XDIST_WORKER", "main")) as url:
            yield url
    else:
        yield ""


@pytest.fixture(scope="session")
def data_dir() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="forum-test-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


class Browser(FlaskClient):
    """Each request starts with nothing remembered: the test's application context would pass on who asked before."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        if has_app_context():
            for name in list(g):
                g.pop(name)
        return super().open(*args, **kwargs)


@pytest.fixture(scope="session")
def app(database_url: str, data_dir: Path) -> Iterator[Flask]:
    app = create_app(
        Settings(
            data_dir=str(data_dir),
            secret_key="a secret that only tests know",
            database_url=database_url,
            search_url=os.environ.get("FORUM_TEST_SEARCH", ""),
        ),
        TESTING=True,
        WTF_CSRF_ENABLED=False,
        SECURITY_HASHING_SCHEMES=["hex_md5"],
        RATE_LIMITS=False,
        SECURITY_PASSWORD_HASH="pbkdf2_sha512",
        SECURITY_PASSWORD_SINGLE_HASH=False,
        SECURITY_PASSWORD_HASH_OPTIONS={"pbkdf2_sha512": {"rounds": 1}},
    )
    app.test_client_class = Browser
    with app.app_context():
        upgrade()
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(autouse=True)
def database(request: pytest.FixtureRequest) -> Iterator[None]:
    """An empty database, in an application context, for every test that has an app."""
    if "app" not in request.fixturenames:
        yield
        return
    app = request.getfixturevalue("app")
    with app.app_context():
        begin_mode.set("immediate")
        forget_words()
        yield
        db.session.remove()
        begin_mode.set("immediate")
        empty_every_table()


def empty_every_table() -> None:
    """Rows go, the schema with its triggers stays; only tables that have rows are touched, in one journey."""
    with db.engine.begin() as connection:
        driver = connection.connection.cursor()
        if connection.dialect.name == "sqlite":
            driver.execute("PRAGMA defer_foreign_keys=ON")
            full = {name for (name,) in driver.execute(which_have_rows())}
            # triggers keep adopted wording from being deleted: they stand aside, and come back
            kept = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
            triggers = driver.execute(kept).fetchall() if "recommendation" in full else []
            for name, _sql in triggers:
                driver.execute(f'DROP TRIGGER "{name}"')
            for table in tables():
                if table in full:
                    driver.execute(f'DELETE FROM "{table}"')
            for _name, sql in triggers:
                driver.execute(sql)
        else:
            driver.execute(emptying_on_postgresql())


@cache
def tables() -> list[str]:
    """Names of all tables, those that refer to others first."""
    return [table.name for table in reversed(Base.metadata.sorted_tables)]


@cache
def which_have_rows() -> str:
    """SQL that names the tables with rows."""
    return " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM \"{name}\")" for name in tables())


@cache
def emptying_on_postgresql() -> str:
    """SQL that deletes all rows and begins all numbers anew; those of a search index that lies there too go on.

    TRUNCATE would make new files for each table and index, a tenth of a second for every test; ALTER SEQUENCE ... RESTART
    one for each number, and what is kept of the schema would be read anew. All deletions are one statement, since
    foreign keys are looked at when it ends: tables refer to one another in circles.
    """
    return f"""
    DO $$
    DECLARE full_ text[]; deletions text;
    BEGIN
      full_ := ARRAY({which_have_rows()});
      IF full_ = ARRAY[]::text[] THEN RETURN; END IF;
      SELECT 'WITH ' || string_agg(format('d%s AS (DELETE FROM %I)', at, each), ', ') || ' SELECT 1'
        INTO deletions FROM unnest(full_) WITH ORDINALITY AS t(each, at);
      IF 'recommendation' = ANY (full_) THEN ALTER TABLE recommendation DISABLE TRIGGER USER; END IF;
      EXECUTE deletions;
      IF 'recommendation' = ANY (full_) THEN ALTER TABLE recommendation ENABLE TRIGGER USER; END IF;
      PERFORM setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
        FROM pg_sequences WHERE last_value IS NOT NULL AND schemaname = current_schema();
    END $$"""


@pytest.fixture
def make(app: Flask) -> object:
    """Builders in plain functions: `make.thread(by=ana)`; see tests/make.py."""
    return make_module


@pytest.fixture
def cast(app: Flask) -> SimpleNamespace:
    """Ana facilitates the Andes; Bao is in it; Chidi moderates; Dora is elsewhere; Sofia is the secretariat."""
    cast = make_module.cast()
    db.session.commit()
    return cast


@pytest.fixture
def record(app: Flask) -> None:
    """The whole record, loaded. A process reads it once and then puts a copy of the rows back, in a tenth of the time."""
    if db.session.connection().exec_driver_sql(which_have_rows()).first():
        load()  # among what a test put there before
        db.session.commit()
        return
    db.session.remove()
    put_back = put_back_on_sqlite if db.engine.dialect.name == "sqlite" else put_back_on_postgresql
    with db.engine.connect() as connection:
        put_back(connection.connection.driver_connection)  # type: ignore[arg-type]
    # what was kept of the copy before this one is not about this one
    db.session.execute(update(Edition).values(word=secrets.token_urlsafe(8)))
    db.session.commit()


#: The record as the database keeps it for this process, once a test asked for it: a database in memory, or a statement.
LOADED: list[Any] = []


def put_back_on_sqlite(file: sqlite3.Connection) -> None:
    """The record as it was after it was loaded, by copying pages of the file."""
    if LOADED:
        LOADED[0].backup(file)
    else:
        load()
        db.session.commit()
        LOADED.append(sqlite3.connect(":memory:", check_same_thread=False))
        file.backup(LOADED[0])


def put_back_on_postgresql(connection: psycopg.Connection[Any]) -> None:
    """The record as it was after it was loaded, rows and numbers, from a schema of its own beside the forum's.

    All tables are filled by one statement, since foreign keys are looked at when it ends: tables refer to one another
    in circles.
    """
    if LOADED:
        connection.execute(LOADED[0])
        connection.commit()
        return
    load()
    db.session.commit()
    full = [name for (name,) in connection.execute(which_have_rows())]
    connection.execute("DROP SCHEMA IF EXISTS record_kept CASCADE; CREATE SCHEMA record_kept")
    for name in full:
        connection.execute(f'CREATE TABLE record_kept."{name}" AS TABLE "{name}"')
    numbers = connection.execute(
        "SELECT format('%I.%I', schemaname, sequencename), last_value FROM pg_sequences "
        "WHERE last_value IS NOT NULL AND schemaname = current_schema()"
    ).fetchall()
    connection.commit()
    filling = ", ".join(
        f'd{at} AS (INSERT INTO "{name}" SELECT * FROM record_kept."{name}")' for at, name in enumerate(full)
    )
    setting = ", ".join(f"setval('{name}', {value})" for name, value in numbers) or "1"
    LOADED.append(f"WITH {filling} SELECT {setting}")


@pytest.fixture
def as_(app: Flask) -> Callable[..., FlaskClient]:
    """A client signed in as this member (None: a visitor), by browser or by htmx."""

    def sign_in(member: Member | None, *, htmx: bool = False) -> FlaskClient:
        client = app.test_client()
        if member is not None:
            row = LoginSession(member_id=member.id)
            db.session.add(row)
            db.session.commit()
            with client.session_transaction() as session:
                session["_user_id"] = member.fs_uniquifier
                session["_fresh"] = True
                session["sid"] = row.id
                session["fs_cc"] = "set"
                session["fs_paa"] = time.time()  # signed in just now
                session["csrf_token"] = row.id  # the form they signed in with had one
        if htmx:
            client.environ_base["HTTP_HX_REQUEST"] = "true"
        return client

    return sign_in


@pytest.fixture
def served(app: Flask) -> Callable[[Callable[[], Any]], Any]:
    """Does something in a thread of its own, as a web server would: a test's application context outlives its requests,
    and hides that an answer needs something of its request after it is over."""

    def apart(deed: Callable[[], Any]) -> Any:
        db.session.commit()
        with ThreadPoolExecutor(1) as threads:
            return threads.submit(deed).result()

    return apart


@pytest.fixture
def indexed(app: Flask) -> Iterator[Callable[[], None]]:
    """An empty search index, and the function that brings it up to what was committed."""
    engine = app.extensions["forum.search"]
    while rebuilding.rebuild_a_little(engine, afresh=True):
        pass

    def catch_up() -> None:
        while indexer.catch_up(engine):
            pass

    yield catch_up
    engine.close()
