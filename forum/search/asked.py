"""What was asked, noted without who asked it.

A page that is read writes nothing to the database. So each question becomes a line in a file of this machine; the worker
adds the lines up by day and forgets them. A question that looks like a person's address, number or name is not kept.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from flask import current_app
from sqlalchemy import func, select

from forum.accounts.models import Member
from forum.kernel import clock
from forum.kernel.db import begin_mode, db, insert_or
from forum.kernel.settings import Settings
from forum.search.models import AskedQuestion

NOTES, TAKEN = "asked.jsonl", "asked.taken.jsonl"
LARGEST = 4 * 2**20  # bytes; no more is noted until the worker has come by
PERSONAL = re.compile(r"@|https?:|www\.|\+?\d(?:[\s().-]*\d){5,}")


@dataclass
class Sum:
    """All times something was asked on a day."""

    times: int = 0
    in_vain: int = 0
    slowest: int = 0
    together: int = 0

    def add(self, total: int, milliseconds: int) -> None:
        self.times += 1
        self.in_vain += total == 0
        self.slowest = max(self.slowest, milliseconds)
        self.together += milliseconds


def folder() -> Path:
    """Where the notes of this site lie."""
    settings: Settings = current_app.extensions["forum.settings"]
    return settings.data_path


def note(where: Path, typed: str, *, total: int, seconds: float) -> None:
    """Remember a question until the worker comes by; one that may be personal is passed over."""
    words = " ".join(typed.casefold().split())
    if not words or len(words) > AskedQuestion.LENGTH or PERSONAL.search(words):
        return
    line = json.dumps([clock.now().date().isoformat(), words, total, round(seconds * 1000)], ensure_ascii=False) + "\n"
    target = os.open(where / NOTES, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        if os.fstat(target).st_size < LARGEST:
            os.write(target, line.encode())  # in one piece, so that processes do not mix their lines
    finally:
        os.close(target)


def add_up(where: Path) -> None:
    """Add what was noted to the sums of each day, in a transaction of its own, and forget the notes."""
    taken = where / TAKEN
    if not taken.exists():  # else a worker was stopped between the two
        try:
            (where / NOTES).rename(taken)
        except FileNotFoundError:
            return
    sums: dict[tuple[date, str], Sum] = {}
    for day, words, total, milliseconds in _lines(taken):
        sums.setdefault((day, words), Sum()).add(total, milliseconds)
    db.session.rollback()
    begin_mode.set("immediate")
    names = _names_among({words for _day, words in sums})
    for (day, words), found in sums.items():
        if words not in names:
            _keep(day, words, found)
    db.session.commit()
    taken.unlink(missing_ok=True)


def _lines(file: Path) -> Iterable[tuple[date, str, int, int]]:
    for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            day, words, total, milliseconds = json.loads(line)
            yield date.fromisoformat(day), str(words), int(total), int(milliseconds)
        except ValueError:  # the machine lost power while it was written
            continue


def _names_among(words: set[str]) -> set[str]:
    """Those that are the name of a member."""
    wanted, found = sorted(words), set()
    for start in range(0, len(wanted), 500):
        some = wanted[start : start + 500]
        found |= set(db.session.scalars(select(func.lower(Member.name)).where(func.lower(Member.name).in_(some))))
        found |= set(db.session.scalars(select(Member.handle).where(Member.handle.in_(some))))
    return found


def _keep(day: date, words: str, found: Sum) -> None:
    table = AskedQuestion.__table__.c
    row = insert_or(AskedQuestion).values(day=day, words=words, **vars(found))
    new = row.excluded
    db.session.execute(
        row.on_conflict_do_update(
            index_elements=["day", "words"],
            set_={
                "times": table.times + new.times,
                "in_vain": table.in_vain + new.in_vain,
                "together": table.together + new.together,
                "slowest": func.max(table.slowest, new.slowest)
                if db.engine.dialect.name == "sqlite"
                else func.greatest(table.slowest, new.slowest),
            },
        )
    )
