"""A site of two addresses under the keeper, with a process beside: `python -m tests.faults.small_site PORT FOLDER`."""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path

from flask import Flask

from forum.serving import Web


def build() -> Flask:
    """An application that says which process answers, and from which one that was forked."""
    if Path(folder, "broken").exists():
        raise RuntimeError("this application cannot be built")
    app = Flask("small")
    builder = os.getpid()

    @app.get("/")
    def who() -> str:
        return f"{os.getpid()} {os.getppid()} {builder}"

    return app


def work(_app: Flask) -> None:
    """Write down who works, until told to stop."""
    over = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: over.set())
    Path(folder, "works").write_text(f"{os.getpid()} {os.getppid()}")
    over.wait(60)
    Path(folder, "stopped").touch()


if __name__ == "__main__":
    port, folder = sys.argv[1:]
    Web(build, f"127.0.0.1:{port}", work).run()
