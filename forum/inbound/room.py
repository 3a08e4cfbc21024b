"""Whether there is room for more mail: a disk full of it would stop everything else.

Three sorts lie here for different times, so each has a room of its own; full, none of them takes anything from the others.

* What waits to be read is gone within minutes. More of it is put off at the door, and comes again.
* What waits for its member's word lies for a week, and anybody can send it: a false name and the address of a group are
  enough. Were it counted with the first, strangers could close the door for a week. More of it does not wait: its words are
  kept for its member within limits, its files are not (`forum.inbound.holding`).
* What is settled is kept for a while for whoever doubts what was made of it; more of it is forgotten earlier.

Mail is weighed as the database knows it, by the length of what came, without reading it. Each process weighs every few seconds, and
in between adds what it takes in itself, so that keeping a mail does not get slower the more of them wait.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import func, select

from forum.inbound.models import Fate, HeldMail, MailWords, ReceivedMail
from forum.kernel import clock
from forum.kernel.db import db

#: Bytes that may wait to be read: from one address, and from all.
OF_ONE, OF_ALL = 100 * 10**6, 4 * 10**9
#: Bytes, and mails, that may wait for a word: as if from one member, and as if from all.
HELD_OF_ONE, HELD_OF_ALL, MOST_HELD_OF_ONE = 100 * 10**6, 2 * 10**9, 200
#: Mails of one member whose words are kept; of those that wait they always are.
MOST_WORDS = 2 * MOST_HELD_OF_ONE
#: Bytes of what is settled.
SETTLED_OF_ALL = 4 * 10**9
LOOKED_EVERY = timedelta(seconds=5)


@dataclass
class Waiting:
    """What waited when somebody last looked: unread by the sender of the envelope, and for a word all together."""

    seen_at: datetime
    unread: dict[str, int] = field(default_factory=dict)
    held: int = 0

    @property
    def total(self) -> int:
        return sum(self.unread.values())


def waiting() -> Waiting:
    """What waits now."""
    unread: Any = select(ReceivedMail.envelope_from, _weight()).group_by(ReceivedMail.envelope_from)
    unread = unread.where(ReceivedMail.fate == Fate.RECEIVED)
    held = db.session.scalar(select(_weight()).where(ReceivedMail.fate == Fate.HELD))
    return Waiting(clock.now(), {row[0]: int(row[1] or 0) for row in db.session.execute(unread)}, int(held or 0))


def has_room(size: int, *, sender: str) -> tuple[bool, bool]:
    """(whether all unread mail leaves room for one more, whether its sender's does). Mail without a sender has only the first."""
    lately = _lately()
    of_one = not sender or lately.unread.get(sender, 0) + size <= OF_ONE
    return lately.total + size <= OF_ALL, of_one


def taken(size: int, *, sender: str) -> None:
    """One more waits to be read."""
    unread = _lately().unread
    unread[sender] = unread.get(sender, 0) + size


def may_wait(size: int, *, member_id: int) -> bool:
    """Whether one more mail as if from this member may wait for a word; if so it is counted."""
    lately = _lately()
    theirs: Any = select(func.count(), _weight()).join(HeldMail, HeldMail.received_id == ReceivedMail.id)
    theirs = theirs.where(HeldMail.member_id == member_id, ReceivedMail.fate == Fate.HELD)
    mails, weight = db.session.execute(theirs).one()
    if mails >= MOST_HELD_OF_ONE or (weight or 0) + size > HELD_OF_ONE or lately.held + size > HELD_OF_ALL:
        return False
    lately.held += size
    return True


def may_keep_words(*, member_id: int) -> bool:
    """Whether the words of a mail that may not wait are kept: a flood of them is not."""
    theirs = select(func.count()).select_from(MailWords).where(MailWords.member_id == member_id)
    return (db.session.scalar(theirs) or 0) <= MOST_WORDS


def _weight() -> Any:
    return func.sum(func.length(ReceivedMail.raw))


def _lately() -> Waiting:
    seen: Waiting | None = current_app.extensions.get("forum.inbound.waiting")
    if seen is None or abs(clock.now() - seen.seen_at) >= LOOKED_EVERY:
        seen = current_app.extensions["forum.inbound.waiting"] = waiting()
    return seen
