"""Which edition of the content the site is at: a word that changes with every commit that visitors could notice.

Whoever keeps something made from public content (see `forum.web.cache`) keeps the word with it, and asks whether
it still holds. It is written as the last statement of a transaction, by watching the statements themselves, so that
no operation has to remember it and no bulk statement slips by.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Callable, Set
from functools import wraps
from threading import Lock
from typing import Any, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine, ScalarSelect, String, event, select, text
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql.dml import UpdateBase

from forum.kernel.db import Base, db
from forum.kernel.direct import Direct
from forum.kernel.written import Written

WORD_LENGTH = 16
KEPT_ANSWERS = 200

P = ParamSpec("P")
R = TypeVar("R")


class Edition(Base):
    """One row, made by the first commit that needs it."""

    __tablename__ = "edition"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    word: Mapped[str] = mapped_column(String(WORD_LENGTH))


_TABLE: Any = Edition.__table__
_CURRENT = select(_TABLE.c.word).where(_TABLE.c.id == 1)
_ANOTHER = Written(
    lambda: text(
        "INSERT INTO edition (id, word) VALUES (1, :another) ON CONFLICT (id) DO UPDATE SET word = excluded.word"
    )
)
DIRECTLY = Direct(_CURRENT)
#: The same as a column, for a statement that asks for something else too.
CURRENT: ScalarSelect[str | None] = _CURRENT.scalar_subquery()
_CHANGED = "forum.content_changed"


def current(connection: Connection) -> str | None:
    """The word of the edition this connection sees; nothing before the first content."""
    word: str | None = connection.scalar(_CURRENT)
    return word


def content_changed(connection: Connection) -> None:
    """Say that this transaction changes content, for statements that are not made of our tables."""
    connection.info[_CHANGED] = True


def watch(engine: Engine, *, ignoring: Set[str]) -> None:
    """Begin a new edition with every commit on this engine that wrote to a table.

    Args:
        ignoring: tables whose rows no visitor ever sees, so that reading and working do not count as change.
    """
    ignored = {*ignoring, Edition.__tablename__}

    @event.listens_for(engine, "after_cursor_execute")
    def _notice(connection: Connection, _cursor: Any, _sql: str, _values: Any, context: Any, _many: bool) -> None:
        statement = getattr(context.compiled, "statement", None)
        if isinstance(statement, UpdateBase):
            table: Any = statement.table
            # a migration's own tables are none of ours: ours may not be there yet
            if getattr(table, "metadata", None) is Base.metadata and table.name not in ignored:
                content_changed(connection)

    @event.listens_for(engine, "commit")
    def _begin_an_edition(connection: Connection) -> None:
        if connection.info.pop(_CHANGED, False):
            _ANOTHER.run_last(connection, another=secrets.token_hex(WORD_LENGTH // 2))

    @event.listens_for(engine, "rollback")
    def _forget(connection: Connection) -> None:
        if not connection.invalidated:  # its info went with it
            connection.info.pop(_CHANGED, None)


def kept_for_an_edition(ask: Callable[P, R]) -> Callable[P, R]:
    """Keep what a question about public content was answered, in this process, until the content changes.

    The answer must be the same for whoever asks and must not be changed by them. A transaction that has itself changed
    content always asks anew, and what it is told is not kept: it may yet be undone.

    Args:
        ask: its arguments must be hashable; the least recently asked for is forgotten beyond KEPT_ANSWERS.
    """
    kept: OrderedDict[Any, R] = OrderedDict()
    lock = Lock()

    @wraps(ask)
    def answer(*args: P.args, **named: P.kwargs) -> R:
        connection = db.session.connection()
        word = current(connection)
        if word is None or db.session.new or db.session.dirty or connection.info.get(_CHANGED):
            return ask(*args, **named)
        key = (word, args, *sorted(named.items()))
        with lock:
            if key in kept:
                kept.move_to_end(key)
                return kept[key]
        found = ask(*args, **named)
        with lock:
            if next(iter(kept), key)[0] != word:
                kept.clear()  # a new edition: nothing of an older one will be asked for again
            kept[key] = found
            while len(kept) > KEPT_ANSWERS:
                kept.popitem(last=False)
        return found

    return answer
