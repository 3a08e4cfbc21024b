"""Whether there is room for more mail: a disk full of what waits would stop everything else.

What waits to be read, or for its member's word, is counted by weight. Each process looks every few seconds, and in between adds
what it takes in itself, so that keeping a mail does not get slower the more of them wait.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import func, select

from forum.inbound.models import Fate, ReceivedMail
from forum.kernel import clock
from forum.kernel.db import db

#: Bytes that may wait: from one address, and from all.
OF_ONE, OF_ALL = 100 * 2**20, 4 * 2**30
LOOKED_EVERY = timedelta(seconds=5)


@dataclass
class Waiting:
    """What waited when somebody last looked, by the sender of the envelope."""

    seen_at: datetime
    weights: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.weights.values())


def waiting() -> Waiting:
    """What waits now. Weighs the mails by their length as the database knows it, without reading them."""
    query: Any = select(ReceivedMail.envelope_from, func.sum(func.length(ReceivedMail.raw)))
    query = query.where(ReceivedMail.fate.in_((Fate.RECEIVED, Fate.HELD))).group_by(ReceivedMail.envelope_from)
    return Waiting(clock.now(), {row[0]: int(row[1] or 0) for row in db.session.execute(query)})


def has_room(size: int, *, sender: str) -> tuple[bool, bool]:
    """(whether all mail together leaves room for one more, whether its sender's does). Mail without a sender has only the first."""
    lately = _lately()
    of_one = not sender or lately.weights.get(sender, 0) + size <= OF_ONE
    return lately.total + size <= OF_ALL, of_one


def taken(size: int, *, sender: str) -> None:
    """One more waits."""
    weights = _lately().weights
    weights[sender] = weights.get(sender, 0) + size


def _lately() -> Waiting:
    seen: Waiting | None = current_app.extensions.get("forum.inbound.waiting")
    if seen is None or abs(clock.now() - seen.seen_at) >= LOOKED_EVERY:
        seen = current_app.extensions["forum.inbound.waiting"] = waiting()
    return seen
