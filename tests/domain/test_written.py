"""Statements that run on the driver's own cursor do what the same through SQLAlchemy would, and are noticed like it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import bindparam, event, insert, select, update
from sqlalchemy.exc import IntegrityError

from forum.kernel import editions
from forum.kernel.db import db
from forum.kernel.events import OutboxRow
from forum.kernel.written import Written, together
from forum.threads.models import Draft, Post

OUTBOX = OutboxRow.__table__
AT = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
PROMISE = {
    "event": "e",
    "handler": "h",
    "payload": {"ñ": [1, None]},
    "key": None,
    "created_at": AT,
    "due_at": AT,
    "attempts": 0,
}
_PROMISE = Written(lambda: insert(OUTBOX).inline())


def test_values_of_python_come_back_as_they_went(app):
    _PROMISE.run(**PROMISE)
    row = db.session.scalars(select(OutboxRow)).one()
    assert (row.payload, row.created_at, row.key) == ({"ñ": [1, None]}, AT, None)


def test_many_rows_go_in_at_once(app):
    _PROMISE.run_each([{**PROMISE, "event": name} for name in "abc"])
    assert sorted(db.session.scalars(select(OutboxRow.event))) == ["a", "b", "c"]


def test_what_it_returns_comes_back(app):
    made = Written(lambda: insert(OUTBOX).returning(OUTBOX.c.id)).run(**PROMISE)
    assert made[0] == db.session.scalars(select(OutboxRow.id)).one()
    assert Written(lambda: select(OUTBOX.c.id).where(OUTBOX.c.event == bindparam("e"))).run(e="never") is None


def test_it_belongs_to_the_unit_of_work(app):
    _PROMISE.run(**PROMISE)
    db.session.rollback()
    assert db.session.scalars(select(OutboxRow)).all() == []


def test_what_the_database_refuses_is_the_error_everybody_knows(app):
    _PROMISE.run(**{**PROMISE, "key": "once"})
    with pytest.raises(IntegrityError):
        _PROMISE.run(**{**PROMISE, "key": "once"})
    db.session.rollback()


def test_a_change_of_content_begins_an_edition_and_a_draft_does_not(app, cast):
    post = db.session.scalars(select(Post).where(Post.thread_id == cast.thread.id)).one()
    before = editions.current(db.session.connection())
    db.session.rollback()
    Written(lambda: update(Draft.__table__).values(body=bindparam("b"))).run(b="unseen")
    db.session.commit()
    assert editions.current(db.session.connection()) == before
    db.session.rollback()
    Written(lambda: update(Post.__table__).where(Post.__table__.c.id == bindparam("it")).values(html="new")).run(
        it=post.id
    )
    db.session.commit()
    assert editions.current(db.session.connection()) != before


def test_whoever_counts_statements_counts_these(app):
    seen: list[str] = []

    def count(_connection, _cursor, sql, *_rest):
        seen.append(sql)

    event.listen(db.engine, "before_cursor_execute", count)
    try:
        db.session.connection()
        seen.clear()
        _PROMISE.run(**PROMISE)
    finally:
        event.remove(db.engine, "before_cursor_execute", count)
    assert len(seen) == 1 and "outbox" in seen[0]


def test_it_is_part_of_a_savepoint_and_goes_with_it(app):
    _PROMISE.run(**PROMISE)
    savepoint = db.session.begin_nested()
    _PROMISE.run(**{**PROMISE, "event": "undone"})
    savepoint.rollback()
    _PROMISE.run(**{**PROMISE, "event": "after"})
    db.session.commit()
    _PROMISE.run(**{**PROMISE, "event": "next"})
    db.session.rollback()
    assert sorted(db.session.scalars(select(OutboxRow.event))) == ["after", "e"]


def test_what_waits_is_there_for_whatever_comes_next(app):
    with together():
        _PROMISE.run(**PROMISE)
        assert db.session.scalars(select(OutboxRow.event)).all() == ["e"]
        _PROMISE.run_each([{**PROMISE, "event": name} for name in "ab"])
        with db.session.begin_nested():
            _PROMISE.run(**{**PROMISE, "event": "c"})
        found = Written(lambda: select(OUTBOX.c.id).where(OUTBOX.c.event == bindparam("it")))
        assert found.run(it="c") is not None
        _PROMISE.run(**{**PROMISE, "event": "last"})
    db.session.commit()
    assert sorted(db.session.scalars(select(OutboxRow.event))) == ["a", "b", "c", "e", "last"]


def test_what_waited_goes_with_the_unit_of_work_that_failed(app):
    with pytest.raises(IntegrityError):
        _promise_together("once", "once", "never kept")
    db.session.rollback()
    with pytest.raises(ZeroDivisionError):
        _fail_together()
    db.session.rollback()
    _PROMISE.run(**{**PROMISE, "event": "only"})
    db.session.commit()
    assert db.session.scalars(select(OutboxRow.event)).all() == ["only"]


def _promise_together(*keys):
    with together():
        for key in keys:
            _PROMISE.run(**{**PROMISE, "key": key})


def _fail_together():
    with together():
        _PROMISE.run(**PROMISE)
        raise ZeroDivisionError


def test_a_change_of_content_that_waited_begins_an_edition(app, cast):
    post = db.session.scalars(select(Post.id).where(Post.thread_id == cast.thread.id)).one()
    before = editions.current(db.session.connection())
    with together():
        Written(lambda: update(Post.__table__).where(Post.__table__.c.id == bindparam("it")).values(html="new")).run(
            it=post
        )
    db.session.commit()
    assert editions.current(db.session.connection()) != before
