"""Pages of files are found as their resource is, seen as it is, and gone when the file is."""

import pytest
from sqlalchemy import select

from forum.entries.events import EntryChanged
from forum.entries.models import Visibility
from forum.kernel import bulk, clock
from forum.kernel.db import db, save
from forum.kernel.events import OutboxRow, record
from forum.library.events import FileRead, FileRemoved
from forum.library.models import FilePage
from forum.search import changes, documents, indexer, pages
from forum.search.audience import keys_of
from forum.search.query import parse
from forum.search.rebuilding import rebuild_a_little


@pytest.fixture
def engine(app, indexed):
    return app.extensions["forum.search"]


def find(engine, typed, reader=None, **filters):
    return engine.find(parse(typed, ["en", "fr"]), keys=keys_of(reader), filters=filters)


def was_read(*files):
    for file in files:
        record(FileRead(file_id=file.id, resource_id=file.resource_id))
    db.session.commit()


def changed(entry):
    record(EntryChanged(entry_id=entry.id))
    db.session.commit()


def test_words_of_a_page_find_the_resource_and_name_the_page(engine, cast, make, indexed):
    guide = make.resource("A guide to visits", publisher="UNICEF")
    file = make.read_file(guide, "Nothing here.", "The heron stands in the water.", "More herons, and a heron.")
    was_read(file)
    indexed()
    found = find(engine, "heron")
    assert [hit.key for hit in found.hits] == [f"entry/{guide.id}"]
    assert {number for _key, number in found.hits[0].pages} == {2, 3}
    assert found.facets["kind"] == {"resource": 1}, "a resource counts once, however many of its pages match"
    assert found.facets["publisher"] == {"unicef": 1}
    assert find(engine, "heron", file=["yes"]).total == 1
    assert find(engine, "heron", within=[f"entry/{guide.id}"]).total == 1


def test_each_page_is_stemmed_in_its_own_language(engine, cast, make, indexed):
    guide = make.resource("A guide")
    was_read(make.read_file(guide, "Les enfants privés de liberté.", language="fr"))
    indexed()
    assert find(engine, "enfant").total == 1
    assert find(engine, "enfant", language=["fr"]).total == 1


def test_pages_are_seen_by_those_who_see_their_resource_and_follow_when_that_changes(engine, cast, make, indexed):
    guide = make.resource("Between us", group_id=cast.closed_group.id, visibility=Visibility.GROUP)
    was_read(make.read_file(guide, "The secret pelican."))
    indexed()
    assert [find(engine, "pelican", reader).total for reader in (None, cast.dora, cast.ana)] == [0, 0, 1]
    guide.visibility = Visibility.PUBLIC
    changed(guide)
    indexed()
    assert find(engine, "pelican").total == 1
    guide.hidden_at = clock.now()
    changed(guide)
    indexed()
    assert find(engine, "pelican").total == 0


def test_a_removed_a_replaced_and_a_shortened_file_leave_nothing_behind(engine, cast, make, indexed):
    guide = make.resource()
    first, second = make.read_file(guide, "albatross"), make.read_file(guide, "cormorant", "gannet")
    was_read(first, second)
    indexed()
    first.removed_at = clock.now()
    record(FileRemoved(file_id=first.id, resource_id=guide.id, member_id=cast.ana.id))
    db.session.commit()
    indexed()
    assert (find(engine, "albatross").total, find(engine, "gannet").total) == (0, 1)
    db.session.delete(db.session.get(FilePage, (second.id, 2)))
    second.read_at = clock.now()
    was_read(second)
    indexed()
    assert (find(engine, "cormorant").total, find(engine, "gannet").total) == (1, 0)
    was_read(make.read_file(guide, "shag", replaces_id=second.id))
    indexed()
    assert (find(engine, "cormorant").total, find(engine, "shag").total) == (0, 1)


