"""The loop that keeps promises: schedule what is periodic, run what is due, sleep a moment."""

from __future__ import annotations

import signal
import threading
import time

import structlog
from flask import Flask

from forum.inbound.lane import free_mails_of_dead_readers
from forum.kernel import clock, jobs
from forum.kernel.mail.sending import free_leases_of_dead_senders
from forum.library.extracting import free_files_of_dead_readers

log = structlog.get_logger(__name__)

PAUSE = 0.3
SCHEDULE_EVERY = 5.0
#: Each lets go of what killed workers of this machine held, and says how much that was.
FREE = (
    jobs.free_leases_of_the_dead,
    free_leases_of_dead_senders,
    free_files_of_dead_readers,
    free_mails_of_dead_readers,
)


class Worker:
    """One worker process. It stops between jobs, never inside one."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.stopping = threading.Event()
        self.scheduled = float("-inf")

    def stop(self, *_: object) -> None:
        """Finish the job at hand, then leave the loop. Safe as a signal handler."""
        self.stopping.set()

    def work(self) -> None:
        """Turn until told to stop."""
        threads = [threading.Thread(target=self.keep_to, args=(lane,), name=lane.__name__) for lane in jobs.LANES]
        threads += [threading.Thread(target=self.watch, args=(each,), name=each.__name__) for each in jobs.WATCHES]
        begun = False
        for thread in threads:
            thread.start()
        while not self.stopping.is_set():
            try:
                begun = begun or self.begin()
                busy = self.turn()
            except Exception:  # the database may be away for a while; the promises will still be there
                log.exception("the worker's turn failed")
                self.stopping.wait(5)
                continue
            if not busy:
                self.stopping.wait(PAUSE)
        for thread in threads:
            thread.join()

    def keep_to(self, lane: jobs.Lane) -> None:
        """Work one lane until told to stop."""
        while not self.stopping.is_set():
            try:
                with self.app.app_context():
                    busy = lane(100, self.stopping.is_set)
            except Exception:  # as in `work`
                log.exception("a lane's turn failed", lane=lane.__name__)
                self.stopping.wait(5)
                continue
            if not busy:
                self.stopping.wait(PAUSE)

    def watch(self, work: jobs.Watch) -> None:
        """Keep up one watch until told to stop, or until it has nothing to watch."""
        while not self.stopping.is_set():
            try:
                with self.app.app_context():
                    work(self.stopping)
                return
            except Exception:  # as in `work`
                log.exception("a watch failed", watch=work.__name__)
                self.stopping.wait(5)

    def begin(self) -> bool:
        """Take over at once what a killed worker of this machine left, instead of waiting for its leases to end."""
        with self.app.app_context():
            if freed := sum(free() for free in FREE):
                log.info("took over what a killed worker left", jobs=freed)
        return True

    def turn(self) -> int:
        """Schedule, run what is due, and let the slices do what they gather; returns how many jobs were tried."""
        with self.app.app_context():
            if time.monotonic() - self.scheduled > SCHEDULE_EVERY:
                jobs.schedule(clock.now())
                self.scheduled = time.monotonic()
            tried = jobs.drain(limit=100, stopping=self.stopping.is_set, lanes=False)
            for hook in jobs.EACH_TURN:
                hook()
            return tried


def run(app: Flask) -> None:
    """Work until SIGTERM or SIGINT."""
    worker = Worker(app)
    signal.signal(signal.SIGTERM, worker.stop)
    signal.signal(signal.SIGINT, worker.stop)
    worker.work()
