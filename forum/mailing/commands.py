"""`forum mail …`: how the mail does, and mending it, for those who run the machine."""

from __future__ import annotations

import click
from flask.cli import AppGroup
from sqlalchemy import select

from forum.kernel import clock
from forum.kernel.db import begin_mode, db
from forum.kernel.errors import DomainError
from forum.kernel.mail import Delivery, Reason, State, Suppression
from forum.mailing import operations
from forum.mailing.counting import folded, oldest_waiting, sent_counts, troubles

mail_group = AppGroup("mail", help="Mail: what waits, what is held, which addresses are paused; and mending it.")


@mail_group.command("queue")
def queue() -> None:
    """Say how much was sent in the last hour, day and week, what waits, and what somebody has to mend."""
    begin_mode.set("deferred")
    found = folded(sent_counts(), 0, 1)
    if not found:
        click.echo("No mail in the last week.")
    for one in found:
        state, reason = one.key
        words = f"{state} ({reason})" if reason else state
        click.echo(f"{words}: {one.hour} in the last hour, {one.day} in the last day, {one.week} in the last week")
    if (oldest := oldest_waiting()) is not None:
        click.echo(f"The oldest waits for {int((clock.now() - oldest).total_seconds() / 60)} minutes.")
    for trouble in troubles():
        mend = f' Once it is mended: forum mail retry --held "{trouble.reason}"' if trouble.state is State.HELD else ""
        click.secho(f"To mend: {trouble.count} {trouble.state} ({trouble.reason}). {trouble.response}{mend}", fg="red")


@mail_group.command("retry")
@click.argument("number", type=int, required=False)
@click.option("--held", type=click.Choice([reason.value for reason in Reason if reason]), help="All held for this.")
def retry(number: int | None, held: str | None) -> None:
    """Try again at once: the mail with this NUMBER, or all that are held for one reason."""
    if (number is None) == (held is None):
        raise click.UsageError("give the number of a mail, or --held with a reason")
    begin_mode.set("immediate")
    try:
        if held:
            count = operations.release(Reason(held), by=None)
        else:
            operations.send_again(_mail(number or 0), by=None)
            count = 1
    except DomainError as no:
        raise click.ClickException(str(no)) from no
    db.session.commit()
    click.echo(f"{count} go at once." if count else "Nothing is held for that reason.")


def _mail(number: int) -> Delivery:
    if (found := operations.locked(number)) is None:
        raise click.ClickException(f"there is no mail {number}")
    return found


@mail_group.command("suppressed")
@click.argument("part", default="")
def suppressed(part: str) -> None:
    """List the addresses that get no mail, or those with PART in them, the latest first."""
    begin_mode.set("deferred")
    query = select(Suppression).where(Suppression.holds(clock.now())).order_by(Suppression.id.desc())
    if part:
        query = query.where(Suppression.address.contains(part.casefold(), autoescape=True))
    found = db.session.scalars(query).all()
    for pause in found:
        until = f", until {pause.until:%Y-%m-%d %H:%M} UTC" if pause.until else ""
        click.echo(f"{pause.address}: {pause.reason}, since {pause.since:%Y-%m-%d %H:%M} UTC{until}. {pause.response}")
    if not found:
        click.echo("No address is paused.")


@mail_group.command("lift")
@click.argument("address")
@click.option("--why", default="from the command line", show_default=True, help="For whoever looks at it later.")
def lift(address: str, why: str) -> None:
    """Send to ADDRESS again."""
    begin_mode.set("immediate")
    try:
        operations.lift_pause(address, words=why, by=None)
    except DomainError as no:
        raise click.ClickException(str(no)) from no
    db.session.commit()
    click.echo(f"Mail goes to {address} again, from the next one on.")
