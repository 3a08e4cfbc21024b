"""The worker reads law in what is written, and forgets none of it when the writing changes."""

from __future__ import annotations

from sqlalchemy import func, select

from forum.entries.events import EntryChanged
from forum.entries.models import Kind, Visibility
from forum.instruments import handlers, operations, queries
from forum.instruments.models import Citation, Place
from forum.instruments.vocabulary import all_instruments
from forum.kernel.db import db, save
from forum.kernel.events import record
from forum.library.events import FileRead
from forum.library.models import FilePage, Resource, ResourceFile

CRC = all_instruments()["CRC"]


def follow() -> None:
    db.session.commit()
    while handlers.catch_up():
        pass


def standing(entry_id: int) -> set[tuple[str, str, Place, int]]:
    rows = select(Citation).where(Citation.entry_id == entry_id, Citation.revoked_at.is_(None))
    return {(c.instrument, c.provision, c.place, c.page) for c in db.session.scalars(rows)}


def a_resource(**values) -> Resource:
    return save(Resource(**{"title": "A study", "type": "report", **values}))


def a_file(resource: Resource, *pages: str) -> ResourceFile:
    file = save(ResourceFile(
        resource_id=resource.id, number=1, name="a.pdf", media_type="application/pdf", size=1, sha256="0" * 64, blob_key="k",
    ))  # fmt: skip
    for number, words in enumerate(pages, 1):
        save(FilePage(file_id=file.id, number=number, text=words, language="en"))
    return file


def test_what_a_resource_and_its_pages_cite_is_noted_with_the_place(app):
    resource = a_resource(title="Article 12 of the CRC in practice", abstract="With GC 24 para. 22.")
    file = a_file(resource, "Nothing here.", "See Beijing Rules 11 and 13.")
    record(FileRead(file_id=file.id, resource_id=resource.id))
    follow()
    assert standing(resource.id) == {
        ("CRC", "12", Place.TITLE, 0),
        ("GC24", "22", Place.TEXT, 0),
        ("BEIJING", "11", Place.PAGE, 2),
        ("BEIJING", "13", Place.PAGE, 2),
    }


def test_a_citation_that_is_no_longer_written_is_revoked_and_kept(app):
    resource = a_resource(abstract="CRC art. 37")
    record(EntryChanged(entry_id=resource.id))
    follow()
    resource.abstract = "CRC art. 40"
    record(EntryChanged(entry_id=resource.id))
    follow()
    assert standing(resource.id) == {("CRC", "40", Place.TEXT, 0)}
    assert db.session.scalar(select(func.count()).select_from(Citation).where(Citation.provision == "37")) == 1


def test_reading_again_changes_nothing(app):
    resource = a_resource(abstract="CRC art. 37 and art. 40 of the CRC, CRC")
    assert operations.note(operations.cited_by([resource.id])) == 3
    assert operations.note(operations.cited_by([resource.id])) == 0


def test_an_instrument_does_not_cite_itself(app):
    resource = a_resource(source_id="crc", title="Convention on the Rights of the Child", abstract="Cites UDHR.")
    operations.note(operations.cited_by([resource.id]))
    assert standing(resource.id) == {("UDHR", "", Place.TEXT, 0)}


def test_a_deleted_post_cites_nothing_any_more(make, cast):
    post = make.post(cast.thread, by=cast.ana, body="As CRC art. 40 says.")
    operations.note(operations.cited_by([post.id]))
    assert queries.instruments_of([post.id, cast.thread.id]) == {post.id: ("CRC",)}
    post.deleted_at = post.created_at
    db.session.flush()
    operations.note(operations.cited_by([post.id]))
    assert queries.instruments_of([post.id]) == {}


def test_the_index_is_told_once_when_an_entry_cites_other_instruments(app):
    resource = a_resource(abstract="CRC art. 37")
    record(EntryChanged(entry_id=resource.id))
    follow()
    told = "SELECT count(*) FROM outbox WHERE event = 'entry.changed' AND handler = 'forum.instruments'"
    assert db.session.scalar(db.text(told)) == 2, "once by whoever wrote, once by whoever read; then it rests"


def test_only_what_a_reader_may_see_is_counted_and_listed(make, cast):
    hidden = make.post(cast.closed_thread, by=cast.ana, body="MARKER CRC art. 40")
    draft = a_resource(abstract="CRC art. 40(3)", visibility=Visibility.DRAFT)
    public = a_resource(abstract="CRC art. 40(3)")
    operations.note(operations.cited_by([hidden.id, draft.id, public.id]))
    for reader, seen in ((None, {public.id}), (cast.dora, {public.id}), (cast.ana, {public.id, hidden.id})):
        found = queries.citing(CRC, provision="40", reader=reader)
        assert {cited.entry.id for cited in found} == seen
        assert queries.counts_by_instrument(reader=reader) == {"CRC": len(seen)}
        assert sum(queries.kinds_citing(CRC, reader=reader).values()) == len(seen)
    assert queries.citing(CRC, provision="4", reader=cast.sofia).items == []


def test_a_post_of_a_hidden_thread_is_not_listed(make, cast):
    post = make.post(cast.thread, by=cast.bao, body="CRC art. 40")
    operations.note(operations.cited_by([post.id]))
    assert [c.entry.url for c in queries.citing(CRC, kind=Kind.POST, reader=None)] == [
        f"/threads/{cast.thread.id}/posts/2"
    ]
    cast.thread.hidden_at = post.created_at
    db.session.flush()
    assert queries.citing(CRC, reader=None).items == []
    assert queries.counts_by_instrument(reader=None) == {}


def test_provisions_are_listed_in_their_order(app):
    resource = a_resource(abstract="CRC arts. 9, 40(10), 40(2), 37(b) and 12")
    operations.note(operations.cited_by([resource.id]))
    found = queries.provisions_of(CRC, reader=None)
    assert [provision for provision, _count in found] == ["9", "12", "37(b)", "40(2)", "40(10)"]


def test_another_worker_who_was_faster_is_believed(app, monkeypatch):
    resource = a_resource(abstract="CRC art. 37")
    record(EntryChanged(entry_id=resource.id))
    db.session.commit()
    read = operations.cited_by

    def read_slowly(ids):
        cited = read(ids)
        monkeypatch.setattr(operations, "cited_by", read)
        db.session.rollback()
        handlers.catch_up()  # the other one
        monkeypatch.setattr(operations, "note", lambda cited: pytest_fail())
        return cited

    def pytest_fail():
        raise AssertionError("an older reading was noted over a newer one")

    monkeypatch.setattr(operations, "cited_by", read_slowly)
    handlers.catch_up()
    assert standing(resource.id) == {("CRC", "37", Place.TEXT, 0)}
