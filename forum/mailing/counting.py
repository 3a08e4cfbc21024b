"""How much mail there is, by state, reason, kind and provider: for whoever looks after the site."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from forum.inbound.models import ReceivedMail
from forum.kernel import clock, mail
from forum.kernel.db import db
from forum.kernel.mail import Delivery, Reason, State

OPEN = (State.QUEUED, State.SENDING, State.HELD)
OVER = tuple(state for state in State if state not in OPEN)
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)
PROVIDERS = 25


@dataclass(frozen=True)
class Count:
    """How many, promised in the last hour, day and week; what is open counts however old it is.

    Args:
        key: state, reason, kind, fate …
    """

    key: tuple[Any, ...]
    hour: int
    day: int
    week: int


def _since(column: Any, *spans: timedelta) -> list[Any]:
    now = clock.now()
    return [func.coalesce(func.sum(case((column > now - span, 1), else_=0)), 0) for span in spans]


def _lately(span: timedelta) -> ColumnElement[bool]:
    """Two ranges of one index, rather than a walk through everything."""
    return or_(Delivery.state.in_(OPEN), and_(Delivery.state.in_(OVER), Delivery.created_at > clock.now() - span))


def sent_counts() -> list[Count]:
    """By state, reason and kind, in one statement."""
    by = (Delivery.state, Delivery.reason, Delivery.kind)
    rows = db.session.execute(
        select(*by, *_since(Delivery.created_at, HOUR, DAY), func.count()).where(_lately(WEEK)).group_by(*by)
    )
    return [Count((row[0], row[1], row[2]), *row[3:]) for row in rows]


def received_counts() -> list[Count]:
    """By fate and reason."""
    by = (ReceivedMail.fate, ReceivedMail.why)
    rows = db.session.execute(
        select(*by, *_since(ReceivedMail.received_at, HOUR, DAY), func.count())
        .where(ReceivedMail.received_at > clock.now() - WEEK)
        .group_by(*by)
    )
    return sorted((Count((row[0], row[1]), *row[2:]) for row in rows), key=lambda one: one.key)


def folded(counts: Iterable[Count], *places: int) -> list[Count]:
    """Added up by some parts of their keys, the most of a week first."""
    sums: dict[tuple[Any, ...], list[int]] = {}
    for one in counts:
        found = sums.setdefault(tuple(one.key[place] for place in places), [0, 0, 0])
        for position, number in enumerate((one.hour, one.day, one.week)):
            found[position] += number
    return sorted((Count(key, *numbers) for key, numbers in sums.items()), key=lambda one: (-one.week, one.key))


@dataclass(frozen=True)
class Provider:
    """What goes to one domain in a day, and how much it takes in a minute."""

    domain: str
    sent: int
    waiting: int
    failed: int
    rate: int | None


def providers() -> list[Provider]:
    """The largest of the last day."""

    def number(*states: State) -> Any:
        return func.sum(case((Delivery.state.in_(states), 1), else_=0))

    rows = db.session.execute(
        select(
            Delivery.domain,
            number(State.SENT),
            number(*OPEN),
            number(State.FAILED, State.BOUNCED),
        )
        .where(_lately(DAY), Delivery.domain != "")
        .group_by(Delivery.domain)
        .order_by(func.count().desc(), Delivery.domain)
        .limit(PROVIDERS)
    )
    rates = mail.office().rates or {}
    return [Provider(row[0], row[1], row[2], row[3], rates.get(row[0])) for row in rows]


def oldest_waiting() -> datetime | None:
    """Since when the oldest mail waits that has not been handed over."""
    waiting = Delivery.state.in_((State.QUEUED, State.SENDING))
    return db.session.scalar(select(func.min(Delivery.created_at)).where(waiting))


@dataclass(frozen=True)
class Trouble:
    """Mail that somebody has to mend something for."""

    state: State
    reason: Reason
    count: int
    response: str  # the last word of the other side, for one of them


def troubles() -> Sequence[Trouble]:
    """What is held, and what came back in the last week because they do not take mail from us."""
    ours = or_(
        Delivery.state == State.HELD,
        and_(
            Delivery.state.in_((State.BOUNCED, State.FAILED)),
            Delivery.created_at > clock.now() - WEEK,
            Delivery.reason == Reason.POLICY,
        ),
    )
    by = (Delivery.state, Delivery.reason)
    rows = db.session.execute(select(*by, func.count(), func.max(Delivery.response)).where(ours).group_by(*by))
    return sorted((Trouble(*row) for row in rows), key=lambda one: (one.state, one.reason))
