"""Web server and worker as children of one process, each started again when it dies.

The application is built once and the children are forked from it, so they share its memory. The listening
socket belongs to the parent: while a killed web server is replaced, visitors wait a moment instead of being
refused.
"""

from __future__ import annotations

import ctypes
import gc
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from typing import Any

import structlog
from flask import Flask
from gunicorn.app.base import BaseApplication

log = structlog.get_logger(__name__)

PATIENCE = 20.0  # seconds a child has to finish what it is doing


class Web(BaseApplication):
    """gunicorn around an application that is already built; WEB_CONCURRENCY and GUNICORN_CMD_ARGS are honoured."""

    def __init__(self, app: Flask, bind: str) -> None:
        self.flask_app = app
        self.bind = bind
        super().__init__()

    def load_config(self) -> None:
        settings: dict[str, Any] = {
            "bind": self.bind,
            "workers": int(os.environ.get("WEB_CONCURRENCY", "2")),
            "worker_class": "gthread",
            "threads": 4,
            "preload_app": True,
            "control_socket_disable": True,  # it would lie in the home folder
            "keepalive": 5,
            "graceful_timeout": 10,
            "max_requests": 100_000,
            "max_requests_jitter": 10_000,
            "loglevel": "warning",
            "proc_name": "forum-web",
            "when_ready": lambda _arbiter: keep_memory_shared(),
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self.flask_app


def keep_memory_shared() -> None:
    """Before workers are forked: let the collector leave alone what they share, and threads share their heaps."""
    gc.collect()
    gc.freeze()
    if sys.platform == "linux" and hasattr(libc := ctypes.CDLL(None), "mallopt"):
        trim_threshold, mmap_threshold, arena_max = -1, -3, -8  # mallopt(3)
        libc.mallopt(arena_max, 1)  # each thread's own arena would keep what it once needed
        # what one sign-in needs for a moment (19 MB) goes back; left alone, libc learns to keep that much
        libc.mallopt(mmap_threshold, 2**20)
        libc.mallopt(trim_threshold, 2**18)


def listen(host: str, port: int) -> socket.socket:
    """The socket visitors knock at.

    Raises:
        SystemExit: something else listens there; the message says what to do.
    """
    knock = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    knock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        knock.bind((host, port))
    except OSError as error:
        sys.exit(f"Port {port} on {host} is not to be had ({error.strerror}). Choose another: PORT=8001 make run")
    knock.listen(512)
    knock.set_inheritable(True)
    return knock


def end_with_the_parent() -> None:
    """Ask the kernel (Linux) for a SIGTERM should the parent be killed: nobody else would stop us then."""
    if sys.platform == "linux":
        set_parent_death_signal = 1  # prctl(2)
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGTERM)


class Supervisor:
    """Keeps one child per role alive until told to stop, then lets each finish."""

    def __init__(self, roles: dict[str, Callable[[], None]]) -> None:
        self.roles = roles
        self.children: dict[int, str] = {}
        self.stopping = False

    def run(self) -> None:
        """Start every role and stay until SIGINT or SIGTERM."""
        signal.signal(signal.SIGINT, self._stop)
        signal.signal(signal.SIGTERM, self._stop)
        keep_memory_shared()  # a collection in one of the children would copy all they share
        for role in self.roles:
            self._start(role)
        while not self.stopping:
            started = time.monotonic()
            for role in self._reap():
                if not self.stopping:
                    log.warning("a process died and is started again", role=role)
                    self._start(role)
            # one that dies at once must not be started in a tight loop
            time.sleep(max(0.0, 0.2 - (time.monotonic() - started)))
        self._end()

    def _stop(self, *_: object) -> None:
        self.stopping = True

    def _start(self, role: str) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        child = os.fork()
        if child:
            self.children[child] = role
            return
        code = 1
        try:
            # Ctrl-C reaches the whole group at once; only the parent decides, so that the end is orderly
            os.setpgid(0, 0)
            end_with_the_parent()
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            self.roles[role]()
            code = 0
        except SystemExit as leaving:
            code = leaving.code if isinstance(leaving.code, int) else 1
        except BaseException:
            log.exception("a process failed", role=role)
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def _reap(self) -> list[str]:
        """Roles whose process has ended since the last look."""
        ended = []
        while self.children:
            pid, _status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                break
            if role := self.children.pop(pid, None):
                ended.append(role)
        return ended

    def _end(self) -> None:
        for child in self.children:
            os.kill(child, signal.SIGTERM)
        deadline = time.monotonic() + PATIENCE
        while self.children and time.monotonic() < deadline:
            self._reap()
            time.sleep(0.05)
        for child in self.children:
            os.kill(child, signal.SIGKILL)
        while self.children:
            self._reap()
            time.sleep(0.05)
