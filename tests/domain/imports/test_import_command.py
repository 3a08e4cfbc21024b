"""`forum import-resources`, as an operator types it."""

from __future__ import annotations

from sqlalchemy import func, select

from forum.imports import operations
from forum.imports.commands import import_resources
from forum.imports.models import ImportBatch
from forum.kernel.db import db
from forum.library.models import Resource


def run(app, *arguments: str):
    return app.test_cli_runner().invoke(import_resources, arguments)


def resources() -> int:
    return db.session.scalar(select(func.count()).select_from(Resource)) or 0


def test_a_dry_run_says_what_the_run_does(app, cast, tmp_path):
    file = tmp_path / "some.csv"
    file.write_text("title,date,url\nA,2020,https://x.org/a\nB,20x0,https://x.org/b\n")
    by = ("--by", "sofia@example.org")
    dry = run(app, str(file), *by, "--dry-run")
    assert dry.exit_code == 0 and "1 new, 0 here already, 1 to put right." in dry.output and resources() == 0
    assert "row 2, date: “20x0” is no date" in dry.output
    real = run(app, str(file), *by)
    assert real.exit_code == 0 and "1 new, 0 here already, 1 to put right." in real.output and resources() == 1
    again = run(app, str(file), *by)
    assert "0 new, 1 here already, 1 to put right." in again.output and resources() == 1


def test_a_column_or_field_nobody_knows_brings_nothing_in(app, cast, tmp_path):
    file = tmp_path / "some.csv"
    file.write_text("title,url,a = b\nA,https://x.org/a,Press\n")
    by = ("--by", "sofia@example.org")
    for wrong in ("publisher", "titel=publisher", "a = b=press"):
        refused = run(app, str(file), *by, "--map", wrong)
        assert refused.exit_code == 2 and "a = b" in refused.output and resources() == 0
    assert run(app, str(file), *by, "--map", "a = b=publisher").exit_code == 0
    assert db.session.scalars(select(Resource.publisher)).one() == "Press"


def test_an_interrupted_file_is_gone_on_with(app, cast, tmp_path):
    file = tmp_path / "some.csv"
    file.write_text("title,url\n" + "".join(f"Study {n},https://x.org/{n}\n" for n in range(30)))
    batch = operations.check_file(file.read_bytes(), file.name, by=cast.sofia)
    operations.confirm(batch, by=cast.sofia)
    operations.go_on(batch)
    db.session.commit()
    assert resources() == 25
    refused = run(app, str(file), "--by", "sofia@example.org")
    assert refused.exit_code == 1 and "--resume" in refused.output
    resumed = run(app, str(file), "--by", "sofia@example.org", "--resume")
    assert resumed.exit_code == 0 and "30 new" in resumed.output and resources() == 30
    assert db.session.scalar(select(func.count()).select_from(ImportBatch)) == 1


def test_who_may_not_and_what_cannot_be_read_is_told_in_a_sentence(app, cast, tmp_path):
    file = tmp_path / "some.csv"
    file.write_text("Titel,Wo\nA,https://x.org/a\n")
    refused = run(app, str(file), "--by", "sofia@example.org")
    assert refused.exit_code == 1 and "--map 'Titel=title'" in refused.output and resources() == 0
    mapped = run(app, str(file), "--by", "sofia@example.org", "--map", "Titel=title", "--map", "Wo=url", "--dry-run")
    assert "1 new" in mapped.output
    assert "There is no member" in run(app, str(file), "--by", "nobody@example.org").output
    file.write_text("title,Wo\nA,https://x.org/a\n")
    assert run(app, str(file), "--by", "bao@example.org").exit_code == 1
    assert "1 new" in run(app, str(file), "--by", "sofia@example.org", "--map", "Wo=url").output
