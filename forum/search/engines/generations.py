"""A folder of generations of an index: one answers, the next may be being built, the last is kept for late readers.

    CURRENT          the name of the generation that answers
    NEXT             the name of the one being built, if any
    g-0001/          an index, whatever its engine keeps there

A pointer moves by renaming a file over it, so a reader finds the old or the new one, never neither.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from forum.search.engine import Busy


class Generations:
    """The folder, with its pointers and locks."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def pointed(self, pointer: str) -> Path | None:
        """The generation CURRENT or NEXT names, if it is there."""
        try:
            found = self.folder / (self.folder / pointer).read_text().strip()
        except OSError:
            return None
        return found if found.name.startswith("g-") and found.is_dir() else None

    def point(self, pointer: str, generation: Path) -> None:
        fresh = self.folder / f"{pointer}.{os.getpid()}"
        with fresh.open("w") as file:
            file.write(generation.name)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.folder / pointer)

    def forget(self, pointer: str) -> None:
        (self.folder / pointer).unlink(missing_ok=True)

    def create(self) -> Path:
        """The folder of a new generation, empty."""
        self.folder.mkdir(parents=True, exist_ok=True)
        numbers = [int(p.name[2:]) for p in self.folder.glob("g-*") if p.name[2:].isdigit()]
        made = self.folder / f"g-{max(numbers, default=0) + 1:04}"
        made.mkdir()
        return made

    def clear_away(self) -> None:
        """Delete generations that nobody can be reading any more: all but the present, the next and the last one."""
        kept = {p.name for p in (self.pointed("CURRENT"), self.pointed("NEXT")) if p}
        old = sorted(p for p in self.folder.glob("g-*") if p.name not in kept)
        for generation in old[:-1]:
            shutil.rmtree(generation, ignore_errors=True)

    @contextmanager
    def lock(self, name: str) -> Iterator[None]:
        """A lock between processes that dies with its holder. Raises: Busy."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / f"{name}.lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise Busy(f"another process is writing the {name} index") from error
            yield
