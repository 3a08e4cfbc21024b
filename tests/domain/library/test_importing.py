"""`forum import-files`: a folder becomes resources; nothing twice, nothing lost, and a dry run stores nothing."""

import pytest
from sqlalchemy import func, select

from forum.entries.models import Visibility
from forum.kernel import blobs
from forum.kernel.db import begin_mode, db
from forum.library import commands, importing
from forum.library.models import Licence, Reading, Resource, ResourceFile
from tests import documents


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "es").mkdir()
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "config.txt").write_text("not meant for anybody")
    (tmp_path / "report.pdf").write_bytes(documents.bilingual_pdf(2))
    (tmp_path / "same again.pdf").write_bytes(documents.bilingual_pdf(2))
    (tmp_path / "es" / "los_niños.txt").write_text("Los niños tienen derecho a ser oídos. " * 20)
    (tmp_path / "page.jpg").write_bytes(documents.picture_of("A page", "JPEG", size=(200, 200)))
    (tmp_path / "program.exe").write_bytes(b"MZ\x90\x00")
    (tmp_path / "locked.pdf").write_bytes(documents.encrypted_pdf())
    (tmp_path / "leads out.txt").symlink_to("/etc/hostname")
    return tmp_path


@pytest.fixture
def run(app, cast, folder):
    def invoke(*arguments):
        db.session.commit()
        done = app.test_cli_runner().invoke(commands.import_files, [str(folder), "--by", "ana", *arguments])
        db.session.rollback()
        begin_mode.set("immediate")
        return done

    return invoke


def titles():
    return sorted(db.session.scalars(select(Resource.title)))


def test_a_folder_becomes_drafts_described_by_their_files(run, cast):
    done = run()
    assert done.exit_code == 0, done.output
    assert titles() == ["Justice for children عدالة", "Locked", "Los niños", "Page"]
    report = db.session.scalars(select(Resource).where(Resource.title.startswith("Justice"))).one()
    assert (
        report.visibility is Visibility.DRAFT and report.author_id == cast.ana.id and report.licence is Licence.UNKNOWN
    )
    assert [person.name for person in report.contributors] == ["Ana Quispe", "Youssef Haddad"]
    assert (report.issued, report.year, report.languages) == ("2019-04-12", 2019, ["en"])
    assert set(db.session.scalars(select(ResourceFile.reading))) == {Reading.WAITING}
    assert "same again.pdf: here already: the same as report.pdf" in done.output
    assert "program.exe: left out" in done.output and "leads out" not in done.output and "config" not in done.output
    assert "4 shared" in done.output


def test_the_same_folder_again_changes_nothing(run):
    run()
    again = run()
    assert "shared" not in again.output and "5 here already" in again.output and len(titles()) == 4


def test_a_run_that_was_stopped_goes_on(run, monkeypatch):
    real, calls = importing.receive, []

    def stopped(*arguments):
        if calls:
            raise KeyboardInterrupt
        calls.append(1)
        return real(*arguments)

    monkeypatch.setattr(importing, "receive", stopped)
    done = run()
    assert done.exit_code == 130 and "goes on from here" in done.output and len(titles()) == 1
    monkeypatch.setattr(importing, "receive", real)
    run()
    assert len(titles()) == 4


def test_a_dry_run_stores_nothing(run):
    before = set(blobs.current().keys())
    done = run("--dry-run")
    assert "4 would be shared" in done.output and "nothing was stored" in done.output
    assert titles() == [] and set(blobs.current().keys()) == before


def test_terms_are_for_all(run):
    run("--audience", "public", "--licence", "cc-by", "--type", "toolkit")
    kinds = db.session.execute(select(Resource.visibility, Resource.licence, Resource.type).distinct()).all()
    assert kinds == [(Visibility.PUBLIC, Licence.CC_BY, "toolkit")]


@pytest.mark.parametrize("handle", ["nobody", ""])
def test_somebody_must_stand_for_them(app, cast, folder, handle):
    db.session.commit()
    done = app.test_cli_runner().invoke(commands.import_files, [str(folder), "--by", handle])
    assert done.exit_code == 2 and "no admitted member" in done.output


def test_an_empty_folder_says_so(app, cast, tmp_path):
    (tmp_path / "empty").mkdir()
    db.session.commit()
    done = app.test_cli_runner().invoke(commands.import_files, [str(tmp_path / "empty"), "--by", "@ana"])
    assert done.exit_code == 0 and "no files" in done.output


def test_what_could_not_be_read_can_be_tried_again_in_bulk(app, run):
    run()
    db.session.execute(db.update(ResourceFile).values(reading=Reading.EMPTY, reason="scan", reading_attempts=1))
    db.session.commit()
    done = app.test_cli_runner().invoke(commands.read_again, ["scan"])
    assert "4 files wait" in done.output
    waiting = select(func.count()).select_from(ResourceFile).where(ResourceFile.reading == Reading.WAITING)
    assert db.session.scalar(waiting) == 4


def test_what_is_left_out_is_left_out_for_a_reason_of_its_own(run, folder, monkeypatch):
    monkeypatch.setattr(importing, "MOST", 10**6)
    (folder / "large.pdf").write_bytes(b"%PDF-1.7\n" + bytes(3 * 2**20))
    (folder / "nothing.pdf").write_bytes(b"")
    said = run().output
    assert "large.pdf: left out: it is 3.1 MB; the library takes 1 MB at most" in said
    assert "nothing.pdf: left out: it is empty" in said
    assert "program.exe: left out: it is of no kind the library takes" in said
