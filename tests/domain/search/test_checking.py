"""Once a day the index is compared with the database, and what is wrong is indexed again."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from forum.community.events import ProfileChanged
from forum.community.models import Profile, Shown
from forum.entries.events import EntryChanged
from forum.entries.models import Entry
from forum.kernel import bulk, clock
from forum.kernel.db import db, save
from forum.kernel.events import record
from forum.library.models import FilePage
from forum.search import checking, handlers, pages, people
from forum.search.analysis import analysed
from forum.search.audience import keys_of
from forum.search.changes import READER
from forum.search.documents import documents_of
from forum.search.models import IndexCheck
from forum.search.query import parse
from forum.search.signing import inherited, signed

#: To visitors too.
SHOWN = {"shown_in_directory": Shown.EVERYONE, "shown_about": Shown.EVERYONE}


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


def test_words_that_differ_are_noticed_whichever_they_are(engine, cast, make, everything, indexed):
    """One word of many, not one of the longest, and in a document that is found by all it should be found by."""
    guide = make.resource("A guide to herons", abstract="Long interesting descriptions of wading birds")
    everything()
    [entry] = documents_of([guide.id])[0]
    engine.put([signed(replace(entry, body=f"{entry.body}\n{analysed('ibis', 'en')}"), inherited(entry.signature))])
    assert finds(engine, "ibis") == 1
    check = checking.compare(engine)
    assert (check.missing, check.different, check.left_over) == (0, 1, 0)
    indexed()
    assert (finds(engine, "ibis"), finds(engine, "herons")) == (0, 1)
    assert checking.compare(engine).different == 0


def test_what_the_record_no_longer_has_is_taken_out(engine, cast, make, everything, indexed):
    thread = make.thread(cast.bao, cast.andes_group, title="Storks", body="fly south")
    resource = make.resource("Cranes")
    file = make.read_file(resource, "crane", "another crane")
    save(Profile(member_id=cast.bao.id, about="I watch egrets", languages=[], **SHOWN))
    record(ProfileChanged(member_id=cast.bao.id))
    everything()
    [storks], _ = documents_of([thread.id])
    strays = [
        *(
            replace(storks, key=key)
            for key in ("entry/987654321", "member/987654321/visitors", "page/1/987654321", "odd")
        ),
        replace(storks, key="page/987654321/1", parent=f"entry/{resource.id}"),
    ]
    engine.put(strays)
    db.session.execute(FilePage.__table__.delete().where(FilePage.file_id == file.id, FilePage.number == 2))
    db.session.commit()
    assert finds(engine, "storks") == 6
    check = checking.compare(engine)
    assert (check.missing, check.different, check.left_over) == (0, 0, 6)
    assert {"entry/987654321", "odd", pages.key_of(file.id, 2)} <= set(check.examples)
    assert (finds(engine, "storks"), finds(engine, "cranes"), finds(engine, "egrets")) == (1, 1, 1)
    assert bulk.unread(READER, limit=1) == [], "what is gone is taken out at once"
    assert checking.compare(engine).left_over == 0


def test_what_is_indexed_while_we_look_is_left_alone(engine, cast, make, everything, monkeypatch):
    everything()
    [document], _ = documents_of([cast.thread.id])
    monkeypatch.setattr(checking, "_not_there", lambda keys: {document.key})  # as it was when we began
    assert checking.compare(engine).left_over == 0 and finds(engine, "water") == 1


def test_a_member_who_is_missing_or_otherwise_is_noticed(engine, cast, make, everything, indexed):
    for who in (cast.bao, cast.dora):
        save(Profile(member_id=who.id, about="I watch egrets", languages=[], **SHOWN))
        record(ProfileChanged(member_id=who.id))
    everything()
    engine.put((), [people.key_of(cast.bao.id, for_visitors=True)])
    shown = next(d for d in people.documents_of_members([cast.dora.id])[0] if d.key.endswith("/visitors"))
    engine.put([signed(replace(shown, body=analysed("I shoot egrets", "en")))])
    check = checking.compare(engine)
    assert (check.missing, check.different, check.left_over) == (1, 1, 0)
    indexed()
    assert (finds(engine, "egrets"), finds(engine, "shoot")) == (2, 0)


def test_an_index_from_before_there_were_digests_is_not_indexed_anew_at_once(engine, cast, make, everything):
    """Its daily check would else promise an index of everything, and tell harvesters that everything changed."""
    file = make.read_file(make.resource("Herons"), "heron")
    everything()
    ids = list(db.session.scalars(select(Entry.id)))
    old = [*documents_of(ids)[0], *pages.documents_of_pages([(file.id, 1)])]
    engine.put([replace(document, signature=inherited(document.signature)) for document in old])
    check = checking.compare(engine)
    assert (check.missing, check.different, check.left_over) == (0, 0, 0)


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
