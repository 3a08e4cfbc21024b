"""Chores about citations."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from forum.instruments import operations
from forum.kernel.db import begin_mode, db


@click.command("find-citations")
@click.option("--after", default=0, help="Go on after the entry with this number.")
@with_appcontext
def find_citations(after: int) -> None:
    """Read law in everything there is: after an upgrade that reads it otherwise. May be stopped and run again."""
    changes = 0
    begin_mode.set("deferred")
    while ids := operations.entries_after(after):
        cited = operations.cited_by(ids)
        db.session.rollback()
        begin_mode.set("immediate")
        changes += operations.note(cited)
        db.session.commit()
        begin_mode.set("deferred")
        after = ids[-1]
        click.echo(f"up to entry {after}: {changes} citations found or withdrawn")
    db.session.rollback()
    click.echo(f"Done. {changes} citations were found or withdrawn.")
