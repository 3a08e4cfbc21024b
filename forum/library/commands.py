"""Chores of the library: bringing in a folder of files, reading again what could not be read."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlalchemy import select, update

from forum.accounts.models import Member
from forum.entries.models import Visibility
from forum.kernel.db import begin_mode, db
from forum.library.importing import Fate, Terms, bring_in, files_in
from forum.library.models import Licence, Reading, ResourceFile
from forum.library.reasons import REASONS
from forum.library.words import TYPES

AUDIENCES = [Visibility.DRAFT.value, Visibility.MEMBERS.value, Visibility.PUBLIC.value]


@click.command("import-files")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--by", "handle", required=True, help="Handle of the member who shares them and will correct them.")
@click.option("--audience", type=click.Choice(AUDIENCES), default="draft", show_default=True)
@click.option("--licence", type=click.Choice([each.value for each in Licence]), default="unknown", show_default=True)
@click.option("--type", "type_", type=click.Choice(list(TYPES)), default="report", show_default=True)
@click.option("--language", default="en", show_default=True, help="Of files that do not say theirs.")
@click.option("--dry-run", is_flag=True, help="Say what would become of each file, and store nothing.")
@with_appcontext
def import_files(
    folder: Path, handle: str, audience: str, licence: str, type_: str, language: str, dry_run: bool
) -> None:
    """Make a resource of every file in FOLDER and below, described by what the file says of itself.

    What is in the library already is passed by, so that a run which was stopped goes on when it is started again.
    """
    begin_mode.set("deferred")
    by = db.session.scalar(select(Member).where(Member.handle == handle.removeprefix("@").lower()))
    if by is None or not by.is_admitted:
        raise click.BadParameter(f"no admitted member is called @{handle}", param_hint="--by")
    paths = files_in(folder)
    terms = Terms(by, Visibility(audience), Licence(licence), type_, language)
    fates: Counter[Fate] = Counter()
    try:
        for number, one in enumerate(bring_in(paths, terms, dry_run=dry_run), 1):
            fates[one.fate] += 1
            place = f" → /library/{one.resource_id}" if one.fate is Fate.SHARED else ""
            click.echo(f"[{number}/{len(paths)}] {one.path.relative_to(folder)}: {one.fate}: {one.words}{place}")
    except KeyboardInterrupt:
        db.session.rollback()
        click.echo("Stopped. What was shared stays; the same command goes on from here.", err=True)
        sys.exit(130)
    db.session.rollback()
    click.echo(", ".join(f"{count} {fate}" for fate, count in fates.items()) or "There are no files in this folder.")
    if dry_run:
        click.echo("Dry run: nothing was stored.")


@click.command("read-again")
@click.argument("reason", type=click.Choice([str(reason) for reason in REASONS]))
@with_appcontext
def read_again(reason: str) -> None:
    """Try again to read every file that was not read for REASON: scans, after tesseract was installed."""
    begin_mode.set("immediate")
    ids = db.session.scalars(
        update(ResourceFile)
        .where(ResourceFile.reason == reason, ResourceFile.reading.not_in((Reading.WAITING, Reading.READING)))
        .values(reading=Reading.WAITING, reading_attempts=0, reading_due_at=None, reason="")
        .returning(ResourceFile.id)
    ).all()
    db.session.commit()
    click.echo(f"{len(ids)} files wait to be read again; the worker does it.")
