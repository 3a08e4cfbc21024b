"""Every mail we send keeps every rule, whatever people call themselves, their groups and their threads."""

from __future__ import annotations

import re
from email import message_from_bytes, policy

import dkim
import pytest
from sqlalchemy import select

from forum.kernel import clock
from forum.kernel.db import db
from forum.kernel.mail import Delivery, Maildir, Office
from tests import checked_mail
from tests.every_mail import MAILS, rename, templates_of_mails

WORDS = {
    "plain": "Water by night",
    "a header": "Hello\r\nBcc: everybody@example.org\r\n\r\nBody",
    "long": "x" * 700,
    "long words": "Juvenile justice " * 40,
    "emoji": "👩🏽‍⚖️😀" * 60,
    "arabic": "الأطفال المحرومون من حريتهم " * 20,
    "nul": "a\x00b\x1bc\x7f",
    "quotes": 'a "b" <c@d.org>, e; (f) \\ g @',
    "encoded": "=?utf-8?q?Bcc:_x?= =?utf-8?b?####?=",
    "markup": "<script>alert(1)</script><img src=https://x.org/1.gif onerror=x> {{ 7*7 }} </style>",
    "directions": "\u202eevil\u2066 \u2028line\u2029 \u0085",
    "empty": "",
}


@pytest.fixture
def site(app, tmp_path):
    """A public site that signs its mail and takes answers."""
    kept, base = app.extensions["forum.mail"], app.config["BASE_URL"]
    app.config["BASE_URL"] = checked_mail.BASE
    office = Office(checked_mail.SENDER, Maildir(tmp_path), checked_mail.signer(), checked_mail.RETURN_DOMAIN)
    app.extensions["forum.mail"] = office
    yield office
    app.extensions["forum.mail"], app.config["BASE_URL"] = kept, base


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS.keys())
@pytest.mark.parametrize("place", MAILS)
def test_it_keeps_every_rule(site, cast, place, words):
    if "\x00" in words and db.engine.dialect.name == "postgresql":
        words = words.replace("\x00", "")  # that database holds none
    rename(cast, words)
    MAILS[place](cast, words)
    db.session.flush()
    deliveries = db.session.scalars(select(Delivery)).all()
    assert deliveries, f"{place} promised nothing: its deed in tests/every_mail.py has to change"
    for delivery in deliveries:
        mail = site.bytes_of(delivery)
        assert checked_mail.wrong(mail, kind=delivery.kind, envelope=site.envelope(delivery)) == {}
        agrees(mail)
        assert later(site, delivery) == mail_id(mail), "the name of a mail never changes"


def agrees(mail: bytes) -> None:
    """What others say of it: the library's parser, and a verifier of signatures by another hand."""
    parsed = message_from_bytes(mail, policy=policy.default)
    for part in parsed.walk():
        assert not part.defects
        assert all(not value.defects for value in part.values())
    assert parsed["Bcc"] is None and len(parsed["From"].addresses) == len(parsed["To"].addresses) == 1
    assert dkim.verify(mail, dnsfunc=lambda *_, **__: checked_mail.published())


def later(site: Office, delivery: Delivery) -> str:
    """Its name, put together another day."""
    return mail_id(site.bytes_of(delivery)) if clock.now() else ""


def mail_id(mail: bytes) -> str:
    return re.findall(rb"\r\nMessage-ID: (\S+)\r\n", mail)[0].decode()


def test_every_template_of_a_mail_is_among_them(site, app, cast, monkeypatch):
    seen = set()
    found = app.jinja_env.loader.get_source

    def noting(environment, template):
        seen.add(template)
        return found(environment, template)

    monkeypatch.setattr(app.jinja_env.loader, "get_source", noting)
    app.jinja_env.cache.clear()
    for deed in MAILS.values():
        deed(cast, "Water by night")
    assert templates_of_mails() - seen == set()
