"""`forum reindex` and `forum search`."""

from __future__ import annotations

import sys
import time
from dataclasses import replace

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import func, select

from forum.accounts.models import Member
from forum.entries.models import Entry
from forum.kernel.db import db
from forum.kernel.settings import Settings, WrongSetting
from forum.search import engine, engines
from forum.search.engine import Busy, Sort
from forum.search.queries import search
from forum.search.rebuilding import rebuild_a_little

ENGINES = ("whoosh", "tantivy", "postgresql")


@click.command("reindex")
@click.option(
    "--engine", "name", type=click.Choice(ENGINES), help="Build for this engine beforehand; SEARCH_URL then names it."
)
@click.option("--afresh", is_flag=True, help="Forget a rebuild that was begun, instead of going on with it.")
@with_appcontext
def reindex(name: str | None, afresh: bool) -> None:
    """Build the search index anew while the site goes on answering from the present one, then swap.

    Stopped half-way, it goes on where it was the next time.
    """
    settings: Settings = current_app.extensions["forum.settings"]
    own = engine.current()
    try:
        chosen = engines.choose(replace(settings, search_url=f"{name}:")) if name and name != own.name else own
    except WrongSetting as error:
        sys.exit(str(error))
    expected = sum(db.session.scalar(select(func.count()).select_from(table)) or 0 for table in (Entry, Member))
    began = time.monotonic()
    try:
        while progress := rebuild_a_little(chosen, seconds=10, afresh=afresh, for_this_site=chosen is own):
            afresh = False
            click.echo(f"  {progress.documents} of about {expected} documents", err=True)
    except Busy as error:
        sys.exit(f"Not now: {error}. Nothing was lost; try again in a moment.")
    click.echo(f"The index is new: {chosen.count()} documents in {time.monotonic() - began:.1f} s.")
    if chosen is not own:
        click.echo(f"To answer from it, set FORUM_SEARCH_URL={name}: and start the site anew.")


@click.command("search")
@click.argument("query", nargs=-1, required=True)
@click.option("--as", "email", help="See what this member sees; a visitor otherwise.")
@click.option("--newest", is_flag=True, help="Newest first.")
@with_appcontext
def search_command(query: tuple[str, ...], email: str | None, newest: bool) -> None:
    """Search from here: what is found, with addresses."""
    reader = db.session.scalar(select(Member).where(Member.email == email)) if email else None
    if email and reader is None:
        sys.exit(f"There is no member with the address {email}.")
    sort = Sort.DATE if newest else Sort.RELEVANCE
    answer = search(engine.current(), " ".join(query), reader=reader, language="en", filters={}, sort=sort)
    if answer.catching_up:
        sys.exit("The index is not ready. A running worker builds it; `forum reindex` does it now.")
    click.echo(f"{answer.total} found")
    for bridge in answer.across.bridges:
        terms = ", ".join(f"{term.text} ({term.language})" for term in bridge.added)
        click.echo(f"Also searched for {bridge.typed} [{bridge.concept.slug}]: {terms}")
    for result in answer.page:
        title = "".join(piece.text for piece in result.title)
        click.echo(f"  {result.kind:14} {title}  {current_app.config['BASE_URL']}{result.url}")
    if answer.instead:
        click.echo(f"Did you mean: {answer.instead}")
