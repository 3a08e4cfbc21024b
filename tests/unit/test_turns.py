"""Writers of one SQLite database take turns, whatever becomes of the one before them."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from forum.kernel.turns import TurnTaking

HOLD_IT = """
import sqlite3, sys, time
from forum.kernel.turns import TurnTaking
connection = sqlite3.connect(sys.argv[1], factory=TurnTaking, isolation_level=None)
connection.take_turn(sys.argv[1], 1)
connection.execute("BEGIN IMMEDIATE")
print("mine", flush=True)
time.sleep(60)
"""


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "turns.db")


def open_(path: str) -> TurnTaking:
    connection = sqlite3.connect(path, factory=TurnTaking, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA busy_timeout=0")
    return connection


@pytest.mark.parametrize("end", ["commit", "rollback", "close"])
def test_the_next_writer_waits_until_the_first_has_ended(path, end):
    first, second, order = open_(path), open_(path), []
    first.take_turn(path, 5)
    first.execute("BEGIN IMMEDIATE")

    def write() -> None:
        second.take_turn(path, 5)
        second.execute("BEGIN IMMEDIATE")
        order.append("second")
        second.rollback()

    waiting = threading.Thread(target=write)
    waiting.start()
    time.sleep(0.05)
    order.append("first")
    getattr(first, end)()
    waiting.join(5)
    assert order == ["first", "second"]
    first.close()
    second.close()


def test_whoever_takes_their_turn_twice_waits_for_nobody(path):
    connection = open_(path)
    connection.take_turn(path, 0)
    connection.take_turn(path, 60)
    connection.close()


def test_after_some_patience_sqlite_says_what_is_wrong(path):
    first, second = open_(path), open_(path)
    first.take_turn(path, 1)
    first.execute("BEGIN IMMEDIATE")
    second.take_turn(path, 0.02)
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        second.execute("BEGIN IMMEDIATE")
    second.close()
    first.close()


def test_a_killed_writer_gives_its_turn_back(path):
    holder = subprocess.Popen([sys.executable, "-c", HOLD_IT, path], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "mine\n"
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    holder.stdout.close()
    connection = open_(path)
    connection.take_turn(path, 5)
    connection.execute("BEGIN IMMEDIATE")
    connection.rollback()
    connection.close()
