"""/search/health: what was asked, by nobody in particular, and how the index is; for moderators and the secretariat."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from forum.entries.events import EntryChanged
from forum.kernel import clock
from forum.kernel.db import db, save
from forum.kernel.events import OutboxRow, record
from forum.search import asked, handlers
from forum.search.models import AskedQuestion
from tests.statements import statements


@pytest.fixture
def add_up(app, monkeypatch):
    """Nothing noted before; returns the function that adds up what was."""
    for name in (asked.NOTES, asked.TAKEN):
        (asked.folder() / name).unlink(missing_ok=True)
    return lambda: asked.add_up(asked.folder())


def sums():
    return {row.words: row for row in db.session.scalars(select(AskedQuestion))}


def test_questions_are_counted_and_nothing_else_is_kept(as_, cast, indexed, add_up):
    record(EntryChanged(entry_id=cast.thread.id))
    db.session.commit()
    indexed()
    for who in (None, cast.bao, cast.ana):
        as_(who).get("/search?q=Water")
    as_(cast.bao).get("/search?q=kangaroo")
    as_(cast.bao).get("/search?q=water&page=2")
    add_up()
    add_up()
    found = sums()
    assert {words: (row.times, row.in_vain) for words, row in found.items()} == {"water": (3, 0), "kangaroo": (1, 1)}
    assert not any("member" in column.name for column in AskedQuestion.__table__.columns)


def test_what_may_be_personal_is_not_kept(as_, cast, indexed, add_up):
    for typed in ("bao@example.org", "+39 055 123 456", "0612345678", cast.bao.name, cast.ana.handle, "x" * 200, " "):
        as_(None).get("/search", query_string={"q": typed})
    as_(None).get("/search?q=article 40 of 1989")
    add_up()
    assert set(sums()) == {"article 40 of 1989"}


def test_asking_writes_nothing_to_the_database(as_, cast, indexed, add_up):
    client = as_(cast.bao)
    with statements() as run:
        client.get("/search?q=water")
    assert not any(statement.startswith(("INSERT", "UPDATE", "DELETE")) for statement in run)


def test_a_disk_that_cannot_take_a_note_is_no_reason_to_fail(as_, cast, indexed, monkeypatch):
    def full(*_args, **_more):
        raise OSError("No space left on device")

    monkeypatch.setattr(asked.os, "write", full)
    assert as_(None).get("/search?q=water").status_code == 200


def test_a_line_cut_off_by_a_power_failure_and_a_worker_stopped_half_way_lose_nothing_else(as_, cast, indexed, add_up):
    as_(None).get("/search?q=heron")
    with (asked.folder() / asked.NOTES).open("a") as file:
        file.write('["2026-11-')
    (asked.folder() / asked.NOTES).rename(asked.folder() / asked.TAKEN)
    as_(None).get("/search?q=pelican")
    add_up()
    add_up()
    assert set(sums()) == {"heron", "pelican"}


def test_it_is_forgotten_after_a_month(as_, cast):
    today = clock.now().date()
    for days in (1, 29, 31, 90):
        save(AskedQuestion(day=today - timedelta(days=days), words="water", times=1))
    handlers.forget_what_was_asked()
    assert db.session.scalar(select(func.count()).select_from(AskedQuestion)) == 2


def test_the_page_says_what_is_missed_slow_and_left_out(as_, cast, indexed):
    today = clock.now().date()
    save(AskedQuestion(day=today, words="<b>cage</b>", times=4, in_vain=3, slowest=20))
    save(AskedQuestion(day=today, words="water", times=9, in_vain=0, slowest=900))
    db.session.add(
        OutboxRow(
            event="entry.changed",
            handler="forum.search",
            payload={"entry_id": 7},
            dead_at=clock.now(),
            last_error="ValueError: no such alphabet",
        )
    )
    db.session.commit()
    page = as_(cast.chidi).get("/search/health").text
    vain, slow, most = (page.split(f'id="{name}"')[1].split("</section>")[0] for name in ("in-vain", "slow", "most"))
    assert "&lt;b&gt;cage" in vain and "water" not in vain
    assert "900 ms" in slow and "cage" not in slow
    assert most.index("water") < most.index("cage")
    assert "no such alphabet" in page
    assert "whoosh" in page or "tantivy" in page or "postgresql" in page


def test_only_those_who_look_after_the_site_see_it(as_, cast, indexed):
    assert as_(cast.sofia).get("/search/health").status_code == 200
    for who in (cast.ana, cast.bao):
        assert as_(who).get("/search/health").status_code == 403
    assert as_(None).get("/search/health").status_code in (302, 303)
