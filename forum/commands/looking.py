"""What the site says about itself: who may do what, what happens after what, and how it is."""

from __future__ import annotations

import sys
from urllib.parse import urlsplit

import click
from flask import current_app
from flask.cli import with_appcontext

from forum.access.rules import RULES
from forum.inbound import reachability
from forum.kernel import events, health, jobs
from forum.kernel.db import begin_mode, db
from forum.kernel.settings import NOBODY, Settings


@click.command()
def permissions() -> None:
    """Read the rules aloud: who may do what."""
    longest = max(len(can.value) for can in RULES)
    for can, rule in RULES.items():
        click.echo(f"{can.value.rjust(longest)}  {rule.words}")


@click.command("events")
@with_appcontext
def events_() -> None:
    """List what can happen, who reacts to it, and what runs by the clock."""
    for name, kind in sorted(events.KINDS.items()):
        click.secho(name, bold=True, nl=False)
        click.echo(f"  {first_sentence(kind.__doc__)}")
        for handler in events.HANDLERS.get(name, {}):
            click.echo(f"    → {handler}")
    click.secho("\nby the clock", bold=True)
    for job in jobs.PERIODIC.values():
        click.echo(f"    every {job.every}  {job.name}")


def first_sentence(text: str | None) -> str:
    return (text or "").strip().split("\n")[0]


def advice(settings: Settings) -> list[str]:
    """Sentences about settings that work but would hurt on a public site."""
    host = urlsplit(settings.base_url).hostname or ""
    public = host not in ("127.0.0.1", "localhost", "::1")
    found = []
    if not public:
        found.append("BASE_URL is this machine: links in mail will not work for anybody else.")
    if public and not settings.base_url.startswith("https:"):
        found.append("BASE_URL is not https: sessions can be read on the way.")
    if public and settings.trusted_proxies == "0":
        found.append("TRUSTED_PROXIES is 0: behind a reverse proxy all visitors would share one rate limit.")
    if public and settings.mail_url.startswith("file:"):
        found.append("MAIL_URL is file: mail is written to DATA_DIR and reaches nobody.")
    if public and settings.mail_from.endswith("@localhost"):
        found.append("MAIL_FROM ends with @localhost: most servers will refuse such mail.")
    if public and settings.admin_address == NOBODY:
        found.append(
            f"ADMIN_MAIL is empty, and MAIL_FROM is no address one can write to from elsewhere: harvesters at /oai are "
            f"told {NOBODY}. Give the address of whoever answers for the library."
        )
    if settings.database.startswith("postgresql") and not settings.secret_key:
        found.append("SECRET_KEY is kept in DATA_DIR: set it when more than one machine serves the site.")
    return found


@click.command()
@with_appcontext
def check() -> None:
    """Say in sentences how configuration and parts are; exits 1 when something does not work."""
    settings: Settings = current_app.extensions["forum.settings"]
    begin_mode.set("deferred")
    found = [*health.findings(), *reachability.findings(settings)]
    for one in found:
        mark = click.style("well  ", fg="green") if one.well else click.style("UNWELL", fg="red")
        click.echo(f"{mark}  {one.part}: {one.words}")
    for sentence in [*advice(settings), *reachability.advice(settings)]:
        click.echo(f"{click.style('note  ', fg='yellow')}  {sentence}")
    db.session.remove()
    sys.exit(0 if all(one.well for one in found) else 1)
