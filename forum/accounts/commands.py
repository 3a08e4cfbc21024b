"""`forum member …`: accounts from the command line, for the first secretariat and for emergencies."""

from __future__ import annotations

import sys

import click
from flask import current_app
from flask.cli import AppGroup
from flask_security import hash_password

from forum.accounts.forms import CHARTER_VERSION
from forum.accounts.models import Member, Office
from forum.accounts.queries import handle_for
from forum.kernel import clock
from forum.kernel.db import db, save

member_group = AppGroup("member", help="Accounts: create one.")


@member_group.command("create")
@click.option("--email", required=True, help="Their address; counts as confirmed.")
@click.option("--name", required=True, help="Their name.")
@click.option("--role", type=click.Choice([office.value for office in Office]), default="member", show_default=True)
@click.option("--language", default="en", show_default=True)
@click.option("--password-stdin", is_flag=True, required=True, help="Read the password from standard input.")
def create(email: str, name: str, role: str, language: str, password_stdin: bool) -> None:
    """Create an admitted member; whoever runs this has their statement and consent."""
    security = current_app.extensions["forum.security"]
    try:
        address = security.mail_util.validate(email)
    except ValueError as error:
        raise click.BadParameter(f"{email!r} is no e-mail address") from error
    if security.datastore.find_user(email=address, case_insensitive=True):
        raise click.ClickException(f"there is a member with the address {address} already")
    password = sys.stdin.readline().rstrip("\r\n")
    with current_app.test_request_context():  # Flask-Security's messages want a language
        wrong, password = security.password_util.validate(password, True, name=name, email=address)
    if wrong:
        raise click.ClickException(f"the password will not do: {' '.join(wrong)}")
    now = clock.now()
    member = save(
        Member(
            email=address,
            name=" ".join(name.split()),
            handle=handle_for(name),
            office=Office(role),
            language=language,
            password=hash_password(password),
            confirmed_at=now,
            approved_at=now,
            adult_stated_at=now,
            charter_accepted_at=now,
            charter_version=CHARTER_VERSION,
        )
    )
    db.session.commit()
    click.echo(f"{member.name} is @{member.handle}, {member.office.value}.")
    if member.needs_second_factor:
        click.echo("At the first sign-in they will be asked to set up a second step.")
