"""Counting SQL statements: hot pages promise how few they run, whatever the number of rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from forum.kernel.db import db

NOT_WORK = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "PRAGMA")


@contextmanager
def statements() -> Iterator[list[str]]:
    """The statements run inside the block, in order, without those that only open and close transactions.

    >>> with statements() as run:
    ...     client.get("/threads")
    >>> assert len(run) <= 3, "\\n".join(run)
    """
    run: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.lstrip().upper().startswith(NOT_WORK):
            run.append(statement)

    db.session.commit()
    db.session.expire_all()
    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield run
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
