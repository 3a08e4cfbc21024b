"""Statements that share one deadline, kept by the server: the next may take what the ones before have left."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row
from sqlalchemy.exc import DBAPIError

from forum.search.engine import NotReady

SLACK = 50  # milliseconds for which no journey is made to tell the server that there are fewer left
CANCELLED = "57014"  # what PostgreSQL calls a statement that took too long


class OutOfTime(NotReady):
    """The deadline passed; what was found so far is what can be shown."""


class Timed:
    """A read-only transaction.

    Args:
        until: `time.monotonic()` by which all of it must be done.
        told: milliseconds a statement may take as the server was last told.
    """

    def __init__(self, connection: Connection, until: float, told: int) -> None:
        self.connection, self.until, self.told = connection, until, told

    @property
    def left(self) -> int:
        """Milliseconds. Raises: OutOfTime: there are none."""
        left = int(1000 * (self.until - time.monotonic()))
        if left < 1:
            raise OutOfTime("the search took too long")
        return left

    def rows(self, statement: str, **values: Any) -> Sequence[Row[Any]]:
        """Run a statement within what is left.

        Raises:
            OutOfTime: it took too long; no later statement of this transaction runs.
        """
        try:
            if abs((left := self.left) - self.told) > SLACK and left != self.told:
                self.tell(left)
            return self.connection.exec_driver_sql(statement, values).all()
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", "") == CANCELLED:
                self.until = 0.0
                raise OutOfTime("the search took too long") from error
            raise

    def tell(self, left: int) -> None:
        self.connection.exec_driver_sql(f"SET LOCAL statement_timeout = {left}")
        self.told = left
