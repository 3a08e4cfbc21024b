"""Processes born of one that has imported the forum already: killing fifty of them costs fifty kills, not fifty imports.

What is born has opened nothing and started nothing: like a process of its own, but for what it need not import.
"""

from __future__ import annotations

import multiprocessing
import os
import runpy
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

_BIRTHPLACE = multiprocessing.get_context("forkserver")
_BIRTHPLACE.set_forkserver_preload(["pytest", "forum.app", "forum.worker", "tests.make", "tests.newborn"])
pipe = _BIRTHPLACE.Pipe


def born(deed: Callable[..., Any], *arguments: Any) -> BaseProcess:
    """A new process that does this deed; it ends with the test run at the latest."""
    process = _BIRTHPLACE.Process(target=deed, args=arguments, daemon=True)
    process.start()
    return process


def heard(hears: Connection) -> Iterator[Any]:
    """What the other end said until it died."""
    with suppress(EOFError):
        while True:
            yield hears.recv()
    hears.close()


def module(name: str, arguments: tuple[str, ...], environment: Mapping[str, str]) -> BaseProcess:
    """A new process that runs a module as a command does, saying nothing to anybody.

    Args:
        environment: all of it.
    """
    return born(_run, name, arguments, dict(environment))


def _run(name: str, arguments: tuple[str, ...], environment: Mapping[str, str]) -> None:
    os.environ.clear()
    os.environ.update(environment)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    sys.argv = [name, *arguments]
    runpy.run_module(name, run_name="__main__")
