"""`forum import-resources`: many resources from a CSV or RIS file."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from forum.accounts.models import Member
from forum.imports import operations, queries, words
from forum.imports.fields import FIELDS
from forum.imports.models import ImportBatch, Outcome
from forum.kernel.db import begin_mode, db
from forum.kernel.errors import DomainError


@click.command("import-resources")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--by", "email", required=True, help="Mail address of the member of the secretariat who shares them.")
@click.option("--dry-run", is_flag=True, help="Say what would become of each row, and change nothing.")
@click.option("--resume", is_flag=True, help="Go on with a file that was interrupted.")
@click.option("--map", "mapped", multiple=True, metavar="COLUMN=FIELD", help="What a column means. May come again.")
@with_appcontext
def import_resources(file: Path, email: str, dry_run: bool, resume: bool, mapped: tuple[str, ...]) -> None:
    """Bring resources in from FILE. What is in the library already is left as it is, so it may be run again."""
    begin_mode.set("immediate")
    by = db.session.scalar(select(Member).where(Member.email == email))
    if by is None:
        sys.exit(f"There is no member with the address {email}.")
    data = file.read_bytes()
    try:
        begun = queries.unfinished(hashlib.sha256(data).hexdigest())
        if begun is not None and not resume and not dry_run:
            sys.exit("This file was begun and not finished. Go on with it by --resume.")
        batch = begun if begun is not None and resume else _checked(data, file.name, by, mapped)
    except DomainError as error:
        db.session.rollback()
        sys.exit(str(error))
    if dry_run:
        _report(batch)
        db.session.rollback()
        click.echo("Dry run: nothing was written.")
        return
    if batch is not begun and operations.counts(batch)[Outcome.NEW]:
        operations.confirm(batch, by=by)
    db.session.commit()
    _bring_in(batch)
    _report(batch)


def _checked(data: bytes, name: str, by: Member, mapped: tuple[str, ...]) -> ImportBatch:
    batch = operations.check_file(data, name, by=by)
    if mapped:
        said = dict(pair.rpartition("=")[::2] for pair in mapped)
        for column, field in said.items():
            if column not in batch.columns or field not in FIELDS:
                raise click.BadParameter(
                    f"{column}={field}: write COLUMN=FIELD with a column of the file ({', '.join(batch.columns)}) "
                    f"and one of {', '.join(FIELDS)}",
                    param_hint="--map",
                )
        operations.read_columns_as(batch, {**batch.mapping, **said}, by=by)
    if "title" not in batch.mapping.values():
        sys.exit(f"No column is called “title”. Say which one is it: --map '{batch.columns[0] or 'COLUMN'}=title'.")
    return batch


def _bring_in(batch: ImportBatch) -> None:
    """Row after row, with a commit after each handful; a running worker may help, and each row comes in once."""
    waiting = True
    while waiting:
        begin_mode.set("immediate")
        waiting = operations.go_on(batch)
        db.session.commit()
        tally = operations.counts(batch)
        click.echo(
            f"  {tally[Outcome.IMPORTED]} of {tally[Outcome.IMPORTED] + tally[Outcome.NEW]} brought in", err=True
        )
        db.session.rollback()


def _report(batch: ImportBatch) -> None:
    tally = operations.counts(batch)
    number = 1
    while True:
        rows = queries.rows_of(batch, outcome=Outcome.WRONG, page=number)
        for row in rows:
            for found in row.problems:
                click.echo(f"  row {row.number}, {words.problem(found)}")
        if not rows.has_next:
            break
        number += 1
    fresh = tally[Outcome.NEW] + tally[Outcome.IMPORTED]
    click.echo(f"{fresh} new, {tally[Outcome.KNOWN]} here already, {tally[Outcome.WRONG]} to put right.")
