"""The index follows the record, whatever happens meanwhile."""

import pytest
from sqlalchemy import select, update

from forum.community.events import GroupVisibilityChanged
from forum.community.models import GroupVisibility
from forum.entries.events import EntryChanged
from forum.entries.models import Entry, Visibility
from forum.kernel import bulk, health, jobs
from forum.kernel.db import begin_mode, db
from forum.kernel.events import OutboxRow, record
from forum.search import changes, indexer, rebuilding
from forum.search.audience import keys_of
from forum.search.documents import documents_of
from forum.search.engine import Busy
from forum.search.query import parse
from forum.search.said import instant
from forum.threads.models import Post
from tests.statements import statements


@pytest.fixture
def engine(app, indexed):
    return app.extensions["forum.search"]


def finds(engine, typed, reader=None):
    return engine.find(parse(typed, ["en"]), keys=keys_of(reader)).total


def changed(*entries):
    for entry in entries:
        record(EntryChanged(entry_id=entry.id))
    db.session.commit()


def test_what_is_committed_is_found_and_acknowledged(engine, cast, indexed):
    changed(cast.thread)
    assert finds(engine, "water") == 0
    indexed()
    assert finds(engine, "water") == 1
    assert bulk.unread(changes.READER) == []
    assert engine.health().watermark == bulk.latest(changes.READER)


def test_what_was_rolled_back_is_not(engine, cast, indexed):
    record(EntryChanged(entry_id=cast.thread.id))
    db.session.rollback()
    indexed()
    assert finds(engine, "water") == 0


def test_the_job_runner_leaves_the_index_its_rows(cast, indexed):
    changed(cast.thread)
    assert jobs.claim() == []


def test_an_event_that_commits_late_with_a_low_number_is_not_passed_over(engine, cast, indexed, make):
    other = make.thread(cast.ana, cast.andes_group, title="Latecomer")
    changed(other, cast.thread)
    late, first = db.session.scalars(
        select(OutboxRow).where(OutboxRow.handler == changes.READER).order_by(OutboxRow.id)
    ).all()
    kept = {column.key: getattr(late, column.key) for column in OutboxRow.__table__.columns}
    db.session.delete(late)  # its transaction is still open elsewhere: nobody can see it
    db.session.commit()
    indexed()
    assert engine.health().watermark == first.id
    assert finds(engine, "latecomer") == 0
    db.session.add(OutboxRow(**kept))
    db.session.commit()
    indexed()
    assert finds(engine, "latecomer") == 1


def test_an_index_older_than_the_outbox_reads_again_what_it_missed(engine, cast, indexed):
    changed(cast.thread)
    indexed()
    engine.put([], [f"entry/{cast.thread.id}"], watermark=0)
    indexed()
    assert finds(engine, "water") == 1


def test_killed_between_the_commit_and_the_acknowledgement_it_does_the_same_again(engine, cast, indexed, monkeypatch):
    changed(cast.thread)

    def killed(_ids):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(bulk, "acknowledge", killed)
        with pytest.raises(KeyboardInterrupt):
            indexer.catch_up(engine)
    assert finds(engine, "water") == 1
    indexed()
    assert (finds(engine, "water"), bulk.unread(changes.READER)) == (1, [])


def test_closing_a_group_takes_all_it_holds_from_strangers(engine, cast, indexed, make):
    reply = make.post(cast.thread, by=cast.bao, body="pelican")
    changed(cast.thread, reply)
    indexed()
    assert finds(engine, "pelican") == 1
    cast.andes_group.visibility = GroupVisibility.PRIVATE
    in_group = Entry.group_id == cast.andes_group.id
    db.session.execute(update(Entry).where(in_group).values(visibility=Visibility.GROUP))
    record(GroupVisibilityChanged(group_id=cast.andes_group.id))
    db.session.commit()
    indexed()
    assert (finds(engine, "pelican"), finds(engine, "pelican", cast.dora)) == (0, 0)
    assert (finds(engine, "pelican", cast.bao), finds(engine, "water", cast.bao)) == (1, 1)


def test_an_ordinary_reply_does_not_index_its_whole_thread_again(engine, cast, indexed, make):
    replies = [make.post(cast.thread, by=cast.bao, body=f"pelican{n}") for n in range(3)]
    changed(cast.thread, *replies)
    indexed()
    db.session.execute(update(Post.__table__).where(Post.__table__.c.id == replies[0].id).values(body="unseen"))
    cast.thread.post_count += 1
    changed(cast.thread)
    indexed()
    assert finds(engine, "pelican0") == 1
    cast.thread.themes.append(cast.diversion)
    changed(cast.thread)
    indexed()
    assert finds(engine, "unseen") == 1, "but a new theme is inherited by every reply"


