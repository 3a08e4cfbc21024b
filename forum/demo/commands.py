"""`forum demo`: an invented community, for looking around."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_security import hash_password

from forum.demo.people import SIGN_IN
from forum.demo.staging import has_real_members, has_the_record, is_staged, stage
from forum.kernel.db import begin_mode, db
from forum.kernel.settings import Settings


@click.command("demo")
@with_appcontext
def demo() -> None:
    """Add an invented community to a site that has no real members. A second run changes nothing."""
    settings: Settings = current_app.extensions["forum.settings"]
    begin_mode.set("immediate")
    if is_staged():
        click.echo("The demonstration is here already; nothing was changed.")
    elif has_real_members():
        click.echo("This site has real members. A demonstration belongs on a site of its own; nothing was changed.")
    elif not has_the_record():
        raise click.ClickException("The demonstration talks about the record. Load it first: forum load-record")
    else:
        members, conversations = stage(hash_password(settings.password_of_the_demo()))
        db.session.commit()
        click.echo(f"A demonstration: {members} invented members and {conversations} conversations between them.")
        click.echo(f"Sign in as {', '.join(f'{handle}@example.org' for handle in SIGN_IN)}")
        click.echo(f"with the password {settings.password_of_the_demo()}")
