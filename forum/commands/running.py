"""Keeping the site running. Whoever looks after the processes holds no application: see `forum/serving/keeper.py`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from forum.commands.apart import apart
from forum.kernel.later import Later
from forum.kernel.settings import from_environment

if TYPE_CHECKING:
    from forum import serving
    from forum import worker as worker_loop
    from forum.commands import preparing
else:
    preparing, worker_loop = Later("forum.commands.preparing"), Later("forum.worker")
    serving = Later("forum.serving")  # gunicorn reads WEB_CONCURRENCY as it is loaded, and ends where that is no number


def port() -> int:
    """PORT from the environment, as every host sets it."""
    given = os.environ.get("PORT") or "8000"
    if not given.isdecimal() or not 0 < int(given) < 65536:
        raise click.ClickException(f"PORT is {given!r}, which cannot work: give a number from 1 to 65535, such as 8000")
    return int(given)


def check_how_many() -> None:
    """WEB_CONCURRENCY from the environment, which gunicorn reads by itself, and speaks of without naming it."""
    given = os.environ.get("WEB_CONCURRENCY") or "2"
    if not given.isdecimal() or not 0 < int(given) <= 1000:
        raise click.ClickException(
            f"WEB_CONCURRENCY is {given!r}, which cannot work: give a number of processes, such as 2"
        )


@click.command()
@click.option("--demo", is_flag=True, help="At the first start, add a community of made-up members, marked as such.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.pass_context
def run(context: click.Context, demo: bool, host: str) -> None:
    """Web server and worker under one command; sets the site up first. PORT says where (default 8000)."""
    check_how_many()
    name = from_environment().site_name
    socket = serving.listen(host, port())
    apart(lambda: preparing.prepare(context, demo=demo))
    click.echo(f"\n  {name} is open on http://{host}:{port()}  (Ctrl-C stops it)\n")
    try:
        serving.Web(
            lambda: preparing.built_to_fork(), f"fd://{socket.fileno()}", lambda app: worker_loop.run(app)
        ).run()
    finally:
        click.echo("Stopped.")


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
def web(host: str) -> None:
    """Only the web server (gunicorn); run the worker beside it."""
    check_how_many()
    serving.Web(lambda: preparing.built_to_fork(), f"{host}:{port()}").run()
