"""Where a PostgreSQL index lies: a schema of its own, with a table for each generation.

The tables are made here and not by a migration, because each rebuild makes new ones, and because the index may lie in
another database than the site's. They lie in a schema of their own so that nobody takes them for the site's data.

    forum_search.generation      one row each: which role it has, and the state its last commit wrote
    forum_search.document_7      the documents of generation 7
    forum_search.word_7          about how many documents hold each token: what ranking and spelling need
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from forum.search.engine import Busy, NotReady

SCHEMA = "forum_search"
FORMAT = 1  # another number makes every generation built before one of "an earlier version"
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
MADE = """
CREATE TABLE forum_search.document_{n} (
    key text NOT NULL, grp text NOT NULL, parent text NOT NULL, number integer, language text NOT NULL,
    at timestamptz NOT NULL, signature text NOT NULL, audience text[] NOT NULL, facets text[] NOT NULL,
    places text[] NOT NULL,
    heads tsvector NOT NULL, words tsvector NOT NULL
);
ALTER TABLE forum_search.document_{n} ALTER COLUMN words SET STORAGE EXTERNAL;
CREATE UNIQUE INDEX document_{n}_key ON forum_search.document_{n} (key);
CREATE TABLE forum_search.word_{n} (token text COLLATE "C" PRIMARY KEY, documents integer NOT NULL);
"""
#: What is quicker made when the rows are there than kept while they come.
SETTLED = """
CREATE INDEX IF NOT EXISTS document_{n}_words ON forum_search.document_{n}
    USING gin (words) WITH (gin_pending_list_limit = 256);
CREATE INDEX IF NOT EXISTS document_{n}_heads ON forum_search.document_{n} USING gin (heads);
CREATE INDEX IF NOT EXISTS document_{n}_facets ON forum_search.document_{n} USING gin (facets);
CREATE INDEX IF NOT EXISTS document_{n}_places ON forum_search.document_{n} USING gin (places);
CREATE INDEX IF NOT EXISTS document_{n}_parent ON forum_search.document_{n} (parent) WHERE parent <> '';
CREATE INDEX IF NOT EXISTS document_{n}_grp ON forum_search.document_{n} (grp);
CREATE INDEX IF NOT EXISTS document_{n}_at ON forum_search.document_{n} (at DESC);
"""
TRIGRAMS = "CREATE INDEX IF NOT EXISTS word_{n}_near ON forum_search.word_{n} USING gin (token gin_trgm_ops)"


@dataclass(frozen=True)
class Generation:
    """One index, with what its last commit said about itself."""

    number: int
    settled: bool
    state: dict[str, Any]

    @property
    def documents(self) -> str:
        return f"{SCHEMA}.document_{self.number}"

    @property
    def words(self) -> str:
        return f"{SCHEMA}.word_{self.number}"


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
    if found is None:
        raise NotReady("there is no index yet")
    if found.format != FORMAT:
        raise NotReady("the index was made by an earlier version")
    return Generation(found.number, found.settled, found.state)


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
        text(f"INSERT INTO {at.words} SELECT word, ndoc FROM ts_stat(:statement)"),
        {"statement": f"SELECT words FROM {at.documents}"},
    )
    if trigrams := has_trigrams(connection):
        connection.exec_driver_sql(TRIGRAMS.format(n=at.number))
    keep_state(connection, at, {"trigrams": trigrams})
    connection.execute(text(f"UPDATE {SCHEMA}.generation SET settled = true WHERE number = :n"), {"n": at.number})
    connection.exec_driver_sql(f"ANALYZE {at.documents}")
    connection.exec_driver_sql(f"ANALYZE {at.words}")


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
                connection.exec_driver_sql(f"DROP TABLE IF EXISTS {SCHEMA}.document_{number}, {SCHEMA}.word_{number}")
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
