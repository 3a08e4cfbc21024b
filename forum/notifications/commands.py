"""`forum digests`: make those that are due, now, or see what one would say."""

from __future__ import annotations

from datetime import UTC, datetime

import click
from flask.cli import with_appcontext
from flask_babel import force_locale
from sqlalchemy import select

from forum.accounts.models import Member
from forum.kernel import clock
from forum.kernel.db import begin_mode, db
from forum.kernel.mail import Maildir, outgoing
from forum.notifications.operations import peek
from forum.notifications.preparing import begin_telling, hurry, letter_of, look, prepare_due
from forum.notifications.screening import BATCH


@click.command("digests")
@click.option("--now", is_flag=True, help="Do not wait for each member's hour.")
@click.option("--member", "address", help="Only for the member with this address.")
@click.option("--dry-run", is_flag=True, help="Say what would be sent; send nothing, remember nothing.")
@click.option(
    "--at",
    type=click.DateTime(["%Y-%m-%dT%H:%M"]),
    help="As if it were this moment (UTC), to try out a day to come. Only where mail goes to a folder.",
)
@with_appcontext
def digests(now: bool, address: str | None, dry_run: bool, at: datetime | None) -> None:
    """Make the digests that are due; the worker hands them over."""
    if at and not isinstance(outgoing(), Maildir):
        raise click.ClickException("--at is for trying out; here mail goes to people")
    moment = at.replace(tzinfo=UTC) if at else clock.now()
    member_id = None
    if address:
        member_id = db.session.scalar(select(Member.id).where(Member.email == address))
        if member_id is None:
            raise click.ClickException(f"there is no member with the address {address}")
    if dry_run:
        _say(member_id, moment)
        return
    begin_mode.set("immediate")
    if now:
        hurry(now=moment, member_id=member_id)
    else:
        begin_telling(now=moment)
    db.session.commit()
    tried = 0
    while done := prepare_due(BATCH, at=moment):
        tried += done
    click.echo(f"looked at {tried} members")


def _say(member_id: int | None, moment: datetime) -> None:
    """Print what each digest would say at a moment."""
    begin_mode.set("deferred")
    query = select(Member).where(Member.approved_at.is_not(None), Member.erased_at.is_(None)).order_by(Member.id)
    for member in db.session.scalars(query if member_id is None else query.where(Member.id == member_id)):
        choice = peek(member)
        with force_locale(member.language):
            prepared = look(member, choice, until=moment)
        if not prepared.is_worth_a_mail:
            click.echo(f"{member.email}: nothing new")
            continue
        click.echo(f"{member.email}: {len(prepared.lines)} lines, {prepared.left_out} more")
        if member_id is not None:
            click.echo(letter_of(member, choice, prepared, key="dry-run").text)