def test_a_rebuild_misses_nothing_that_changes_meanwhile(engine, cast, indexed, make):
    threads = [make.thread(cast.ana, cast.andes_group, title=f"Heron {n}") for n in range(12)]
    db.session.commit()
    progress = rebuilding.rebuild_a_little(engine, seconds=0, afresh=True)
    assert progress is not None
    threads[0].title = "Flamingo"
    changed(threads[0])
    indexed()
    assert finds(engine, "flamingo") == 1, "the present generation answers and follows while the next is built"
    after = make.thread(cast.ana, cast.andes_group, title="Flamingo too")
    changed(after)
    while rebuilding.rebuild_a_little(engine, seconds=0):
        pass
    assert (finds(engine, "flamingo"), finds(engine, "heron")) == (2, 11)
    indexed()
    assert engine.count() == 15  # with the two threads of the cast


def test_a_rebuild_that_was_broken_off_goes_on_where_it_was(app, engine, cast, indexed, make, monkeypatch):
    monkeypatch.setattr(rebuilding, "BATCH", 5)
    for n in range(12):
        make.thread(cast.ana, cast.andes_group, title=f"Heron {n}")
    db.session.commit()
    first = rebuilding.rebuild_a_little(engine, seconds=0, afresh=True)
    second = rebuilding.rebuild_a_little(engine, seconds=0)
    assert 0 < first.documents < second.documents


def test_only_one_process_rebuilds(engine):
    with engine.writing("next"), pytest.raises(Busy):
        rebuilding.rebuild_a_little(engine)


def test_documents_are_read_in_a_number_of_statements_that_does_not_grow(engine, cast, make):
    def cost(ids):
        with statements() as run:
            documents_of(ids)
        return len(run)

    posts = [make.post(cast.thread, by=cast.bao) for _ in range(40)]
    ids = [post.id for post in posts]
    db.session.commit()
    documents_of(ids[:1])
    assert cost(ids) == cost(ids[:2])


def test_dates_of_the_record_may_be_partial():
    assert [instant(day) and instant(day).isoformat()[:10] for day in ("2019-11-04", "2019-11", "2019", "", None)] == [
        "2019-11-04",
        "2019-11-01",
        "2019-01-01",
        None,
        None,
    ]
    assert instant("autumn") is None
    assert instant("2019-02-31") is None


@pytest.fixture
def spoilt(monkeypatch, cast, make):
    """A thread that no engine can take in, and one beside it."""
    bad = make.thread(cast.ana, cast.andes_group, title="Spoilt")
    db.session.commit()
    sound = changes.documents_of

    def fails_for_one(ids):
        ids = list(ids)
        if bad.id in ids:
            raise ValueError("no such alphabet")
        return sound(ids)

    for module in (changes, rebuilding):
        monkeypatch.setattr(module, "documents_of", fails_for_one)
    return bad


def test_an_entry_that_cannot_be_taken_in_is_left_out_with_its_reason_and_the_others_go_on(
    engine, cast, indexed, spoilt
):
    changed(spoilt, cast.thread)
    indexed()
    assert finds(engine, "water") == 1
    assert bulk.unread(changes.READER) == []
    row = db.session.scalars(select(OutboxRow).where(OutboxRow.dead_at.is_not(None))).one()
    assert row.payload == {"entry_id": spoilt.id} and "no such alphabet" in row.last_error
    (said,) = [one.words for one in health.findings() if one.part == "promises"]
    assert "1 given up" in said and "no such alphabet" in said


def test_a_rebuild_leaves_it_out_too(engine, cast, indexed, spoilt):
    while rebuilding.rebuild_a_little(engine, afresh=False):
        pass
    assert finds(engine, "water") == 1
    row = db.session.scalars(select(OutboxRow).where(OutboxRow.dead_at.is_not(None))).one()
    assert row.payload == {"entry_id": spoilt.id}


def test_what_passes_by_itself_is_tried_again(engine, cast, indexed, monkeypatch):
    def disk_is_full(ids):
        raise OSError("No space left on device")

    changed(cast.thread)
    with monkeypatch.context() as for_a_while:
        for_a_while.setattr(changes, "documents_of", disk_is_full)
        with pytest.raises(OSError, match="No space"):
            indexer.catch_up(engine)
    indexed()
    assert finds(engine, "water") == 1


def test_what_others_write_while_it_reads_keeps_nothing_from_being_acknowledged(cast):
    changed(cast.thread)
    begin_mode.set("deferred")
    rows = [one.row_id for one in bulk.unread(indexer.READER)]
    begin_mode.set("immediate")
    with db.engine.begin() as other:
        other.execute(update(Entry.__table__).where(Entry.__table__.c.id == cast.thread.id).values(language="fr"))
    bulk.acknowledge(rows)
    assert rows and bulk.unread(indexer.READER) == []
