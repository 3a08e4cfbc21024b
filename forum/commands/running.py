"""Setting the site up and keeping it running."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from forum import serving, warming
from forum import worker as worker_loop
from forum.commands.apart import apart
from forum.kernel.db import db
from forum.kernel.later import Later
from forum.kernel.settings import Settings
from forum.search import engine

if TYPE_CHECKING:
    import flask_migrate
else:
    flask_migrate = Later("flask_migrate")


def port() -> int:
    """PORT from the environment, as every host sets it."""
    given = os.environ.get("PORT") or "8000"
    if not given.isdigit() or not 0 < int(given) < 65536:
        raise click.ClickException(f"PORT is {given!r}, which cannot work: give a number from 1 to 65535, such as 8000")
    return int(given)


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
@click.option("--demo", is_flag=True, help="At the first start, add a community of made-up members, marked as such.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.pass_context
@with_appcontext
def run(context: click.Context, demo: bool, host: str) -> None:
    """Web server and worker under one command; sets the site up first. PORT says where (default 8000)."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    socket = serving.listen(host, port())
    apart(lambda: prepare(context, demo=demo))
    click.echo(f"\n  {settings().site_name} is open on http://{host}:{port()}  (Ctrl-C stops it)\n")
    make_ready_to_fork(app)
    serving.Supervisor(
        {
            "web": lambda: serving.Web(app, f"fd://{socket.fileno()}").run(),
            "worker": lambda: worker_loop.run(app),
        }
    ).run()
    click.echo("Stopped.")


def make_ready_to_fork(app: Flask) -> None:
    """Have at hand what children will share, and nothing open that they must not."""
    warming.warm(app)
    db.session.remove()
    db.engine.dispose()  # a forked child must not share a connection with its parent
    engine.current().close()


def prepare(context: click.Context, *, demo: bool) -> None:
    """What a start needs. The record and the demo community are loaded once; a mark in DATA_DIR remembers it."""
    folder = settings().data_path
    folder.mkdir(parents=True, exist_ok=True)
    flask_migrate.upgrade()
    once(folder / "record.loaded", lambda: call(context, "load-record"))
    if demo:
        password = settings().password_of_the_demo()
        once(folder / "demo.loaded", lambda: call(context, "demo"))
        click.echo(f"\n  Demo accounts, all with the password  {password}")
        click.echo("    ana@example.org (facilitator)  bao@example.org (member)  chidi@example.org (moderator)")
        click.echo("    dora@example.org (elsewhere)  youssef@example.org (Arabic)  sofia@example.org (secretariat)")


def once(mark: Path, deed: Callable[[], bool]) -> None:
    """Do it unless it was done before."""
    if not mark.exists() and deed():
        mark.touch()


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@with_appcontext
def web(host: str) -> None:
    """Only the web server (gunicorn); run the worker beside it."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    make_ready_to_fork(app)
    serving.Web(app, f"{host}:{port()}").run()


@click.command()
@with_appcontext
def worker() -> None:
    """Only the worker: keeps what requests promised. Any number of them may run."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    worker_loop.run(app)
