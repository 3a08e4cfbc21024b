"""`forum digests`: make those that are due, now, or see what one would say."""

from __future__ import annotations

import click
from flask.cli import with_appcontext
from flask_babel import force_locale
from sqlalchemy import select

from forum.accounts.models import Member
from forum.kernel import clock
from forum.kernel.db import begin_mode, db
from forum.notifications.operations import peek
from forum.notifications.preparing import begin_telling, hurry, letter_of, look, prepare_due


@click.command("digests")
@click.option("--now", is_flag=True, help="Do not wait for each member's hour.")
@click.option("--member", "address", help="Only for the member with this address.")
@click.option("--dry-run", is_flag=True, help="Say what would be sent; send nothing, remember nothing.")
@with_appcontext
def digests(now: bool, address: str | None, dry_run: bool) -> None:
    """Make the digests that are due; the worker hands them over."""
    member_id = None
    if address:
        member_id = db.session.scalar(select(Member.id).where(Member.email == address))
        if member_id is None:
            raise click.ClickException(f"there is no member with the address {address}")
    if dry_run:
        _say(member_id)
        return
    begin_mode.set("immediate")
    if now:
        hurry(now=clock.now(), member_id=member_id)
    else:
        begin_telling(now=clock.now())
    db.session.commit()
    tried = 0
    while done := prepare_due(200):
        tried += done
    click.echo(f"looked at {tried} members")


def _say(member_id: int | None) -> None:
    """Print what each digest would say at this moment."""
    begin_mode.set("deferred")
    query = select(Member).where(Member.approved_at.is_not(None), Member.erased_at.is_(None)).order_by(Member.id)
    for member in db.session.scalars(query if member_id is None else query.where(Member.id == member_id)):
        choice = peek(member)
        with force_locale(member.language):
            prepared = look(member, choice, until=clock.now())
        if not prepared.lines:
            click.echo(f"{member.email}: nothing new")
            continue
        click.echo(f"{member.email}: {len(prepared.lines)} lines, {prepared.left_out} more")
        if member_id is not None:
            click.echo(letter_of(member, choice, prepared, key="dry-run").text)
