"""`forum backup` and `forum restore`: what was there is there again."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import select

from forum.app import create_app
from forum.commands.keeping import backup, restore
from forum.community.models import Theme
from forum.kernel.db import db, save
from forum.kernel.settings import Settings
from tests import servers


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """A small site of its own: one theme, one uploaded file, one secret key."""
    if request.param == "sqlite":
        yield from built(tmp_path, "")
        return
    with servers.postgres_database("backup") as url:
        yield from built(tmp_path, url)


def built(folder: Path, url: str) -> Iterator[Flask]:
    site = create_app(Settings(data_dir=str(folder / "var"), database_url=url))
    (folder / "var" / "blobs").mkdir(parents=True)
    (folder / "var" / "blobs" / "report.pdf").write_bytes(b"%PDF")
    with site.app_context():
        upgrade()
        save(Theme(slug="water", labels={"en": "Water"}))
        db.session.commit()
    yield site
    with site.app_context():
        db.session.remove()
        db.engine.dispose()


def test_a_backup_brings_back_rows_files_and_the_secret_key(site, tmp_path):
    run, file = site.test_cli_runner(), tmp_path / "forum.tar"
    secret = site.config["SECRET_KEY"]
    made = run.invoke(backup, [str(file)])
    assert made.exit_code == 0, made.output
    assert file.stat().st_mode & 0o077 == 0, "a backup holds the secret key: nobody else may read it"

    with site.app_context():
        db.session.execute(Theme.__table__.delete())
        db.session.commit()
        db.session.remove()
    (tmp_path / "var" / "blobs" / "report.pdf").unlink()
    (tmp_path / "var" / "secret_key").write_text("another key altogether")

    restored = run.invoke(restore, [str(file), "--yes"])
    assert restored.exit_code == 0, restored.output
    with site.app_context():
        assert db.session.scalars(select(Theme.slug)).all() == ["water"]
    assert (tmp_path / "var" / "blobs" / "report.pdf").read_bytes() == b"%PDF"
    assert (tmp_path / "var" / "secret_key").read_text() == secret


def test_a_folder_that_is_not_there_is_named_in_one_sentence(site, tmp_path):
    refused = site.test_cli_runner().invoke(backup, [str(tmp_path / "elsewhere" / "site.tar")])
    assert refused.exit_code == 1 and f"Nothing can be written to {tmp_path / 'elsewhere'}" in refused.output


def test_something_that_is_no_backup_is_refused_in_one_sentence_and_changes_nothing(site, tmp_path):
    file = tmp_path / "other.tar"
    with tarfile.open(file, "w") as archive:
        archive.add(__file__, "something.py")
    refused = site.test_cli_runner().invoke(restore, [str(file), "--yes"])
    assert refused.exit_code == 1 and "is not a backup of this forum" in refused.output
    file.write_text("no archive at all")
    refused = site.test_cli_runner().invoke(restore, [str(file), "--yes"])
    assert refused.exit_code == 1 and refused.output.strip().count("\n") == 0 and "is not a backup" in refused.output
    with site.app_context():
        assert db.session.scalars(select(Theme.slug)).all() == ["water"]
