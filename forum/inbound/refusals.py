"""Why a mail, or a part of it, is not what it was meant to be; and how often somebody may write."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from limits import parse
from sqlalchemy import func, select

from forum.accounts.models import Member
from forum.entries.models import Entry, Kind
from forum.inbound.models import Why
from forum.kernel import clock
from forum.kernel.db import db
from forum.kernel.errors import DomainError, NotAllowed, NotFound
from forum.web.limits import WRITING


class Unfit(Exception):
    """It cannot be done; the member is told.

    Args:
        why: in a word.
        sentence: more of it, where the deed itself said something.
        for_now: whether the sentence says what the member can change, so that it is said anew when it is read again.
    """

    def __init__(self, why: Why, sentence: object = "", *, for_now: bool = False) -> None:
        super().__init__(why.value)
        self.why, self.sentence, self.for_now = why, sentence, for_now


def unfit(trouble: DomainError) -> Unfit:
    """What an operation said, as a refusal."""
    if isinstance(trouble, NotFound):
        return Unfit(Why.GONE)
    return Unfit(Why.NOT_ALLOWED, "" if isinstance(trouble, NotAllowed) else trouble)


def refuse_too_many(member: Member) -> None:
    """The limits of the web, counted by what stands: somebody who writes here and there writes as much as they may.

    Raises:
        Unfit: they wrote as much already.
    """
    for limit in map(parse, WRITING):
        since = clock.now() - timedelta(seconds=limit.get_expiry())
        mine: Any = select(func.count()).select_from(Entry).where(Entry.author_id == member.id)
        if (db.session.scalar(mine.where(Entry.kind == Kind.POST, Entry.created_at > since)) or 0) >= limit.amount:
            raise Unfit(Why.TOO_MANY)
