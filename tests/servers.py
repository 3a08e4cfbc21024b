"""The real servers tests talk to: given by FORUM_TEST_*_URL, else started on loopback from the system's binaries.

Without either a test skips with a sentence; with CI=true it fails, so that CI cannot be green by absence.
"""

from __future__ import annotations

import glob
import os
import random
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url


def missing(sentence: str) -> None:
    """Skip, or fail where CI must not be green by absence."""
    if os.environ.get("CI") == "true":
        pytest.fail(sentence)
    pytest.skip(sentence)


def free_port() -> int:
    """A port nobody listens on, and that no outgoing connection gets while a server is started anew.

    A port the system gives lies where it also takes those of outgoing connections, browsers' among them: one that is
    kept open would hold it when its server comes back. Each process that tests looks in a part of its own.
    """
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    part = range(10_000 + worker % 10 * 2_000, 12_000 + worker % 10 * 2_000)
    for port in random.SystemRandom().sample(part, len(part)):  # tests are seeded; runs beside each other must differ
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError(f"no port is free from {part.start} to {part.stop}")


@contextmanager
def postgres_server() -> Iterator[str]:
    """URL of a server where databases may be made: the one named, or a throw-away one."""
    if url := os.environ.get("FORUM_TEST_POSTGRES_URL"):
        yield url
        return
    binaries = sorted(glob.glob("/usr/lib/postgresql/*/bin")) or [
        str(Path(p).parent) for p in [shutil.which("initdb")] if p
    ]
    if not binaries:
        missing("PostgreSQL is not installed: set FORUM_TEST_POSTGRES_URL or install the system's postgresql package.")
    folder = tempfile.mkdtemp(prefix="forum-pg-")
    as_user: dict[str, object] = {}
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        shutil.chown(folder, "postgres")
        as_user = {"user": "postgres"}
    program = [f"{binaries[-1]}/pg_ctl", "-D", f"{folder}/data", "-w"]
    quiet: dict[str, object] = {"cwd": folder, "stdout": subprocess.DEVNULL, **as_user}
    made = [f"{binaries[-1]}/initdb", "-D", f"{folder}/data", "-U", "postgres", "-A", "trust", "-E", "UTF8"]
    subprocess.run(made, check=True, **quiet)  # type: ignore[call-overload]
    log = Path(folder, "log")
    for _attempt in range(3):  # somebody may have taken the port meanwhile
        port = free_port()
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
        started = subprocess.run([*program, "-o", options, "-l", str(log), "start"], **quiet)  # type: ignore[call-overload]
        if started.returncode == 0:
            break
    else:
        pytest.fail(f"PostgreSQL did not start: {log.read_text()[-2000:]}")
    try:
        yield f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([*program, "-m", "immediate", "stop"], check=True, **quiet)  # type: ignore[call-overload]
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def postgres_database(name: str) -> Iterator[str]:
    """URL of an empty database of its own, dropped afterwards."""
    database = f"forum_test_{name}_{os.getpid()}"
    with postgres_server() as url:
        server = create_engine(url, isolation_level="AUTOCOMMIT")
        with server.connect() as connection:
            connection.execute(text(f'DROP DATABASE IF EXISTS "{database}"'))
            connection.execute(text(f"CREATE DATABASE \"{database}\" ENCODING 'UTF8' TEMPLATE template0"))
        try:
            yield make_url(url).set(database=database).render_as_string(hide_password=False)
        finally:
            with server.connect() as connection:
                connection.execute(text(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)'))
            server.dispose()


@contextmanager
def redis_server() -> Iterator[str]:
    """URL of a Redis server: the one named, or a throw-away one."""
    if url := os.environ.get("FORUM_TEST_REDIS_URL"):
        yield url
        return
    program = shutil.which("redis-server")
    if program is None:
        missing("Redis is not installed: set FORUM_TEST_REDIS_URL or install the system's redis-server package.")
    port = free_port()
    command = [str(program), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.terminate()
        server.wait(10)
