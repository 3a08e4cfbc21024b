"""In every turn of the worker the index follows what was committed, so what was written is found seconds later."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy import delete

from forum.kernel import clock
from forum.kernel.db import db
from forum.kernel.jobs import each_turn, every
from forum.search import asked, changes, checking, engine, indexer, rebuilding
from forum.search.engine import NotReady
from forum.search.models import AskedQuestion, IndexCheck

log = structlog.get_logger(__name__)
KEEP_QUESTIONS = timedelta(days=30)
KEEP_CHECKS = timedelta(days=90)


@dataclass
class Seldom:
    """Lets something be done in a turn only when so many seconds have passed since it was done last."""

    seconds: float
    last: float = float("-inf")

    def now(self) -> bool:
        if time.monotonic() - self.last < self.seconds:
            return False
        self.last = time.monotonic()
        return True


comparing, adding_up, renewing = Seldom(600), Seldom(60), Seldom(3)
changes.listen()


@each_turn
def follow_the_record() -> None:
    """Bring the index up to date, or build it a little further."""
    while indexer.catch_up(engine.current()):
        pass


@each_turn
def renew_an_older_index() -> None:
    """After an upgrade that makes documents otherwise, build the index anew beside the one that answers, for half a second
    now and then: nobody need know of it."""
    try:
        if renewing.now() and rebuilding.renew_a_little(engine.current(), seconds=0.5):
            log.info("the index was made by older rules and is being built anew, while it answers")
    finally:
        db.session.rollback()


@each_turn
def compare_with_the_record() -> None:
    """Once a day, see whether the index is what it should be; outside of a job, which would hold the database."""
    try:
        if comparing.now() and checking.is_due() and (check := checking.compare(engine.current())):
            log.info("the index was compared", compared=check.compared, missing=check.missing, stray=check.left_over)
    except NotReady:
        log.info("there is no index to compare yet")
    finally:
        db.session.rollback()


@each_turn
def add_up_what_was_asked() -> None:
    """Questions noted by the web processes of this machine become sums by day."""
    if adding_up.now():
        asked.add_up(asked.folder())


@every(timedelta(days=1))
def forget_what_was_asked() -> None:
    """A month is enough to see what people miss."""
    today = clock.now()
    for old in (
        delete(AskedQuestion).where(AskedQuestion.day < (today - KEEP_QUESTIONS).date()),
        delete(IndexCheck).where(IndexCheck.at < today - KEEP_CHECKS),
    ):
        db.session.execute(old.execution_options(synchronize_session=False))
