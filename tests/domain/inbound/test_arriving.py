"""From the wire to a fate: kept once, read elsewhere, settled once."""

import pytest
from sqlalchemy import select

from forum.inbound.arriving import take_in
from forum.inbound.lane import read_what_came
from forum.inbound.models import Fate, ReceivedMail, Transport
from forum.kernel.db import db
from forum.notifications.tokens import Purpose, Token
from tests import make

MAIL = b"From: Bao <bao@example.org>\r\nTo: x\r\nSubject: Re: Juges\r\nMessage-ID: <1@bao>\r\n\r\nI agree with every word.\r\n"


@pytest.fixture
def address(front_desk, cast):
    thread = cast.thread
    token = Token(Purpose.ANSWER_POST, cast.bao.id, make.post(thread, by=cast.ana).id)
    db.session.commit()
    return f"{token}@reply.example.org"


def come(to, raw=MAIL, sender="bao@example.org"):
    return take_in(raw, transport=Transport.LMTP, envelope_from=sender, envelope_to=to)


def turn(app):
    with app.app_context():
        tried = read_what_came(100, lambda: False)
    db.session.rollback()
    db.session.expire_all()
    return tried


def rows():
    db.session.rollback()
    return list(db.session.scalars(select(ReceivedMail).order_by(ReceivedMail.id)))


def test_a_mail_is_kept_as_it_came(address):
    come(address.upper())
    (row,) = rows()
    assert (row.raw, row.fate, row.envelope_to) == (MAIL, Fate.RECEIVED, address)


def test_the_same_mail_by_two_ways_is_one(address):
    one = come(address)
    other = (
        b"Received: from a by b;\r\n\tMonday\r\nX-Spam: no\r\nAuthentication-Results: mx;\r\n dkim=pass\r\n"
        + MAIL.replace(b"\r\n", b"\n")
    )
    assert come(address, other) == one
    assert len(rows()) == 1


def test_another_mail_is_another(address):
    assert come(address) != come(address, MAIL + b"And more.\r\n")


def test_it_is_read_and_settled(app, address):
    come(address)
    assert turn(app) == 1
    (row,) = rows()
    assert row.sender == "bao@example.org" and row.message_id == "1@bao"
    assert row.fate is not Fate.RECEIVED and row.settled_at and row.leased_by is None
    assert turn(app) == 0
