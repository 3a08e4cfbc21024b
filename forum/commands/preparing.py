"""What comes before serving: setting the site up, and building it so that processes can share it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from forum import warming
from forum import worker as worker_loop
from forum.app import create_app
from forum.kernel.db import db
from forum.kernel.later import Later
from forum.kernel.settings import Settings
from forum.search import engine

if TYPE_CHECKING:
    import flask_migrate
else:
    flask_migrate = Later("flask_migrate")


def settings() -> Settings:
    found: Settings = current_app.extensions["forum.settings"]
    return found


def call(context: click.Context, name: str, **arguments: object) -> bool:
    """Run another command of ours by name; False when this installation has none of that name."""
    root = context.find_root()
    assert isinstance(root.command, click.Group)
    command = root.command.get_command(root, name)
    if command is None:
        return False
    context.invoke(command, **arguments)
    return True


@click.command()
@click.pass_context
@with_appcontext
def init(context: click.Context) -> None:
    """Make the data folder, bring the database up to date, load the record."""
    settings().data_path.mkdir(parents=True, exist_ok=True)
    flask_migrate.upgrade()
    call(context, "load-record")
    db.session.remove()


@click.command()
@with_appcontext
def worker() -> None:
    """Only the worker: keeps what requests promised. Any number of them may run."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    worker_loop.run(app)


def built_to_fork() -> Flask:
    """The application, with at hand what children will share, and nothing open that they must not."""
    app = create_app()
    with app.app_context():
        warming.warm(app)
        db.session.remove()
        db.engine.dispose()  # a forked child must not share a connection with its parent
        engine.current().close()
    return app


def prepare(context: click.Context, *, demo: bool) -> None:
    """What a start needs. The record and the demo community are loaded once; a mark in DATA_DIR remembers it."""
    with create_app().app_context():
        folder = settings().data_path
        folder.mkdir(parents=True, exist_ok=True)
        flask_migrate.upgrade()
        once(folder / "record.loaded", lambda: call(context, "load-record"))
        if demo:
            password = settings().password_of_the_demo()
            once(folder / "demo.loaded", lambda: call(context, "demo"))
            click.echo(f"\n  Demo accounts, all with the password  {password}")
            click.echo("    ana@example.org (facilitator)  bao@example.org (member)  chidi@example.org (moderator)")
            click.echo(
                "    dora@example.org (elsewhere)  youssef@example.org (Arabic)  sofia@example.org (secretariat)"
            )


def once(mark: Path, deed: Callable[[], bool]) -> None:
    """Do it unless it was done before."""
    if not mark.exists() and deed():
        mark.touch()
