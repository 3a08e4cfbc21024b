"""Programs that answer on a port of their own, started for the run and stopped after it."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

PATIENCE = 60.0


@dataclass(frozen=True)
class Server:
    base: str
    pid: int


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(*command: str, ready: str, environment: dict[str, str] | None = None) -> Iterator[Server]:
    """Run a Python program until the block ends.

    Args:
        command: what to give to Python; `{port}` becomes the port to listen on, which is in PORT too.
        ready: a path that answers 200 once it is up.
        environment: what it finds in its environment besides our own.
    """
    port = free_port()
    arguments = [part.replace("{port}", str(port)) for part in command]
    process = subprocess.Popen(
        [sys.executable, *arguments], env={**os.environ, **(environment or {}), "PORT": str(port)}
    )
    try:
        _wait(process, port, ready)
        yield Server(f"http://127.0.0.1:{port}", process.pid)
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _wait(process: subprocess.Popen[bytes], port: int, ready: str) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", ready)
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        finally:
            connection.close()
        time.sleep(0.2)
    raise RuntimeError(f"the server on port {port} did not answer {ready} within {PATIENCE:.0f} seconds")
