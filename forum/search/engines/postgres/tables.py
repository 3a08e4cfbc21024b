"""Where a PostgreSQL index lies: a schema of its own, with a table for each generation.

The tables are made here and not by a migration, because each rebuild makes new ones, and because the index may lie in
another database than the site's. They lie in a schema of their own so that nobody takes them for the site's data.

    forum_search.generation      one row each: which role it has, and the state its last commit wrote
    forum_search.document_7      the documents of generation 7
    forum_search.word_7          about how many documents hold each token: what ranking and spelling need
    forum_search.value_7         the values of facets, numbered: a document names those it has by a letter for each
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from sqlalchemy import Connection, Engine, Row, text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from forum.search import analysis
from forum.search.analysis import EXACT
from forum.search.engine import Busy, NotReady
from forum.search.engines.postgres.literals import FILED, IN_HEAD, PAIR
from forum.search.engines.postgres.timed import Timed

SCHEMA = "forum_search"
LANGUAGES = ("en", "es", "fr", "ar", "pt")  # whose small words count as common; with others FORMAT must be another
FORMAT = 2  # another number makes every generation built before one of "an earlier version"
NO_SUCH_TABLE = "42P01"  # what PostgreSQL calls it
PREPARED = """
CREATE SCHEMA IF NOT EXISTS forum_search;
CREATE TABLE IF NOT EXISTS forum_search.generation (
    number integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    role text NOT NULL CHECK (role IN ('current', 'next', 'last', 'gone')),
    format integer NOT NULL,
    settled boolean NOT NULL DEFAULT false,
    state jsonb NOT NULL DEFAULT '{}'
);
CREATE UNIQUE INDEX IF NOT EXISTS one_of_each_role ON forum_search.generation (role) WHERE role <> 'gone';
"""
#: Counting reads many rows and ranking few, so a row is kept to some 200 bytes, its vector outside. PostgreSQL moves values out of
#: rows of more than 2 kB only: a column of spaces makes each row that long, and is pressed to nothing when the row is stored.
MADE = """
CREATE TABLE forum_search.document_{n} (
    key text NOT NULL, grp text NOT NULL, parent text NOT NULL, number integer, language text NOT NULL,
    at timestamptz NOT NULL, signature text NOT NULL, audience text[] NOT NULL, letters text NOT NULL,
    words tsvector NOT NULL, length real NOT NULL, room text NOT NULL DEFAULT repeat(' ', 2048)
) WITH (toast_tuple_target = 128);
ALTER TABLE forum_search.document_{n}
    ALTER COLUMN key SET STORAGE MAIN, ALTER COLUMN grp SET STORAGE MAIN, ALTER COLUMN parent SET STORAGE MAIN,
    ALTER COLUMN language SET STORAGE MAIN, ALTER COLUMN signature SET STORAGE MAIN,
    ALTER COLUMN audience SET STORAGE PLAIN, ALTER COLUMN letters SET STORAGE MAIN,
    ALTER COLUMN words SET STORAGE EXTERNAL, ALTER COLUMN room SET STORAGE MAIN;
CREATE UNIQUE INDEX document_{n}_key ON forum_search.document_{n} (key);
CREATE TABLE forum_search.word_{n} (token text COLLATE "C" PRIMARY KEY, documents integer NOT NULL);
CREATE TABLE forum_search.value_{n} (
    number integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY, name text NOT NULL, value text NOT NULL
);
CREATE UNIQUE INDEX value_{n}_named ON forum_search.value_{n} (name, md5(value));
"""
#: What is quicker made when the rows are there than kept while they come.
SETTLED = """
CREATE INDEX IF NOT EXISTS document_{n}_words ON forum_search.document_{n}
    USING gin (words) WITH (gin_pending_list_limit = 256);
