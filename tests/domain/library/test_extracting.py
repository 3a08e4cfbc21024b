"""Files that were added are read by the worker: once, again when it was not their fault, and never half."""

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from forum.entries.events import EntryChanged
from forum.extraction import ocr, reading
from forum.extraction.outcomes import Extracted, Interrupted, Page, Reason, Unreadable
from forum.kernel import blobs, clock, jobs
from forum.kernel.db import begin_mode, db
from forum.kernel.events import OutboxRow
from forum.library import extracting
from forum.library.extracting import MAX_ATTEMPTS, free_files_of_dead_readers, read_files
from forum.library.models import FilePage, Reading, ResourceFile
from forum.library.reasons import PARTLY, REASONS, OurReason, why
from tests import documents
from tests.shelf import shelved


def work():
    """What the worker's lane does in a turn."""
    return read_files(10, lambda: False)


def now_is(file):
    db.session.rollback()
    return db.session.get(ResourceFile, file, populate_existing=True)


def pages_of(id):
    return db.session.scalars(select(FilePage).where(FilePage.file_id == id).order_by(FilePage.number)).all()


def told():
    return db.session.scalar(select(func.count()).select_from(OutboxRow).where(OutboxRow.event == EntryChanged.name))


@pytest.fixture
def waiting(app):
    return shelved(documents.bilingual_pdf()).id


@pytest.fixture
def reads_as(monkeypatch):
    """Makes every file read as this, or fail as this."""

    def set_to(outcome):
        def read(*_args, **_options):
            if isinstance(outcome, Exception):
                raise outcome
            return outcome() if callable(outcome) else outcome

        monkeypatch.setattr(reading, "read", read)

    return set_to


def test_a_file_is_read_page_by_page_in_its_languages(waiting):
    assert work() == 1
    file = now_is(waiting)
    assert (file.reading, file.reason, file.page_count, file.language) == (Reading.READ, "", 24, "en")
    pages = pages_of(waiting)
    assert [page.number for page in pages if documents.PHRASE in page.text] == [14]
    assert {(page.number % 2 == 0, page.language) for page in pages if page.number != 14} == {
        (False, "en"),
        (True, "ar"),
    }
    assert file.suggested["title"] == "Justice for children عدالة" and file.suggested["issued"] == "2019-04-12"
    assert b"".join(blobs.current().read(file.preview_key))[8:12] == b"WEBP"
    assert work() == 0


def test_what_was_read_is_told_to_whoever_follows(waiting):
    work()
    events = set(db.session.scalars(select(OutboxRow.event)))
    assert EntryChanged.name in events


def test_the_worker_reads_without_being_told(waiting):
    jobs.drain()
    assert now_is(waiting).reading is Reading.READ


def test_reading_again_replaces_every_page(waiting):
    work()
    db.session.execute(update(ResourceFile).values(reading=Reading.WAITING))
    db.session.execute(update(FilePage).values(text="old"))
    db.session.commit()
    work()
    assert len(pages_of(waiting)) == 24 and not any(page.text == "old" for page in pages_of(waiting))


@pytest.mark.slow
def test_a_hostile_file_ends_in_a_sentence_and_is_not_tried_again(app):
    id = shelved(
        documents.bomb(), media_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    ).id
    work()
    file = now_is(id)
    assert file.reading is Reading.FAILED and file.reason == "bomb" and file.reading_attempts == 1
    assert "unpack" in why(file.reason, partly=False)
    assert work() == 0 and not pages_of(id)


def test_a_scan_nobody_can_read_is_empty_and_says_why(app, monkeypatch):
    monkeypatch.setattr(ocr, "installed", lambda: ())
    id = shelved(documents.scanned_pdf("Nobody reads this")).id
    work()
    file = now_is(id)
    assert (file.reading, file.reason, file.is_ocr) == (Reading.EMPTY, "scan", False) and file.preview_key


@pytest.mark.skipif(not ocr.installed(), reason="tesseract is not installed")
def test_what_was_read_from_pictures_is_marked(app):
    id = shelved(documents.scanned_pdf("Children have the right to be heard")).id
    work()
    assert now_is(id).is_ocr and pages_of(id)[0].is_ocr and "right to be heard" in pages_of(id)[0].text


def test_a_file_read_in_part_keeps_its_pages_and_says_so(waiting, reads_as):
    reads_as(Extracted(pages=[Page("the beginning")], reason=Reason.TIME))
    work()
    file = now_is(waiting)
    assert file.reading is Reading.READ and file.reason == "time" and len(pages_of(waiting)) == 1
    assert why("time", partly=True) == str(PARTLY[Reason.TIME])


def test_trouble_of_ours_is_tried_again_later_and_not_for_ever(waiting, reads_as):
    reads_as(OSError("no room for a child"))
    with_patience = []
    for attempt in range(1, MAX_ATTEMPTS + 1):
        assert work() == 1
        assert now_is(waiting).reading_attempts == attempt
        with_patience.append(now_is(waiting).reading)
        assert work() == 0  # it has to wait, or is given up
        db.session.execute(update(ResourceFile).values(reading_due_at=clock.now() - timedelta(seconds=1)))
        db.session.commit()
    assert with_patience == [Reading.WAITING] * (MAX_ATTEMPTS - 1) + [Reading.FAILED]
    assert now_is(waiting).reason == OurReason.GAVE_UP and work() == 0


def test_a_child_killed_from_outside_is_tried_again(waiting, reads_as):
    reads_as(Interrupted("killed"))
    work()
    assert now_is(waiting).reading is Reading.WAITING and now_is(waiting).reading_due_at > clock.now()


