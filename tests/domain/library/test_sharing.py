"""Sharing, describing, files: what is done and what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine

from forum.entries.models import Visibility
from forum.kernel import blobs, clock
from forum.kernel.db import db
from forum.kernel.errors import Invalid, NotAllowed, NotFound, Refused
from forum.kernel.events import OutboxRow
from forum.library import operations
from forum.library.handlers import forget_files_nobody_uses
from forum.library.likeness import looks_like
from forum.library.models import Contribution, Licence, PendingFile, ResourceFile, ResourceVersion
from forum.library.operations import AlreadyHere, Description, Person
from forum.library.operations.describing import description_of
from forum.library.queries import files_of

REPORT = Description(
    title="Diversion in the Andes",
    type="report",
    alternative_titles=("Remisión en los Andes",),
    people=(Person("Quispe, Rosa"), Person("Terre des hommes", Contribution.EDITOR, is_organisation=True)),
    publisher="Community Press",
    issued="2019-11",
    licence=Licence.CC_BY,
    language="en",
    languages=("en", "es"),
    countries=("PE",),
    populations=("girls",),
    abstract="What works.",
    url="https://example.org/diversion",
)


def test_a_shared_resource_says_all_that_was_said_of_it(cast):
    resource = operations.share(replace(REPORT, regions=(cast.andes.id,), themes=(cast.diversion.id,)), by=cast.bao)
    db.session.expire_all()
    assert description_of(resource) == replace(REPORT, regions=(cast.andes.id,), themes=(cast.diversion.id,))
    assert (resource.year, resource.author_id, resource.visibility) == (2019, cast.bao.id, Visibility.PUBLIC)


def test_neither_file_nor_address_is_refused(cast):
    with pytest.raises(Invalid) as refused:
        operations.share(replace(REPORT, url=""), by=cast.bao)
    assert refused.value.field == "files"


@time_machine.travel("2026-11-27", tick=False)
def test_what_appears_next_year_may_be_dated_so_and_nothing_later(cast):
    assert operations.share(replace(REPORT, issued="2027-12-31"), by=cast.bao).year == 2027
    with pytest.raises(Invalid) as refused:
        operations.share(replace(REPORT, issued="2028"), by=cast.bao)
    assert refused.value.field == "issued"


def test_only_members_of_a_group_share_in_it(cast):
    kept = operations.share(REPORT, by=cast.ana, visibility=Visibility.GROUP, group=cast.closed_group)
    assert kept.visibility is Visibility.GROUP
    with pytest.raises(NotFound):  # Dora may not know that there is such a group
        operations.share(REPORT, by=cast.dora, visibility=Visibility.GROUP, group=cast.closed_group)
    with pytest.raises(Invalid):
        operations.share(REPORT, by=cast.ana, visibility=Visibility.GROUP)


def test_an_edit_keeps_what_was_said_before_and_why_it_changed(cast):
    resource = operations.share(REPORT, by=cast.bao)
    better = replace(REPORT, title="Diversion in the Andes, 2019", people=(Person("Quispe Mamani, Rosa"),))
    assert operations.edit(resource, better, by=cast.bao, what_changed="Her whole name", version=1)
    assert resource.version == 2
    kept = db.session.get_one(ResourceVersion, (resource.id, 1))
    assert (kept.before["title"], kept.what_changed) == ("Diversion in the Andes", "Her whole name")
    assert [c.name for c in resource.contributors] == ["Quispe Mamani, Rosa"]
    assert not operations.edit(resource, better, by=cast.bao)


def test_nobody_undoes_what_another_changed_meanwhile(cast):
    resource = operations.share(REPORT, by=cast.bao)
    operations.edit(resource, replace(REPORT, abstract="More."), by=cast.chidi, version=1)
    with pytest.raises(Refused):
        operations.edit(resource, replace(REPORT, abstract="Less."), by=cast.bao, version=1)


def test_author_and_moderators_edit_and_others_do_not(cast, make):
    mine, recorded = operations.share(REPORT, by=cast.bao), make.resource()
    for who, what in ((cast.dora, mine), (cast.dora, recorded), (cast.bao, recorded)):
        with pytest.raises(NotAllowed):
            operations.edit(what, REPORT, by=who)
        with pytest.raises(NotAllowed):
            operations.add_file(what, make.pending(who, b"words of %d" % who.id), by=who)
    for who, what in ((cast.chidi, mine), (cast.sofia, recorded), (cast.chidi, recorded)):
        assert operations.edit(what, replace(REPORT, abstract=f"By {who.handle}"), by=who)


def test_a_file_gets_a_number_and_whoever_reads_files_is_told(cast, make):
    resource = operations.share(
        REPORT, by=cast.bao, files=[make.pending(cast.bao, b"one"), make.pending(cast.bao, b"two")]
    )
    assert [file.number for file in files_of(resource)] == [1, 2]
    assert db.session.query(PendingFile).count() == 0


def test_the_same_bytes_are_not_added_twice_and_it_is_said_where_they_are(cast, make):
    first = operations.share(REPORT, by=cast.bao, files=[make.pending(cast.bao)])
    with pytest.raises(AlreadyHere) as refused:
        operations.share(replace(REPORT, title="Again"), by=cast.dora, files=[make.pending(cast.dora)])
    assert refused.value.resource_id == first.id


def test_bytes_in_a_place_one_may_not_see_count_as_absent(cast, make):
    operations.share(
        replace(REPORT, title="MARKER"), by=cast.ana, visibility=Visibility.GROUP, group=cast.closed_group,
        files=[make.pending(cast.ana)],
    )  # fmt: skip
    shared = operations.share(REPORT, by=cast.dora, files=[make.pending(cast.dora)])
    assert len(files_of(shared)) == 1


def test_another_version_takes_the_place_of_a_file_and_the_first_stays_in_history(cast, make):
    resource = operations.share(REPORT, by=cast.bao, files=[make.pending(cast.bao, b"first")])
    [first] = files_of(resource)
    second = operations.replace_file(first, make.pending(cast.bao, b"second"), by=cast.bao, note="Page 3 put right")
    assert files_of(resource) == [second] and second.replaces_id == first.id
    with pytest.raises(Refused):
        operations.replace_file(first, make.pending(cast.bao, b"third"), by=cast.bao)
    operations.remove_file(second, by=cast.bao)
    assert files_of(resource) == [first]


def test_the_last_file_stays_where_there_is_no_address(cast, make):
    resource = operations.share(replace(REPORT, url=""), by=cast.bao, files=[make.pending(cast.bao)])
    with pytest.raises(Refused):
        operations.remove_file(files_of(resource)[0], by=cast.bao)
    with pytest.raises(NotAllowed):
        operations.remove_file(files_of(resource)[0], by=cast.dora)


def test_a_token_of_somebody_else_brings_no_file(cast, make):
    with pytest.raises(Invalid):
        operations.share(REPORT, by=cast.dora, files=[make.pending(cast.bao)])


def test_a_draft_is_its_authors_alone_until_it_is_published(cast):
    draft = operations.share(replace(REPORT, url=""), by=cast.bao, visibility=Visibility.DRAFT)
    with pytest.raises(NotFound):
        operations.edit(draft, REPORT, by=cast.chidi)
    with pytest.raises(Refused):
        operations.publish(draft, visibility=Visibility.PUBLIC, group=None, by=cast.bao)
    operations.edit(draft, REPORT, by=cast.bao)
    operations.publish(draft, visibility=Visibility.MEMBERS, group=None, by=cast.bao)
    assert draft.visibility is Visibility.MEMBERS


@pytest.mark.parametrize(
    "typed",
    [
        "Diversion in the Andes",
        "diversion in the ANDES.",
        "Diversión in the Andes",
        "Diversion in the Andes: a report",
        "Remision en los Andes",
    ],
)
def test_a_title_that_looks_like_one_here_is_found(cast, typed):
    resource = operations.share(REPORT, by=cast.bao)
    assert looks_like(typed, reader=cast.dora) == [resource]


@pytest.mark.parametrize("typed", ["Detention in the Andes of Peru", "Report", "", "Something else entirely"])
def test_another_title_is_not_taken_for_it(cast, typed):
    operations.share(REPORT, by=cast.bao)
    assert looks_like(typed, reader=cast.dora) == []


def test_the_same_address_written_otherwise_is_found_but_not_by_who_may_not_see_it(cast):
    mine = operations.share(REPORT, by=cast.ana, visibility=Visibility.GROUP, group=cast.closed_group)
    assert looks_like("", "http://www.example.org/diversion/", reader=cast.ana) == [mine]
    assert looks_like(REPORT.title, REPORT.url, reader=cast.dora) == []


def test_bytes_nobody_refers_to_are_collected_and_all_others_stay(cast, make):
    resource = operations.share(REPORT, by=cast.bao, files=[make.pending(cast.bao, b"kept")])
    removed = operations.add_file(resource, make.pending(cast.bao, b"removed"), by=cast.bao)
    operations.remove_file(removed, by=cast.bao)
    [kept] = files_of(resource)
    keys = {kept.blob_key, removed.blob_key, make.pending(cast.bao, b"never used").blob_key}
    db.session.commit()

    def left_after(days: int) -> set[str]:
        with time_machine.travel(clock.now() + timedelta(days=days), tick=False):
            forget_files_nobody_uses()
            db.session.commit()
        return keys & set(blobs.current().keys())

    assert left_after(1) == keys
    assert left_after(5) == {kept.blob_key, removed.blob_key}
    assert left_after(40) == {kept.blob_key}


def test_ties_are_made_and_taken_back_by_who_looks_after_the_resource(cast, make):
    from forum.entries.models import Link, Relation

    resource = operations.share(REPORT, by=cast.bao)
    operations.tie(resource, Relation.CITES, cast.thread.id, by=cast.bao)
    operations.tie(resource, Relation.CITES, cast.thread.id, by=cast.bao)
    [link] = db.session.query(Link).filter_by(from_id=resource.id).all()
    with pytest.raises(NotAllowed):
        operations.untie(resource, link, by=cast.dora)
    operations.untie(resource, link, by=cast.bao)
    assert link.revoked_at is not None
    with pytest.raises(Invalid):
        operations.tie(resource, Relation.MERGED_INTO, cast.thread.id, by=cast.bao)


def test_promises_to_read_a_file_are_made_with_it(cast, make, monkeypatch):
    from forum.kernel.events import HANDLERS

    monkeypatch.setitem(HANDLERS["file.added"], "test.reader", lambda event: None)
    operations.share(REPORT, by=cast.bao, files=[make.pending(cast.bao)])
    row = db.session.query(OutboxRow).filter_by(handler="test.reader").one()
    assert db.session.get(ResourceFile, row.payload["file_id"]) is not None
