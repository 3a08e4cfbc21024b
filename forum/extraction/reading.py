"""Reading a file: starts a child for it, listens within limits, and makes sense of how it ended."""

from __future__ import annotations

import base64
import binascii
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

from forum.extraction import ocr
from forum.extraction.outcomes import Extracted, Found, Interrupted, Limits, Page, Reason, Unreadable, as_text
from forum.extraction.types import PDF, PICTURES

ROOT = Path(__file__).resolve().parents[2]  # where the package `forum` lies
#: Nothing of ours: settings carry passwords.
ENVIRONMENT = {
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "PYTHONPATH": str(ROOT),
    "LC_ALL": "C.UTF-8",
    "OMP_THREAD_LIMIT": "1",
    "OPENBLAS_NUM_THREADS": "1",
}
TICK = 0.5  # seconds between looks at whether to stop
MOST_PICTURE = 64 * 1024  # bytes

#: What ended a child that had no last word. (signal(7))
SIGNALS = {
    signal.SIGXCPU: Reason.TIME,
    signal.SIGSEGV: Reason.CRASHED,
    signal.SIGABRT: Reason.CRASHED,
    signal.SIGBUS: Reason.CRASHED,
    signal.SIGFPE: Reason.CRASHED,
    signal.SIGILL: Reason.CRASHED,
    signal.SIGTRAP: Reason.CRASHED,
    signal.SIGSYS: Reason.CRASHED,
}


def never() -> bool:
    return False


def read(
    file: BinaryIO, media_type: str, limits: Limits | None = None, *, stopping: Callable[[], bool] = never
) -> Extracted:
    """What a file says, page by page, as far as it could be read.

    Args:
        file: a real file, opened for reading: the child gets its descriptor.
        media_type: one of `types.ENDINGS`, as `types.what_is` decided.
        stopping: asked twice a second; once true, reading is cut off.

    Raises:
        Unreadable: nothing can be had from it, ever; the reason is for people.
        Interrupted: it was cut off from outside: try again.
        OSError: no child could be started: try again.
    """
    limits = limits or Limits()
    languages = ocr.installed()
    if media_type in PICTURES:
        return _settled(_attempt(file, media_type, limits, languages, stopping))
    first = _attempt(file, media_type, limits, (), stopping)
    # only what turned out to have scanned pages gets the time, and the right to start a program, that these need
    if media_type == PDF and languages and first.has_scans:
        second = _attempt(file, media_type, limits, languages, stopping)
        first.pages[: len(second.pages)] = second.pages
        first.reason = first.reason or second.reason
    return _settled(first)


def protections() -> list[str]:
    """Names of what holds on this machine (see `forum.extraction.sandbox`): starts a child to see.

    Raises:
        Interrupted, OSError: no child can be started here.
    """
    with open(os.devnull, "rb") as nothing:
        for words in _listen(nothing, "text/plain", Limits(), (), never):
            if isinstance(held := words.get("shut_in"), list):
                return [str(name) for name in held]
    return []


def _settled(found: Extracted) -> Extracted:
    """Either there are words, or there is a reason why not."""
    if found.has_words:
        return found
    if found.reason is not None and found.reason is not Reason.TOO_LONG:
        raise Unreadable(found.reason)
    if not found.pages:
        raise Unreadable(Reason.NO_PAGES)
    return replace(found, reason=Reason.SCAN if found.has_scans else Reason.NO_WORDS)


def _attempt(
    file: BinaryIO, media_type: str, limits: Limits, languages: tuple[str, ...], stopping: Callable[[], bool]
) -> Extracted:
    made = Extracted()
    room = limits.output
    for words in _listen(file, media_type, limits, languages, stopping):
        if "page" in words:
            text = as_text(words["page"], limits.page_text)
            room -= len(text)
            if len(made.pages) >= limits.pages or room < 0:
                made.reason = Reason.TOO_LONG
                break
            made.pages.append(Page(text, words.get("is_ocr") is True, words.get("is_scan") is True))
        elif "found" in words:
            made.found = Found.from_plain(words["found"])
        elif "picture" in words:
            made.picture = _picture(words["picture"])
        elif "end" in words:
            made.reason = None if words["end"] == "read" else _reason(words["end"])
    return made


def _reason(said: object) -> Reason:
    return Reason(said) if said in [reason.value for reason in Reason] else Reason.CRASHED


def _picture(said: object) -> bytes | None:
    """A child that was taken over could send anything: what does not begin as a WebP is none."""
    try:
        made = base64.b64decode(said, validate=True) if isinstance(said, str) else b""
    except (binascii.Error, ValueError):
        return None
    return made if made[:4] == b"RIFF" and made[8:12] == b"WEBP" and len(made) <= MOST_PICTURE else None


def _listen(
    file: BinaryIO, media_type: str, limits: Limits, languages: tuple[str, ...], stopping: Callable[[], bool]
) -> Iterator[dict[str, Any]]:
    """What the child says, the last being how it ended."""
    deadline = time.monotonic() + (limits.scan_wall if languages else limits.wall)
    left, rest = limits.output * 3, b""  # JSON says a character of Arabic in six bytes
    order = {"media_type": media_type, "limits": limits.as_plain(), "languages": languages}
    with child_reading(file, "forum.extraction", order) as child:
        assert child.stdout is not None
        while True:
            if stopping():
                raise Interrupted("the worker is stopping")
            if time.monotonic() > deadline:
                yield {"end": Reason.TIME}
                return
            if not select.select([child.stdout], [], [], TICK)[0]:
                continue
            piece = os.read(child.stdout.fileno(), 2**18)
            if not piece:
                break
            left -= len(piece)
            if left < 0:
                yield {"end": Reason.TOO_LONG}
                return
            *lines, rest = (rest + piece).split(b"\n")
            for line in lines:
                words = _understood(line)
                yield words
                if "end" in words:
                    return
        yield {"end": _how_it_ended(child.wait(timeout=10))}


def _understood(line: bytes) -> dict[str, Any]:
    try:
        words = json.loads(line)
    except (ValueError, RecursionError):
        return {"end": Reason.CRASHED}
    return words if isinstance(words, dict) else {"end": Reason.CRASHED}


def _how_it_ended(code: int) -> Reason:
    """
    Raises:
        Interrupted: it was killed by somebody else (an operator, the kernel short of memory).
    """
    if code in (-signal.SIGKILL, -signal.SIGTERM, -signal.SIGINT, -signal.SIGHUP):
        raise Interrupted(f"the child was ended by signal {-code}")
    return SIGNALS.get(signal.Signals(-code), Reason.CRASHED) if code < 0 else Reason.CRASHED


@contextmanager
def child_reading(file: BinaryIO, module: str, order: dict[str, Any]) -> Iterator[subprocess.Popen[bytes]]:
    """A child reading this file; whatever happens, it and what it started are gone afterwards.

    Args:
        module: what it runs.
        order: what it is told besides.
    """
    file.seek(0)
    child = subprocess.Popen(  # noqa: S603  (its arguments are ours)
        [sys.executable, "-P", "-s", "-m", module, json.dumps({**order, "parent": os.getpid()})],
        stdin=file,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=ENVIRONMENT,
        cwd="/",
        start_new_session=True,
    )
    try:
        yield child
    finally:
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        if child.stdout is not None:
            child.stdout.close()
