"""Once a day the index is compared with the database, and what is wrong is indexed again."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from forum.entries.events import EntryChanged
from forum.entries.models import Entry
from forum.kernel import clock
from forum.kernel.db import db
from forum.kernel.events import record
from forum.search import checking, handlers, pages
from forum.search.analysis import analysed
from forum.search.audience import keys_of
from forum.search.documents import documents_of
from forum.search.models import IndexCheck
from forum.search.query import parse


@pytest.fixture
def engine(app, indexed):
    return app.extensions["forum.search"]


@pytest.fixture
def everything(indexed):
    def everything():
        for id in db.session.scalars(select(Entry.id)):
            record(EntryChanged(entry_id=id))
        db.session.commit()
        indexed()

    return everything


def finds(engine, typed):
    return engine.find(parse(typed, ["en"]), keys=keys_of(None)).total


def test_an_index_as_it_should_be_is_left_alone(engine, cast, make, everything):
    make.read_file(make.resource(), "heron")
    everything()
    check = checking.compare(engine)
    assert (check.missing, check.different, check.left_over) == (0, 0, 0)
    assert check.compared == 4  # two threads, a resource, its page
    assert not checking.is_due()


def test_what_is_missing_different_or_left_over_is_put_right(engine, cast, make, everything, indexed):
    guide, reply = make.resource("A guide"), make.post(cast.thread, by=cast.bao, body="pelican")
    file = make.read_file(guide, "heron", "gannet")
    everything()
    engine.put((), [f"entry/{cast.thread.id}", pages.key_of(file.id, 1)])
    db.session.execute(Entry.__table__.update().where(Entry.id == reply.id).values(hidden_at=clock.now()))
    db.session.commit()
    assert (finds(engine, "water"), finds(engine, "heron"), finds(engine, "pelican")) == (0, 0, 1)
    check = checking.compare(engine)
    assert (check.missing, check.different, check.left_over) == (2, 1, 0)
    assert f"entry/{guide.id}" in check.examples
    indexed()
    assert (finds(engine, "water"), finds(engine, "heron"), finds(engine, "pelican")) == (1, 1, 0)
    check = checking.compare(engine)
    assert (check.missing, check.different, check.left_over) == (0, 0, 0)


def test_words_that_were_not_followed_are_noticed(engine, cast, make, everything, indexed):
    guide = make.resource("A guide to herons")
    file = make.read_file(guide, "pelicans and gannets")
    everything()
    (entry,), (page,) = documents_of([guide.id])[0], pages.documents_of_pages([(file.id, 1)])
    old = analysed("something else entirely", "en")
    engine.put([replace(entry, title=old, body=old), replace(page, body=old)])
    check = checking.compare(engine)
    assert (check.missing, check.different, check.left_over) == (0, 2, 0)
    indexed()
    assert finds(engine, "herons") == 1


def test_nothing_is_compared_while_something_waits(engine, cast):
    record(EntryChanged(entry_id=cast.thread.id))
    db.session.commit()
    assert checking.compare(engine) is None


def test_the_worker_compares_once_a_day(engine, cast, everything, monkeypatch):
    everything()
    for _ in range(3):
        monkeypatch.setattr(handlers, "comparing", handlers.Seldom(600))
        handlers.compare_with_the_record()
    assert db.session.scalar(select(func.count()).select_from(IndexCheck)) == 1
