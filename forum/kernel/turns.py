"""Taking turns at writing to an SQLite database.

Only one can write at a time. SQLite lets those who wait try again after 1, 2, 5 … 100 milliseconds, however many come in
between, so that under load the unlucky wait for a second. Here they queue at a lock file beside the database, which the
kernel gives back when a process is killed, and look again every millisecond.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
import time
from typing import Any

PAUSE = 0.001  # seconds


class TurnTaking(sqlite3.Connection):
    """A connection that gives its turn back with COMMIT or ROLLBACK. Everybody who writes must use one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._file: int | None = None
        self._mine = False

    def take_turn(self, beside: str, patience: float) -> None:
        """Wait until nobody else writes.

        Args:
            beside: path of the database.
            patience: seconds after which to go on regardless: SQLite itself then says that the database is locked.
        """
        if self._file is None:
            self._file = os.open(f"{beside}-turn", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        end = time.monotonic() + patience
        while not self._mine:
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                self._mine = True
            except BlockingIOError:
                if time.monotonic() > end:
                    return
                time.sleep(PAUSE)

    def _give_turn(self) -> None:
        if self._mine and self._file is not None:
            self._mine = False
            fcntl.flock(self._file, fcntl.LOCK_UN)

    def commit(self) -> None:
        super().commit()
        self._give_turn()

    def rollback(self) -> None:
        super().rollback()
        self._give_turn()

    def close(self) -> None:
        super().close()
        self._mine = False
        if self._file is not None:
            os.close(self._file)
            self._file = None
