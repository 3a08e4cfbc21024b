"""A site that sends mail into a folder, and people who know their passwords."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from flask_security import hash_password

from forum.kernel import jobs
from forum.kernel.db import db
from forum.kernel.mail import Maildir, Office, Sender

PASSWORD = "llueve sobre el tejado"


@pytest.fixture
def post_office(app, tmp_path):
    """`mails(to=)` gives what was sent after the worker has run; `link(to=)` the path in the latest of them."""
    kept, app.extensions["forum.mail"] = (
        app.extensions["forum.mail"],
        Office(Sender("Forum", "f@x.org"), Maildir(tmp_path)),
    )

    def mails(to: str = ""):
        db.session.commit()  # let go of the database
        with app.app_context():  # the worker's own session, as in life
            jobs.drain()
        found = [mail for _name, mail in app.extensions["forum.mail"].outgoing.newest()]
        return [mail for mail in found if to in mail["To"]]

    def link(to: str = ""):
        return re.search(
            r"http://127\.0\.0\.1:8000(/(?:confirm|reset|sign-up|me/settings/email)\S*)", mails(to)[0].get_content()
        )[1]

    yield SimpleNamespace(mails=mails, link=link)
    app.extensions["forum.mail"] = kept


@pytest.fixture
def with_password(app):
    """Give a member the password everybody in these tests has."""

    def give(member, **values):
        member.password = hash_password(PASSWORD)
        for name, value in values.items():
            setattr(member, name, value)
        db.session.commit()
        return member

    return give


@pytest.fixture
def sign_in(app, as_):
    """A fresh browser in which somebody has typed an address and a password."""

    def do(email: str, password: str = PASSWORD, **fields):
        client = as_(None)
        client.answer = client.post("/sign-in", data={"email": email, "password": password, **fields})
        return client

    return do


def is_signed_in(client) -> bool:
    return client.get("/me/settings/security").status_code == 200


def newcomer(**values) -> dict[str, str]:
    """What somebody types to sign up."""
    return {
        "name": "Nadia Benali",
        "email": "nadia@example.org",
        "password": PASSWORD,
        "language": "fr",
        "is_adult": "y",
        "accepts_charter": "y",
        **values,
    }
