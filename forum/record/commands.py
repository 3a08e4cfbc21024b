"""`forum load-record`: the congresses, meetings, recommendations, resources and words of fifteen years."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask.cli import with_appcontext

from forum.kernel.db import begin_mode, db
from forum.record.loading import OUR_OWN, Counts, load
from forum.record.shapes import BadRecord


@click.command("load-record")
@click.argument("path", type=click.Path(exists=True, file_okay=False, path_type=Path), default=OUR_OWN)
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@with_appcontext
def load_record(path: Path, dry_run: bool) -> None:
    """Bring in the record from PATH (as it comes with the forum, if not given). Loading it again changes nothing."""
    begin_mode.set("immediate")
    try:
        counts = load(path, say=click.echo)
    except BadRecord as error:
        db.session.rollback()
        for problem in error.problems:
            click.echo(f"  {problem}", err=True)
        click.echo(f"Nothing was loaded: {len(error.problems)} to put right, listed above.", err=True)
        sys.exit(1)
    if dry_run:
        db.session.rollback()
    else:
        db.session.commit()
    report(counts, dry_run=dry_run)


def report(counts: Counts, *, dry_run: bool) -> None:
    """One line for each kind, and one for all."""
    for kind, count in counts.items():
        click.echo(
            f"  {kind:16} {count['created']:4} created {count['changed']:4} changed {count['unchanged']:4} unchanged"
        )
    changed = sum(count["created"] + count["changed"] for count in counts.values())
    if dry_run:
        click.echo(f"Dry run: {changed} would be created or changed; nothing was written.")
    else:
        click.echo(f"The record is loaded: {changed} created or changed." if changed else "The record is up to date.")
