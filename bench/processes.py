"""CPU time and memory of the processes that answer, read from /proc."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def _stats() -> Iterator[tuple[int, int, int]]:
    """Every process with its parent and the clock ticks that it and its ended children have used."""
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:  # it ended while we looked
                continue
            yield int(folder.name), int(fields[1]), sum(map(int, fields[11:15]))


def tree(root: int) -> set[int]:
    """A process and all that descend from it."""
    children: dict[int, list[int]] = {}
    for pid, parent, _ in _stats():
        children.setdefault(parent, []).append(pid)
    found, waiting = set(), [root]
    while waiting:
        pid = waiting.pop()
        found.add(pid)
        waiting.extend(children.get(pid, []))
    return found


def backends(database: str) -> set[int]:
    """The PostgreSQL processes that serve this database."""
    found = set()
    for pid, _, _ in _stats():
        try:
            title = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if title.startswith("postgres:") and f" {database} " in title:
            found.add(pid)
    return found


def used(pids: set[int]) -> dict[int, float]:
    """CPU seconds each of these processes has used until now, with those of its children that ended (web servers replace theirs)."""
    return {pid: ticks / TICKS for pid, _, ticks in _stats() if pid in pids}


def megabytes(pids: set[int]) -> float:
    """Their proportional set size: memory, with what they share counted once."""
    total = 0
    for pid in pids:
        try:
            found = re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
        except OSError:
            continue
        total += int(found[1]) if found else 0
    return total / 1024
