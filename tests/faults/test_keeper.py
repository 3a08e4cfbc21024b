"""Those who serve come from one process that holds the application and is gone; when one dies, all are replaced."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests import servers

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the keeper holds the application"),
]


def until(look: Callable[[], Any], seconds: float = 120) -> Any:
    """What is looked for, once there is something."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.05)
    raise AssertionError(f"not within {seconds} seconds")


@dataclass
class Small:
    """The small site."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes]

    def who(self) -> tuple[int, int, int]:
        """The process that answers, its parent, and the one that built its application."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=30) as answer:
                process, parent, builder = map(int, answer.read().split())
        except OSError:
            return 0, 0, 0
        return process, parent, builder

    def builder(self) -> int:
        return self.who()[2]

    def worker(self) -> list[int]:
        """The process that works beside, and its parent; nothing before it works."""
        written = self.folder / "works"
        return [int(pid) for pid in written.read_text().split()] if written.exists() else []

    def processes(self) -> set[int]:
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return {int(pid) for pid in listed.split()}


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Small]:
    port = servers.free_port()
    command = [sys.executable, "-m", "tests.faults.small_site", str(port), str(tmp_path)]
    with subprocess.Popen(command, env={**os.environ, "WEB_CONCURRENCY": "2"}, stderr=subprocess.PIPE) as process:
        yield Small(tmp_path, port, process)
        process.kill()


def test_who_built_the_application_is_gone_and_its_children_are_the_keepers(small):
    builder = until(small.builder)
    process, parent, _ = small.who()
    assert parent == small.process.pid and not Path(f"/proc/{builder}").exists()
    worker, employer = until(small.worker)
    assert employer == small.process.pid
    assert {process, worker} < small.processes() and len(small.processes()) == 3


@pytest.mark.parametrize("victim", ["web", "worker"])
def test_when_one_dies_all_are_replaced_by_a_generation_that_shares(small, victim):
    builder, worker = until(small.builder), until(small.worker)[0]
    before = small.processes()
    os.kill(until(lambda: small.who()[0]) if victim == "web" else worker, signal.SIGKILL)
    until(lambda: small.builder() not in {0, builder})
    until(lambda: len(small.processes()) == 3 and not small.processes() & before)
    until(lambda: {*small.worker()[:1]} & small.processes())
    builders = {until(small.builder) for _ in range(10)}
    assert len(builders) == 1 and builder not in builders


def test_a_hang_up_brings_a_new_generation_and_stops_the_worker_in_order(small):
    builder = until(small.builder)
    until(small.worker)
    before = small.processes()
    small.process.send_signal(signal.SIGHUP)
    until(lambda: len(small.processes()) == 3 and not small.processes() & before)
    assert small.builder() not in {0, builder}
    until((small.folder / "stopped").exists)


def test_a_generation_that_cannot_be_built_leaves_those_who_serve(small):
    builder = until(small.builder)
    (small.folder / "broken").touch()
    small.process.send_signal(signal.SIGHUP)
    time.sleep(2)
    assert small.builder() == builder


def test_an_application_that_cannot_be_built_at_first_ends_it_and_says_why(tmp_path):
    (tmp_path / "broken").touch()
    said = subprocess.run(
        [sys.executable, "-m", "tests.faults.small_site", str(servers.free_port()), str(tmp_path)],
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert said.returncode == 1 and b"cannot be built" in said.stderr


def test_an_order_to_stop_ends_all_in_order(small):
    until(small.worker)
    below = small.processes()
    small.process.send_signal(signal.SIGTERM)
    assert small.process.wait(120) == 0
    assert (small.folder / "stopped").exists()
    assert [pid for pid in below if Path(f"/proc/{pid}").exists()] == []


def test_nobody_stays_when_the_keeper_is_killed(small):
    until(small.worker)
    until(small.builder)
    below = small.processes()
    small.process.kill()
    until(lambda: not [pid for pid in below if Path(f"/proc/{pid}").exists()])