CREATE INDEX IF NOT EXISTS document_{n}_parent ON forum_search.document_{n} (parent) WHERE parent <> '';
CREATE INDEX IF NOT EXISTS document_{n}_grp ON forum_search.document_{n} (grp);
CREATE INDEX IF NOT EXISTS document_{n}_at ON forum_search.document_{n} (at DESC);
"""
TRIGRAMS = "CREATE INDEX IF NOT EXISTS word_{n}_near ON forum_search.word_{n} USING gin (token gin_trgm_ops)"


@cache
def _small_words(language: str) -> frozenset[str]:
    return frozenset(EXACT + word for word in analysis.stop_words(language))


@dataclass(frozen=True)
class Generation:
    """One index, with what its last commit said about itself."""

    number: int
    settled: bool
    state: dict[str, Any]

    @cached_property
    def common(self) -> frozenset[str]:
        """Words that are in the index by twos as well: those of no meaning, and those its first documents are full of."""
        return frozenset(self.state.get("common", ())).union(*map(_small_words, LANGUAGES))

    @property
    def documents(self) -> str:
        return f"{SCHEMA}.document_{self.number}"

    @property
    def words(self) -> str:
        return f"{SCHEMA}.word_{self.number}"

    @property
    def values(self) -> str:
        return f"{SCHEMA}.value_{self.number}"


def prepare(connection: Connection) -> None:
    """Make the schema, unless it is there. Two processes may try at once."""
    connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('forum_search'))"))
    connection.exec_driver_sql(PREPARED)


def generation(connection: Connection, role: str = "current", *, lock: bool = False) -> Generation:
    """The generation in this role.

    Raises:
        NotReady: there is none, or it was made by an earlier version.
    """
    if connection.scalar(text("SELECT to_regclass('forum_search.generation')")) is None:
        raise NotReady("there is no index yet")
    found = connection.execute(
        text(
            f"SELECT number, settled, state, format FROM {SCHEMA}.generation WHERE role = :role{' FOR UPDATE' * lock}"
        ),
        {"role": role},
    ).first()
    return _as_made_here(found)


def _as_made_here(found: Row[Any] | None) -> Generation:
    if found is None:
        raise NotReady("there is no index yet")
    if found.format != FORMAT:
        raise NotReady("the index was made by an earlier version")
    return Generation(found.number, found.settled, found.state)


def answering(timed: Timed, settings: Mapping[str, str]) -> Generation:
    """The generation that answers, and settings for the rest of this transaction, in one journey.

    Raises:
        NotReady: there is none, or it was made by an earlier version.
    """
    given = ", ".join(f"set_config('{name}', '{value}', true)" for name, value in settings.items())
    asked = f"SELECT number, settled, state, format, {given} FROM {SCHEMA}.generation WHERE role = 'current'"
    try:
        return _as_made_here(next(iter(timed.rows(asked)), None))
    except ProgrammingError as error:
        if getattr(error.orig, "sqlstate", "") != NO_SUCH_TABLE:
            raise
        raise NotReady("there is no index yet") from error


def create(connection: Connection, state: dict[str, Any]) -> None:
    """A new, empty generation in the role of the next; the one begun before is given up."""
    connection.execute(text(f"UPDATE {SCHEMA}.generation SET role = 'gone' WHERE role = 'next'"))
    number = connection.scalar(
        text(
            f"INSERT INTO {SCHEMA}.generation (role, format, state) VALUES ('next', :format, :state) RETURNING number"
        ),
        {"format": FORMAT, "state": json.dumps(state)},
    )
    connection.exec_driver_sql(MADE.format(n=number))


def keep_state(connection: Connection, at: Generation, state: dict[str, Any]) -> None:
    connection.execute(
        text(f"UPDATE {SCHEMA}.generation SET state = state || CAST(:state AS jsonb) WHERE number = :number"),
        {"state": json.dumps(state), "number": at.number},
    )


def settle(connection: Connection, at: Generation) -> None:
    """Make the indexes, and count in how many documents each token is; once."""
    if at.settled:
        return
    connection.exec_driver_sql(SETTLED.format(n=at.number))
    connection.execute(text(f"TRUNCATE {at.words}"))
    connection.execute(
        text(f"INSERT INTO {at.words} SELECT word, ndoc FROM ts_stat(:statement) WHERE left(word, 1) <> ALL (:marks)"),
        {"statement": f"SELECT words FROM {at.documents}", "marks": [IN_HEAD, FILED, PAIR]},
    )
    if trigrams := has_trigrams(connection):
        connection.exec_driver_sql(TRIGRAMS.format(n=at.number))
    keep_state(connection, at, {"trigrams": trigrams})
    connection.execute(text(f"UPDATE {SCHEMA}.generation SET settled = true WHERE number = :n"), {"n": at.number})
    connection.exec_driver_sql(f"ANALYZE {at.documents}")
    connection.exec_driver_sql(f"ANALYZE {at.words}")


def tidy(engine: Engine, at: Generation) -> None:
    """Note on every page of a new table that its rows are for all to see: else the first questions would, writing as they read."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if (connection.dialect.server_version_info or ())[:1] >= (14,):  # before, vectors could not be left out
            connection.exec_driver_sql(f"VACUUM (PROCESS_TOAST FALSE) {at.documents}")


def has_trigrams(connection: Connection) -> bool:
    """Whether pg_trgm is there, or can be had; without it near words are found by their beginnings."""
    try:
        with connection.begin_nested():
            connection.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    except DBAPIError:
        return False
    return bool(connection.scalar(text("SELECT count(*) FROM pg_opclass WHERE opcname = 'gin_trgm_ops'")))


def let_the_next_answer(connection: Connection) -> None:
    """Move the roles by one, in this transaction: others see the old or the new one, never neither."""
    for role, becomes in (("last", "gone"), ("current", "last"), ("next", "current")):
        connection.execute(
            text(f"UPDATE {SCHEMA}.generation SET role = :becomes WHERE role = :role"),
            {"role": role, "becomes": becomes},
        )


def clear_away(engine: Engine) -> None:
    """Drop generations nobody can be reading any more; one that is in use after all is left for the next time."""
    with engine.connect() as connection:
        gone = list(connection.scalars(text(f"SELECT number FROM {SCHEMA}.generation WHERE role = 'gone'")))
    for number in gone:
        try:
            with engine.begin() as connection:
                connection.execute(text("SET LOCAL lock_timeout = '200ms'"))
                connection.exec_driver_sql(
                    f"DROP TABLE IF EXISTS {SCHEMA}.document_{number}, {SCHEMA}.word_{number}, {SCHEMA}.value_{number}"
                )
                connection.execute(text(f"DELETE FROM {SCHEMA}.generation WHERE number = :n"), {"n": number})
        except DBAPIError:
            continue


@contextmanager
def pen(engine: Engine, what: str) -> Iterator[None]:
    """A lock between machines that dies with its holder's connection. Raises: Busy."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        name = {"name": f"{SCHEMA} {what}"}
        taken = connection.scalar(text("SELECT pg_try_advisory_lock(hashtextextended(:name, 0))"), name)
        if not taken:
            raise Busy(f"another process is writing the {what} index")
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(hashtextextended(:name, 0))"), name)
