"""What the child does to itself before it looks at a file: it gives up the network, the disk and any plenty.

Each step is tried by itself, since kernels and containers differ in what they allow; `shut_in` returns the names of those
that hold, and `forum check` shows them. The audit hook is the weakest (it binds Python, not a library gone wrong) and the
only one that is always there.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
import sys
from collections.abc import Callable, Collection, Iterable
from pathlib import Path

from forum.extraction.outcomes import Limits

CLONE_NEWUSER, CLONE_NEWNET, CLONE_NEWIPC = 0x10000000, 0x40000000, 0x08000000
PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS, PR_SET_DUMPABLE = 1, 38, 4
#: Modules, libraries, fonts and what tesseract learned; nothing that is anybody's own.
READABLE = (sys.prefix, sys.base_prefix, os.path.dirname(os.path.dirname(__file__)), "/usr", "/lib", "/lib64", "/bin")
#: Landlock (Linux 5.13) has the same numbers on every architecture. See landlock(7).
CREATE_RULESET, ADD_RULE, RESTRICT_SELF, RULE_PATH_BENEATH = 444, 445, 446, 1
EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1, 2, 4, 8
FILES_ABI_1 = (1 << 13) - 1  # every right over files the first version knows
OPEN_FILES = 64

_libc = ctypes.CDLL(None, use_errno=True)


def shut_in(
    limits: Limits, *, parent: int, scans: bool, readable: Iterable[str], but: Collection[str] = ()
) -> list[str]:
    """Give up everything reading a file does not need.

    Args:
        parent: the process that started this one; with it this one ends.
        scans: whether a program that reads pictures may be started, and how long all may take.
        readable: folders whose files may still be opened, for modules and fonts.
        but: names of what holds already, because a parent gave it up.
    """
    _die_with(parent)
    steps: dict[str, Callable[[], None]] = {
        "limits": lambda: _limit(limits, scans=scans),
        "network": _leave_the_network,
        "files": lambda: _leave_the_files(readable),
        "audit": lambda: _refuse_in_python(may_start=scans),
    }
    return _those_that_hold({name: step for name, step in steps.items() if name not in but})


def give_up(*, parent: int, readable: Iterable[str]) -> list[str]:
    """Give up, in a process that is to fork children which `shut_in` themselves, what these would give up anew each time."""
    _die_with(parent)
    return _those_that_hold({"network": _leave_the_network, "files": lambda: _leave_the_files(readable)})


def _those_that_hold(steps: dict[str, Callable[[], None]]) -> list[str]:
    held = []
    for name, step in steps.items():
        with contextlib.suppress(OSError, AttributeError, ValueError):
            step()
            held.append(name)
    return held


def _call(name: str, *args: object) -> int:
    result = int(getattr(_libc, name)(*args))
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def _die_with(parent: int) -> None:
    """A killed worker leaves no child behind."""
    with contextlib.suppress(OSError, AttributeError):
        _call("prctl", PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        _call("prctl", PR_SET_DUMPABLE, 0, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(1)  # it was killed before we could ask


def _limit(limits: Limits, *, scans: bool) -> None:
    cpu = limits.scan_cpu if scans else limits.cpu
    for what, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CPU, cpu),
        (resource.RLIMIT_AS, limits.memory),
    ):
        resource.setrlimit(what, (most, most + 1 if what == resource.RLIMIT_CPU else most))
    if not scans:
        resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))  # no children, no threads


def _leave_the_network() -> None:
    """Into a network of our own, which leads nowhere; as nobody in particular where that is what it takes."""
    try:
        _call("unshare", CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWIPC)
    except OSError:
        _call("unshare", CLONE_NEWNET)


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32)]


def _leave_the_files(readable: Iterable[str]) -> None:
    """No path may be opened any more, but for reading below these folders (Landlock)."""
    handled = ctypes.c_uint64(FILES_ABI_1)
    rules = _call("syscall", CREATE_RULESET, ctypes.byref(handled), ctypes.sizeof(handled), 0)
    try:
        for folder in readable:
            if not Path(folder).exists():
                continue
            opened = os.open(folder, os.O_PATH | os.O_CLOEXEC)
            rights = READ_FILE | EXECUTE | (READ_DIR if Path(folder).is_dir() else 0)
            rule = _PathBeneath(rights, opened)
            try:
                _call("syscall", ADD_RULE, rules, RULE_PATH_BENEATH, ctypes.byref(rule), 0)
            finally:
                os.close(opened)
        _call("prctl", PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        _call("syscall", RESTRICT_SELF, rules, 0)
    finally:
        os.close(rules)


def _refuse_in_python(*, may_start: bool) -> None:
    starts = ("os.exec", "os.posix_spawn", "os.fork", "os.forkpty", "os.system", "subprocess.Popen", "pty.spawn")
    never = ("socket.", "ftplib.", "urllib.", "http.", "smtplib.", "webbrowser.", "os.remove", "os.rename", "shutil.")
    refused = never if may_start else never + starts

    def watch(event: str, _args: tuple[object, ...]) -> None:
        if event.startswith(refused):
            raise PermissionError(f"not while reading a file: {event}")

    sys.addaudithook(watch)
