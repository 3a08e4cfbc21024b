"""Taking turns at writing to an SQLite database.

Only one can write at a time. SQLite lets those who wait try again after 1, 2, 5 … 100 milliseconds, however many come in
between, so that under load the unlucky wait for a second. Here the threads of a process wait for each other, and one of
them queues at a lock file beside the database, which the kernel gives back when a process is killed. It looks again
every millisecond.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
import threading
import time
from typing import Any

PAUSE = 0.001  # seconds

_ours: dict[tuple[int, str], threading.Lock] = {}


def _among_threads(path: str) -> threading.Lock:
    """The lock of this process; one that was forked has its own, whatever its parent was doing."""
    return _ours.setdefault((os.getpid(), path), threading.Lock())


class TurnTaking(sqlite3.Connection):
    """A connection that gives its turn back with COMMIT or ROLLBACK. Everybody who writes must use one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._file: int | None = None
        self._turn: threading.Lock | None = None  # what to release, while it is our turn

    def take_turn(self, beside: str, patience: float) -> None:
        """Wait until nobody else writes.

        Args:
            beside: path of the database.
            patience: seconds after which to go on regardless: SQLite itself then says that the database is locked.
        """
        if self._turn is not None:
            return
        end = time.monotonic() + patience
        among_threads = _among_threads(beside)
        if not among_threads.acquire(timeout=patience):
            return
        if self._file is None:
            self._file = os.open(f"{beside}-turn", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        while not self._is_free(self._file):
            if time.monotonic() > end:
                among_threads.release()
                return
            time.sleep(PAUSE)
        self._turn = among_threads

    @staticmethod
    def _is_free(file: int) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _give_turn(self) -> None:
        if self._turn is not None and self._file is not None:
            turn, self._turn = self._turn, None
            fcntl.flock(self._file, fcntl.LOCK_UN)
            turn.release()

    def commit(self) -> None:
        super().commit()
        self._give_turn()

    def rollback(self) -> None:
        super().rollback()
        self._give_turn()

    def close(self) -> None:
        super().close()
        self._give_turn()
        if self._file is not None:
            os.close(self._file)
            self._file = None