@pytest.mark.slow
def test_a_book_is_gone_through_a_little_in_each_turn_and_keeps_nobody_waiting(
    engine, cast, make, indexed, monkeypatch
):
    guide = make.resource()
    book = make.read_file(guide, *[f"page word{number}" for number in range(pages.CHUNK * 2 + 5)])
    was_read(book)
    monkeypatch.setattr(indexer, "PATIENCE", -1.0)
    assert indexer.catch_up(engine) == 0
    assert len(bulk.unread(changes.READER)) == 1, "an unfinished file is not acknowledged"
    changed(cast.thread)
    assert indexer.catch_up(engine) == 1
    assert find(engine, "water").total == 1, "what is quick goes ahead of it"
    monkeypatch.setattr(indexer, "PATIENCE", 60.0)
    put, commits = engine.put, []
    monkeypatch.setattr(
        engine, "put", lambda docs, *rest, **more: commits.append(list(docs)) or put(commits[-1], *rest, **more)
    )
    indexed()
    assert bulk.unread(changes.READER) == []
    assert max(len(documents) for documents in commits) == pages.CHUNK
    assert find(engine, "word84").hits[0].pages == [(pages.key_of(book.id, 85), 85)]
    commits.clear()
    was_read(book)
    indexed()
    assert sum(len(documents) for documents in commits) == 1, "what is stored as it should be is not stored again"


def test_a_rebuild_covers_pages_and_goes_on_where_it_was(engine, cast, make, indexed):
    guide = make.resource()
    book = make.read_file(guide, *[f"page word{number}" for number in range(pages.CHUNK + 5)])
    db.session.commit()
    progress = rebuild_a_little(engine, seconds=0, afresh=True)
    while progress and not progress.last_key.startswith("page/"):
        progress = rebuild_a_little(engine, seconds=0)
    gone = make.read_file(guide, "puffin")
    gone.removed_at = clock.now()
    db.session.delete(db.session.get(FilePage, (book.id, 1)))
    book.read_at = clock.now()
    was_read(book, gone)
    while rebuild_a_little(engine, seconds=0):
        pass
    assert find(engine, "word44").total == 1
    assert find(engine, "puffin").total == 0


def test_what_cannot_be_indexed_is_set_aside_with_its_reason(engine, cast, make, indexed, monkeypatch):
    bad = make.resource("A bad one")
    good = make.resource("A good one")
    real = documents._document

    def raising(place, said):
        if place.row.id == bad.id:
            raise ValueError("this one never works")
        return real(place, said)

    monkeypatch.setattr(documents, "_document", raising)
    for entry in (cast.thread, bad, good):
        record(EntryChanged(entry_id=entry.id))
    db.session.commit()
    indexed()
    assert (find(engine, "good").total, find(engine, "bad").total, find(engine, "water").total) == (1, 0, 1)
    dead = db.session.scalars(select(OutboxRow).where(OutboxRow.dead_at.is_not(None))).all()
    assert [(row.payload["entry_id"], "never works" in row.last_error) for row in dead] == [(bad.id, True)]
    assert bulk.unread(changes.READER) == []
    while rebuild_a_little(engine, seconds=0):
        pass
    assert (find(engine, "good").total, find(engine, "bad").total) == (1, 0)


def test_posts_follow_even_when_the_worker_was_killed_before_it_put_their_thread(
    engine, cast, make, indexed, monkeypatch
):
    reply = make.post(cast.thread, by=cast.bao, body="pelican")
    changed(cast.thread)
    changed(reply)
    indexed()
    cast.thread.hidden_at = clock.now()
    changed(cast.thread)
    put, calls = engine.put, []

    def killed_after_the_first(docs, *rest, **more):
        if calls:
            raise KeyboardInterrupt
        calls.append(1)
        put(docs, *rest, **more)

    with monkeypatch.context() as patch:
        patch.setattr(engine, "put", killed_after_the_first)
        with pytest.raises(KeyboardInterrupt):
            indexer.catch_up(engine)
    indexed()
    assert find(engine, "pelican").total == 0


def test_the_same_publisher_is_one_however_it_is_written(engine, cast, make, indexed):
    for name in ("UNICEF", "Unicef", "« UNICEF »"):
        changed(make.resource("Facts", publisher=name))
    save(make.resource("Facts", publisher="Penal Reform International"))
    indexed()
    assert find(engine, "facts").facets["publisher"] == {"unicef": 3}
