"""Trying the addresses of resources, a few a minute, in a lane of the worker; one that failed on two days is called dead.

Nothing is held in the database while another server thinks. A failure counts only if some other address answered within
the hour: a site that has lost its own network must not bury its library.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast
from urllib.parse import urlsplit

import structlog
from flask import current_app
from sqlalchemy import CursorResult, func, or_, select, update

from forum.entries.models import Entry
from forum.entries.operations import changed
from forum.kernel import clock
from forum.kernel.db import begin_mode, db, insert_or
from forum.kernel.jobs import lane
from forum.kernel.settings import Settings
from forum.library.links.asking import Answer, Outcome, ask
from forum.library.links.models import LinkCheck
from forum.library.models import LinkState, Resource

log = structlog.get_logger(__name__)

PACE = 12.0  # seconds between two questions of one worker: five a minute
SAME_HOST = 60.0  # seconds between two questions to one server
AGAIN_WHEN_ALIVE = timedelta(days=14)
AGAIN_WHEN_FAILED = timedelta(days=1)  # so that failures in a row are of different days
AGAIN_WHEN_DEAD = timedelta(days=30)
DEAD_AFTER = 2  # failures in a row
CLAIM = timedelta(minutes=10)  # longer than any question takes
PROOF = timedelta(hours=1)
LOOKED_AT = 50  # due links, among which one of a rested host is chosen


@dataclass
class Manners:
    """How a site asks, and what one worker of it remembers of whom it asked when."""

    agent: str = ""  # who we say we are; empty: this site asks nobody
    ask: Callable[..., Answer] = ask
    next_at: float = 0.0
    asked: dict[str, float] = field(default_factory=dict)

    def rested(self, host: str) -> bool:
        return time.monotonic() - self.asked.get(host, float("-inf")) >= SAME_HOST

    def note(self, host: str) -> None:
        now = time.monotonic()
        self.next_at = now + PACE
        self.asked = {known: at for known, at in self.asked.items() if now - at < SAME_HOST}
        self.asked[host] = now


def manners(settings: Settings) -> Manners:
    """How this site asks: by name, with an address to complain to; not at all where nobody else sees it."""
    return Manners(f"JusticeWithChildrenForum link check ({settings.base_url})" if settings.asks_elsewhere else "")


def current() -> Manners:
    """The manners of the running site."""
    kept: Manners = current_app.extensions["forum.links"]
    return kept


@lane
def check_links(limit: int, stopping: Callable[[], bool]) -> int:
    """Try one address, if it is time for one; returns how many were tried."""
    ours = current()
    if not ours.agent or stopping() or time.monotonic() < ours.next_at:
        return 0
    ours.next_at = time.monotonic() + PACE
    claim = _claim(ours)
    if claim is None:
        return 0
    resource_id, url = claim
    answer = ours.ask(url, agent=ours.agent)
    try:
        keep(resource_id, url, answer, now=clock.now())
        db.session.commit()
    finally:
        db.session.remove()
    return 1


def _claim(ours: Manners) -> tuple[int, str] | None:
    """An address that is due, of a server we have not asked for a minute; ours for a while."""
    now = clock.now()
    resource = Resource.__table__.c
    due = (
        select(resource.id, resource.url, LinkCheck.due_at)
        .outerjoin(LinkCheck, LinkCheck.resource_id == resource.id)
        .where(
            resource.url.like("http%"),
            or_(LinkCheck.resource_id.is_(None), LinkCheck.url != resource.url, LinkCheck.due_at <= now),
        )
        .order_by(LinkCheck.due_at.is_not(None), LinkCheck.due_at, resource.id)
        .limit(LOOKED_AT)
    )
    db.session.rollback()
    begin_mode.set("deferred")
    rows = db.session.execute(due).all()
    db.session.rollback()
    begin_mode.set("immediate")
    found = next((row for row in rows if ours.rested(_host(row.url))), None)
    if found is None:
        return None
    ours.note(_host(found.url))
    new = {"url": found.url, "due_at": now, "failures": 0, "detail": "", "moved_to": ""}
    row = (
        insert_or(LinkCheck).values(resource_id=found.id, **new).on_conflict_do_nothing(index_elements=["resource_id"])
    )
    db.session.execute(row)
    another = update(LinkCheck).where(LinkCheck.resource_id == found.id, LinkCheck.url != found.url)
    db.session.execute(another.values(**new, checked_at=None, alive_at=None))
    free = update(LinkCheck).where(LinkCheck.resource_id == found.id, LinkCheck.due_at <= now)
    mine = cast("CursorResult[object]", db.session.execute(free.values(due_at=now + CLAIM))).rowcount == 1
    db.session.commit()
    return (found.id, found.url) if mine else None


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def keep(resource_id: int, url: str, answer: Answer, *, now: datetime) -> None:
    """Write down what came of asking; the resource changes only when its address dies or comes back."""
    check = db.session.get(LinkCheck, resource_id, with_for_update=True)
    if check is None or check.url != url:
        return  # it was changed while we asked
    check.checked_at, check.detail, check.moved_to = now, answer.detail[:200], answer.moved_to[:2000]
    if answer.outcome is Outcome.ANSWERS:
        check.failures, check.alive_at, check.due_at = 0, now, now + AGAIN_WHEN_ALIVE
        _say(resource_id, LinkState.ALIVE, None)
    elif answer.outcome is Outcome.GONE and _network_is_up(now):
        check.failures += 1
        dead = check.failures >= DEAD_AFTER
        check.due_at = now + (AGAIN_WHEN_DEAD if dead else AGAIN_WHEN_FAILED)
        if dead:
            _say(resource_id, LinkState.DEAD, check.alive_at)
    else:  # nothing was learned
        check.due_at = now + (AGAIN_WHEN_FAILED if answer.outcome is Outcome.GONE else AGAIN_WHEN_ALIVE)


def _network_is_up(now: datetime) -> bool:
    return (db.session.scalar(select(func.max(LinkCheck.alive_at))) or now - PROOF * 2) > now - PROOF


def _say(resource_id: int, state: LinkState, alive_at: datetime | None) -> None:
    table: Any = Resource.__table__
    said = db.session.execute(
        update(table)
        .where(table.c.id == resource_id, table.c.link_state != state)
        .values(link_state=state, link_alive_at=alive_at)
    )
    if cast("CursorResult[object]", said).rowcount:
        log.info("an address changed its state", resource=resource_id, state=state.value)
        changed(db.session.get_one(Entry, resource_id))
