"""`forum check` says how well the readers of files are shut in."""

from datetime import timedelta

import pytest

from forum.extraction import ocr, reading
from forum.kernel import clock
from forum.kernel.db import db
from forum.kernel.health import Unwell, findings
from forum.library import readiness
from forum.library.models import ResourceFile
from forum.library.readiness import files_can_be_read
from tests.shelf import shelved


@pytest.fixture(autouse=True)
def asked_afresh():
    readiness.shut_in.cache_clear()
    yield
    readiness.shut_in.cache_clear()


def test_what_holds_is_said(app):
    assert "limits on memory and time" in files_can_be_read()
    assert any(finding.part == "reading files" and finding.well for finding in findings())


def test_what_does_not_hold_is_said_too(app, monkeypatch):
    monkeypatch.setattr(reading, "protections", lambda: ["limits", "audit"])
    monkeypatch.setattr(ocr, "installed", lambda: ())
    words = files_can_be_read()
    assert "MISSING on this system: no network (its own namespace); no files of ours" in words
    assert "tesseract is not installed" in words


def test_without_limits_nothing_is_well(app, monkeypatch):
    monkeypatch.setattr(reading, "protections", lambda: ["audit"])
    with pytest.raises(Unwell):
        files_can_be_read()


def test_without_a_child_nothing_is_well(app, monkeypatch):
    def none():
        raise OSError("no more processes")

    monkeypatch.setattr(reading, "protections", none)
    with pytest.raises(Unwell, match="no more processes"):
        files_can_be_read()


def test_a_file_that_waits_too_long_is_a_worker_that_is_not_there(app):
    shelved(b"Words that wait")
    files_can_be_read()
    db.session.execute(db.update(ResourceFile).values(added_at=clock.now() - timedelta(hours=2)))
    with pytest.raises(Unwell, match="worker"):
        files_can_be_read()
