"""Promises are kept once: leases, retries with growing waits, late workers, periodic jobs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from forum.community.models import Theme
from forum.kernel import clock, events, jobs
from forum.kernel.db import db
from forum.kernel.events import Event, OutboxRow, record


@events.event("test.themed")
@dataclass(frozen=True, kw_only=True)
class Themed(Event):
    """Something for a handler to act on."""

    slug: str


@pytest.fixture
def handler() -> Iterator[list[str]]:
    """A handler that adds a row named by its event, and notes that it ran; `fail` in the slug makes it fail."""
    ran: list[str] = []

    def add_a_theme(event: Themed) -> None:
        ran.append(event.slug)
        db.session.add(Theme(slug=event.slug, labels={"en": event.slug}))
        db.session.flush()
        if "fail" in event.slug:
            raise RuntimeError("as asked")

    events.HANDLERS["test.themed"] = {"add_a_theme": add_a_theme}
    yield ran
    del events.HANDLERS["test.themed"]


def promise(slug: str, **options) -> None:
    record(Themed(slug=slug), **options)
    db.session.commit()


def themes() -> list[str]:
    return list(db.session.scalars(select(Theme.slug).order_by(Theme.id)))


def the_row() -> OutboxRow:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(select(OutboxRow)).one()


def test_a_promise_is_kept_once(app, handler):
    promise("water")
    assert jobs.drain() == 1
    assert jobs.drain() == 0
    assert themes() == ["water"]
    assert the_row().done_at is not None


def test_a_promise_vanishes_with_the_deed_that_failed(app, handler):
    record(Themed(slug="water"))
    db.session.rollback()
    assert jobs.drain() == 0


def test_a_promise_with_a_delay_waits_for_it(app, handler):
    promise("later", delay=timedelta(hours=1))
    assert jobs.drain() == 0


def test_a_leased_promise_is_left_alone_until_its_lease_ends(app, handler):
    promise("water")
    assert len(jobs.claim()) == 1
    assert jobs.claim() == []
    db.session.execute(update(OutboxRow).values(leased_until=clock.now() - timedelta(seconds=1)))
    db.session.commit()
    assert len(jobs.claim()) == 1


def test_a_late_worker_finds_its_lease_gone_and_its_effect_is_undone(app, handler):
    promise("water")
    [late] = jobs.claim(lease=timedelta(seconds=-1))
    [prompt] = jobs.claim()
    assert jobs.run(prompt)
    # the same claim, acting visibly differently, so that an effect left behind would show
    assert not jobs.run(replace(late, payload={"slug": "twice"}))
    assert themes() == ["water"]


def test_a_failing_job_leaves_nothing_behind_and_waits_longer_each_time(app, handler):
    promise("fail")
    waits = []
    for _ in range(3):
        db.session.execute(update(OutboxRow).values(due_at=clock.now()))
        db.session.commit()
        before = clock.now()
        jobs.drain()
        waits.append(the_row().due_at - before)
    assert themes() == []
    assert waits[0] < waits[1] < waits[2]
    assert "as asked" in (the_row().last_error or "")


def test_a_job_that_never_works_is_given_up_and_kept_for_somebody_to_look_at(app, handler):
    promise("fail")
    for _ in range(jobs.MAX_ATTEMPTS + 2):
        db.session.execute(update(OutboxRow).values(due_at=clock.now()))
        db.session.commit()
        jobs.drain()
    row = the_row()
    assert row.dead_at is not None and row.attempts == jobs.MAX_ATTEMPTS
    assert len(handler) == jobs.MAX_ATTEMPTS


def test_one_failing_job_does_not_hold_up_the_others(app, handler):
    promise("fail")
    promise("water")
    jobs.drain()
    assert themes() == ["water"]


def test_a_stopping_worker_gives_back_what_it_has_not_begun(app, handler):
    for slug in ("one", "two", "three"):
        promise(slug)
    jobs.drain(stopping=lambda: len(handler) == 1)
    assert themes() == ["one"]
    left = db.session.scalars(select(OutboxRow).where(OutboxRow.done_at.is_(None))).all()
    assert [(row.leased_until, row.attempts) for row in left] == [(None, 0), (None, 0)]


def test_what_a_killed_worker_of_this_machine_held_is_taken_over_at_once(app, handler):
    promise("water")
    jobs.claim()
    host = jobs.worker_name().rpartition(":")[0]
    db.session.execute(update(OutboxRow).values(leased_by=f"{host}:999999999"))
    db.session.commit()
    assert jobs.free_leases_of_the_dead() == 1
    assert jobs.drain() == 1


def test_what_a_worker_elsewhere_holds_is_left_to_it(app, handler):
    promise("water")
    jobs.claim()
    db.session.execute(update(OutboxRow).values(leased_by="elsewhere:1"))
    db.session.commit()
    assert jobs.free_leases_of_the_dead() == 0
    assert jobs.drain() == 0


def test_a_periodic_job_is_promised_once_a_period_for_any_number_of_workers(app):
    now = clock.now()
    first = jobs.schedule(now)
    assert first == len(jobs.PERIODIC) > 0
    assert jobs.schedule(now) == 0
    assert jobs.schedule(now + timedelta(days=400)) == first


def test_a_second_promise_with_the_same_key_is_refused_by_the_database(app, handler):
    promise("water", key="once")
    with pytest.raises(IntegrityError):
        promise("water", key="once")
    db.session.rollback()