def test_a_worker_that_stops_gives_the_file_back_as_if_never_begun(waiting, reads_as):
    stop = []
    reads_as(lambda: (stop.append(True), (_ for _ in ()).throw(Interrupted("stopping")))[1].__next__())
    assert read_files(10, lambda: bool(stop)) == 1
    file = now_is(waiting)
    assert (file.reading, file.reading_attempts, file.reading_by, file.reading_due_at) == (
        Reading.WAITING,
        0,
        None,
        None,
    )


def test_a_missing_blob_is_said(waiting):
    blobs.current().delete(now_is(waiting).blob_key)
    work()
    assert now_is(waiting).reason == OurReason.LOST


def test_a_removed_file_is_left_alone(waiting):
    db.session.execute(update(ResourceFile).values(removed_at=clock.now()))
    db.session.commit()
    assert work() == 0


def test_two_workers_never_read_the_same_file(app, waiting, reads_as):
    """The second comes while the first is reading."""
    seen = []

    def meanwhile():
        def other():
            with app.app_context():
                seen.append(read_files(10, lambda: False))

        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
        return Extracted(pages=[Page("once")])

    reads_as(meanwhile)
    assert work() == 1 and seen == [0]


def test_what_a_slow_worker_brings_too_late_changes_nothing(waiting, reads_as):
    def overtaken():
        db.session.rollback()
        begin_mode.set("immediate")
        db.session.execute(update(ResourceFile).values(reading_attempts=2, reading_by="elsewhere:1"))
        db.session.commit()
        return Extracted(pages=[Page("too late")])

    reads_as(overtaken)
    work()
    assert not pages_of(waiting) and now_is(waiting).reading is Reading.READING and not told()


def test_a_file_whose_worker_vanished_is_taken_over_when_the_lease_is_over(waiting):
    gone = {"reading": Reading.READING, "reading_by": "elsewhere:1", "reading_attempts": 1}
    db.session.execute(update(ResourceFile).values(**gone, reading_began_at=clock.now()))
    db.session.commit()
    assert work() == 0
    db.session.execute(update(ResourceFile).values(reading_began_at=clock.now() - extracting.LEASE * 2))
    db.session.commit()
    assert work() == 1 and now_is(waiting).reading is Reading.READ


def test_a_file_that_kills_every_worker_is_given_up(waiting):
    db.session.execute(
        update(ResourceFile).values(
            reading=Reading.READING, reading_by="elsewhere:1", reading_attempts=MAX_ATTEMPTS,
            reading_began_at=clock.now() - extracting.LEASE * 2,
        )
    )  # fmt: skip
    db.session.commit()
    assert work() == 0
    assert now_is(waiting).reading is Reading.FAILED and now_is(waiting).reason == OurReason.GAVE_UP


def test_every_reason_has_its_sentence():
    assert set(REASONS) == set(Reason) | set(OurReason)
    assert all(str(sentence).endswith(".") for sentence in REASONS.values())
    assert why("", partly=False) == "" and why("unheard-of", partly=False) and why("unheard-of", partly=True)


def test_pictures_nobody_shows_are_forgotten(waiting):
    work()
    kept = now_is(waiting).preview_key
    for key in ("previews/20200101/ab.webp", f"previews/{clock.now():%Y%m%d}/cd.webp"):
        blobs.current().put(key, __import__("io").BytesIO(b"x"))
    extracting.forget_previews_nobody_shows()
    left = set(blobs.current().keys("previews/"))
    assert kept in left and "previews/20200101/ab.webp" not in left and f"previews/{clock.now():%Y%m%d}/cd.webp" in left


def test_nothing_of_a_removed_file_stays_behind(waiting):
    work()
    for days, pages in ((29, 24), (31, 0)):
        db.session.execute(update(ResourceFile).values(removed_at=clock.now() - timedelta(days=days)))
        extracting.forget_the_text_of_removed_files()
        db.session.commit()
        assert len(pages_of(waiting)) == pages
    file = now_is(waiting)
    assert (file.preview_key, file.suggested, file.page_count) == (None, {}, None)


def test_a_refusal_of_the_reader_is_final(waiting, reads_as):
    reads_as(Unreadable(Reason.ENCRYPTED))
    work()
    assert now_is(waiting).reading is Reading.FAILED and "password" in why(now_is(waiting).reason, partly=False)


@pytest.mark.slow
def test_a_worker_killed_while_reading_leaves_the_file_to_the_next(app, data_dir, waiting):
    """kill -9 in the middle; the next worker of this machine takes over at once."""
    if db.engine.dialect.name != "sqlite":
        pytest.skip("the other process opens the same SQLite file")
    script = (
        "import time\nfrom forum.app import create_app\nfrom forum.extraction import reading\n"
        "from forum.library.extracting import read_files\n"
        "def slow(*a, **k):\n print('READING', flush=True)\n time.sleep(60)\n"
        "reading.read = slow\n"
        "with create_app().app_context(): read_files(1, lambda: False)\n"
    )
    db.session.rollback()
    other = subprocess.Popen(
        [sys.executable, "-c", script],
        env={**os.environ, "FORUM_DATA_DIR": str(data_dir), "FORUM_SECRET_KEY": "a secret that only tests know"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert other.stdout.readline().strip() == "READING"
    other.send_signal(signal.SIGKILL)
    other.wait()
    other.stdout.close()
    time.sleep(0.1)
    assert now_is(waiting).reading is Reading.READING and work() == 0
    assert free_files_of_dead_readers() == 1
    assert work() == 1 and now_is(waiting).reading is Reading.READ and now_is(waiting).reading_attempts == 2
