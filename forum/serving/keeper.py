"""Who looks after the processes that serve: gunicorn's arbiter, but for how it gets them.

Processes forked from one that holds the application share its memory, until they write to it: and in Python reading is
writing, because whatever is looked at is counted. Somebody who keeps the application to fork from it therefore keeps a
copy of all that their children have changed, a third of what everything takes. So nobody keeps it: for each generation
a process is forked that builds the application, forks those that serve, and ends. They are then the keeper's own
children. When one of them dies, all are replaced, because only those of one generation share anything.
"""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.errors import HaltServer
from gunicorn.workers.base import Worker

from forum.serving.sharing import keep_memory_shared

if TYPE_CHECKING:
    from flask import Flask

PATIENCE = 20.0  # seconds the worker has to finish what it is doing
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36  # prctl(2)


class Web(BaseApplication):
    """gunicorn around an application; WEB_CONCURRENCY and GUNICORN_CMD_ARGS are honoured.

    Args:
        build: makes the application, in the process that those who serve are forked from.
        bind: where to listen.
        beside: what one more process does with the application: the worker.
    """

    def __init__(self, build: Callable[[], Flask], bind: str, beside: Callable[[Flask], None] | None = None) -> None:
        self.build = build
        self.bind = bind
        self.beside = beside
        super().__init__()

    def load_config(self) -> None:
        settings: dict[str, Any] = {
            "bind": self.bind,
            "workers": int(os.environ.get("WEB_CONCURRENCY", "2")),
            "worker_class": "gthread",
            "threads": 4,
            "control_socket_disable": True,  # it would lie in the home folder
            "keepalive": 5,
            "graceful_timeout": 10,
            "max_requests": 100_000,
            "max_requests_jitter": 10_000,
            "loglevel": "warning",
            "proc_name": "forum-web",
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self.build()

    def run(self) -> None:
        """Serve until SIGINT or SIGTERM."""
        Keeper(self).run()


class Keeper(Arbiter):
    """gunicorn's arbiter, whose workers come a generation at a time, with the worker beside them."""

    def __init__(self, web: Web) -> None:
        self.web = web
        self.beside = 0  # process id of the worker
        self.adopts = prctl(PR_SET_CHILD_SUBREAPER, 1)
        super().__init__(web)

    def manage_workers(self) -> None:
        """As ever; and see to the worker."""
        if self.beside and not is_alive(self.beside):
            self.log.warning("The worker (pid:%s) died; all processes are started again.", self.beside)
            self.spawn_workers()
        super().manage_workers()

    def spawn_workers(self) -> None:
        """Start a generation; those of the one before are then too many, and end when they have answered."""
        workers = [self._an_egg() for _ in range(self.num_workers)]
        hatched, tell = os.pipe()
        nest = self._fork_nest(hatched, tell, workers) if self.adopts else self._brood(tell, workers)
        os.close(tell)
        with os.fdopen(hatched) as told:
            pids = [int(line) for line in told]
        ended = os.waitstatus_to_exitcode(os.waitpid(nest, 0)[1]) if nest else 0
        if ended > 0 and not self.WORKERS:
            raise HaltServer("The application could not be built.", ended)
        for worker, pid in zip(workers, pids, strict=False):  # fewer, when the process that forks was killed
            worker.pid = pid
            self.WORKERS[pid] = worker
        for worker in workers[len(pids) :]:
            worker.tmp.close()
        if len(pids) > len(workers):
            end(self.beside)
            self.beside = pids[-1]

    def spawn_worker(self) -> None:
        """Never one alone: it would share nothing with the others."""
        self.spawn_workers()

    def handle_hup(self) -> None:
        """SIGHUP: a new generation, of the code as it lies there now."""
        self.spawn_workers()

    def handle_int(self) -> None:
        """Ctrl-C: an orderly end, too."""
        self.handle_term()

    def stop(self, graceful: bool = True) -> None:
        """Stop what serves, each after what it is doing."""
        end(self.beside)
        super().stop(graceful)
        deadline = time.monotonic() + PATIENCE
        while is_alive(self.beside) and time.monotonic() < deadline:
            self.reap_workers()
            time.sleep(0.05)
        end(self.beside, signal.SIGKILL)

    def _an_egg(self) -> Worker:
        self.worker_age += 1
        worker: Worker = self.worker_class(
            self.worker_age, self.pid, self.LISTENERS, self.app, self.timeout / 2.0, self.cfg, self.log
        )
        return worker

    def _fork_nest(self, hatched: int, tell: int, workers: list[Worker]) -> int:
        """The process that builds the application and forks a generation of workers; returns its id."""
        flush()
        nest = os.fork()
        if nest:
            return nest
        os.close(hatched)
        leave_with(lambda: self._brood(tell, workers))
        return 0  # never reached

    def _brood(self, tell: int, workers: list[Worker]) -> int:
        """Build the application and fork a generation from here; tell each process id as a line."""
        for known in {*self.SIGNALS, signal.SIGCHLD} if self.adopts else ():
            signal.signal(known, signal.SIG_DFL)  # only the keeper decides; who builds can just be stopped
        app = self.app.wsgi()
        keep_memory_shared()
        for worker in workers:
            self._hatch(tell, lambda worker=worker: self._serve(worker, workers))  # type: ignore[misc]
        if (deed := self.web.beside) is not None:
            self._hatch(tell, lambda: deed(app))
        return 0

    def _hatch(self, tell: int, deed: Callable[[], object]) -> None:
        flush()
        if child := os.fork():
            os.write(tell, f"{child}\n".encode())
            return
        os.close(tell)
        leave_with(lambda: self._as_a_child_of_the_keeper(deed))

    def _as_a_child_of_the_keeper(self, deed: Callable[[], object]) -> None:
        # Ctrl-C reaches the whole group at once; only the keeper decides, so that the end is orderly
        os.setpgid(0, 0)
        for known in (*self.SIGNALS, signal.SIGCHLD):
            signal.signal(known, signal.SIG_DFL)
        while self.adopts and os.getppid() != self.pid:  # until who forked us has ended
            time.sleep(0.01)
        prctl(PR_SET_PDEATHSIG, signal.SIGTERM)  # should the keeper be killed: nobody else would stop us then
        deed()

    def _serve(self, worker: Worker, generation: list[Worker]) -> None:
        for sibling in (*generation, *self.WORKERS.values()):
            if sibling is not worker:
                sibling.tmp.close()
        worker.pid = os.getpid()
        self.cfg.post_fork(self, worker)
        worker.init_process()


def leave_with(deed: Callable[[], object]) -> None:
    """Do it and end this process, which is a child."""
    code = 1
    try:
        deed()
        code = 0
    except SystemExit as leaving:
        code = leaving.code if isinstance(leaving.code, int) else 1
        if isinstance(leaving.code, str):
            print(leaving.code, file=sys.stderr)
    except BaseException:
        sys.excepthook(*sys.exc_info())  # type: ignore[arg-type]
    finally:
        flush()
        os._exit(code)


def flush() -> None:
    """What is not written yet would be written by the child too."""
    sys.stdout.flush()
    sys.stderr.flush()


def prctl(what: int, value: int) -> bool:
    """Ask the kernel, where it is Linux; elsewhere say no."""
    return sys.platform == "linux" and ctypes.CDLL(None).prctl(what, value) == 0


def is_alive(pid: int) -> bool:
    """Whether a child of ours runs, or has not been waited for yet."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return bool(pid)


def end(pid: int, how: signal.Signals = signal.SIGTERM) -> None:
    """Ask a child to end, if there is one."""
    if is_alive(pid):
        os.kill(pid, how)


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
