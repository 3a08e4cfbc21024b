"""The reading process as its parent sees it: bytes in, a letter out, and a limit to everything.

One process is kept in waiting, with what reading needs loaded and with the network and the disk given up
(`forum.extraction.sandbox`); it forks for each mail, so that no mail meets what another one left. After any trouble it is
ended with all its children, and the next mail starts a new one.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from forum.extraction.outcomes import Interrupted, Reason, Unreadable
from forum.extraction.reading import ENVIRONMENT
from forum.inbound.letters import Letter
from forum.inbound.reading.circumstances import Circumstances
from forum.inbound.reading.saying import from_plain

WALL = 20.0  # seconds for one mail, by the clock
MOST_SAID = 64 * 2**20  # bytes: the largest mail, as base64 in JSON, with its text
TICK = 0.5


class Reader:
    """A reading process, started when it is first needed. One thread at a time."""

    def __init__(self, wall: float = WALL) -> None:
        self.wall = wall
        self._child: subprocess.Popen[bytes] | None = None
        self._one_at_a_time = threading.Lock()

    def read(self, raw: bytes, circumstances: Circumstances) -> Letter:
        """What a mail says.

        Raises:
            Unreadable: nothing can be had from it, however often it is tried.
            Interrupted, OSError: the reader was ended from outside, or could not be started: try again.
        """
        with self._one_at_a_time:
            try:
                said = self._ask(raw, circumstances)
            except Interrupted:  # it had been ended while it waited, most likely
                said = self._ask(raw, circumstances)
        if (end := said.get("end")) != "read":
            raise Unreadable(_reason(end), str(said.get("detail", ""))[:200])
        return from_plain(said.get("letter"))

    def close(self) -> None:
        """End the process and whatever it has started."""
        child, self._child = self._child, None
        if child is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()

    def _ask(self, raw: bytes, circumstances: Circumstances) -> dict[str, Any]:
        child = self._running()
        deadline = time.monotonic() + self.wall
        order = json.dumps({"size": len(raw), **asdict(circumstances)}).encode() + b"\n"
        try:
            _write(child, order + raw, deadline)
            said = _understood(_line(child, deadline))
        except TimeoutError:
            said = {"end": Reason.TIME}
        except (BrokenPipeError, EOFError):
            self.close()
            raise Interrupted("the reading process ended") from None
        if said.get("end") != "read":  # it may have left half a mail in the pipe
            self.close()
        return said

    def _running(self) -> subprocess.Popen[bytes]:
        if self._child is not None and self._child.poll() is None:
            return self._child
        self.close()
        self._child = subprocess.Popen(  # noqa: S603  (its arguments are ours)
            [sys.executable, "-P", "-s", "-m", "forum.inbound.reading", str(os.getpid())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=ENVIRONMENT,
            cwd="/",
            start_new_session=True,
        )
        assert self._child.stdin is not None
        os.set_blocking(self._child.stdin.fileno(), False)
        return self._child


def _write(child: subprocess.Popen[bytes], data: bytes, deadline: float) -> None:
    assert child.stdin is not None
    left, pipe = memoryview(data), child.stdin.fileno()
    while left:
        if time.monotonic() > deadline:
            raise TimeoutError
        if select.select([], [pipe], [], TICK)[1]:
            left = left[os.write(pipe, left[: 2**16]) :]


def _line(child: subprocess.Popen[bytes], deadline: float) -> bytes:
    assert child.stdout is not None
    said = bytearray()
    while not said.endswith(b"\n"):
        if time.monotonic() > deadline or len(said) > MOST_SAID:
            raise TimeoutError
        if not select.select([child.stdout], [], [], TICK)[0]:
            continue
        if not (piece := os.read(child.stdout.fileno(), 2**18)):
            raise EOFError
        said += piece
    return bytes(said)


def _understood(line: bytes) -> dict[str, Any]:
    try:
        words = json.loads(line)
    except (ValueError, RecursionError):
        return {"end": Reason.CRASHED}
    return words if isinstance(words, dict) else {"end": Reason.CRASHED}


def _reason(said: object) -> Reason:
    return Reason(said) if said in [reason.value for reason in Reason] else Reason.CRASHED
