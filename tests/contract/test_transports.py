"""Three ways for mail to come in, one contract: what was said to be kept is kept, once; what was not comes again."""

from __future__ import annotations

import smtplib
import socket
import threading
from contextlib import suppress
from dataclasses import replace
from types import SimpleNamespace

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from forum.inbound import arriving
from forum.inbound.hook import signature
from forum.inbound.listening import Door
from forum.inbound.mailbox import MailboxTrouble, fetch
from forum.inbound.models import ReceivedMail, Transport
from forum.kernel import clock
from forum.kernel.db import begin_mode, db
from forum.kernel.mail import Maildir, Office, Sender
from forum.notifications.tokens import Purpose, Token
from forum.web.limits import Counts
from tests.imap_server import imap_server
from tests.servers import free_port

KEY = "a key that only the provider knows"
YES, NO, LATER = "kept", "refused", "come again"


def mail(*lines: str, to: str = "") -> bytes:
    head = ["From: Bao <bao@example.org>", f"To: {to}", "Subject: Re: Water", "Message-ID: <1@bao>", ""]
    return "\r\n".join([*head, *(lines or ("I agree.",)), ""]).encode()


class ByLmtp:
    transport = Transport.LMTP

    def __init__(self, app):
        self.port = free_port()
        self.door = Door(app, "127.0.0.1", self.port)
        threading.Thread(target=self.door.serve_forever, kwargs={"poll_interval": 0.05}).start()

    def hand_over(self, raw, to, sender="bao@example.org"):
        with smtplib.LMTP("127.0.0.1", self.port) as client:
            client.ehlo()
            client.mail(sender, ["SMTPUTF8", "BODY=8BITMIME"] if not to.isascii() else [])
            code, _ = client.rcpt(to, [])
            if code == 250:
                code, _ = client.data(raw)
            return {2: YES, 4: LATER, 5: NO}[code // 100]

    def break_off(self, raw, to):
        with socket.create_connection(("127.0.0.1", self.port)) as wire:
            wire.sendall(f"LHLO x\r\nMAIL FROM:<bao@example.org>\r\nRCPT TO:<{to}>\r\nDATA\r\n".encode() + raw)

    def close(self):
        self.door.close()


class ByImap:
    transport = Transport.IMAP

    def __init__(self, app):
        self.app = app
        self.serving = imap_server()
        self.box = self.serving.__enter__()

    def hand_over(self, raw, to, sender="bao@example.org"):
        number = self.box.next
        self.box.put(raw)
        return self.look(number)

    def look(self, number):
        with self.app.app_context(), suppress(MailboxTrouble, OperationalError):
            fetch(self.box.url)
        return LATER if number in self.box.mails else (YES if self.box.folders.get("Read") else NO)

    def break_off(self, raw, to):
        self.box.hang_up_at.append("FETCH")
        self.hand_over(raw, to)
        self.box.mails.clear()

    def close(self):
        self.serving.__exit__(None, None, None)


class ByWebhook:
    transport = Transport.WEBHOOK

    def __init__(self, app):
        self.app = app

    def post(self, raw, to, sender="bao@example.org", **headers):
        stamp = str(int(clock.now().timestamp()))
        said = {"X-Forum-Timestamp": stamp, "X-Forum-From": sender, "X-Forum-To": to}
        signed = signature(KEY, said["X-Forum-Timestamp"], sender, to, raw)
        with self.app.app_context():
            return self.app.test_client().post(
                "/inbound/mail",
                data=raw,
                content_type="message/rfc822",
                headers={**said, "X-Forum-Signature": signed, **headers},
            )

    def hand_over(self, raw, to, sender="bao@example.org"):
        code = self.post(raw, to, sender).status_code
        return YES if code == 200 else LATER if code >= 500 or code == 429 else NO

    def break_off(self, raw, to):
        pass  # gunicorn never calls us with half a body

    def close(self):
        pass


@pytest.fixture(params=[ByLmtp, ByImap, ByWebhook], ids=["lmtp", "imap", "webhook"])
def way(request, app, tmp_path, monkeypatch):
    office = Office(Sender("Forum", "forum@example.org"), Maildir(tmp_path), return_domain="reply.example.org")
    monkeypatch.setitem(app.extensions, "forum.mail", office)
    monkeypatch.setitem(app.extensions, "forum.settings", replace(app.extensions["forum.settings"], inbound_key=KEY))
    app.config["PROPAGATE_EXCEPTIONS"] = False
    way = request.param(app)
    yield way
    way.close()
    app.config["PROPAGATE_EXCEPTIONS"] = None


@pytest.fixture
def to(app, cast):
    address = f"{Token(Purpose.ANSWER_POST, cast.bao.id, 1)}@reply.example.org"
    db.session.commit()
    return address


def kept():
    db.session.rollback()
    begin_mode.set("deferred")
    rows = [
        SimpleNamespace(to=r.envelope_to, raw=r.raw, transport=r.transport, sender=r.envelope_from)
        for r in db.session.scalars(select(ReceivedMail))
    ]
    db.session.rollback()
    return rows


def test_it_is_kept_as_it_came(way, to):
    raw = mail("Grüße, and a line of dots", ".", "..", "يا", to=to)
    assert way.hand_over(raw, to) == YES
    (row,) = kept()
    assert (row.raw, row.to, row.transport, row.sender) == (raw, to, way.transport, "bao@example.org")


def test_a_line_of_ninety_kilobytes_is_a_line(way, to):
    raw = mail("x" * 90_000, to=to)
    assert way.hand_over(raw, to) == YES
    assert kept()[0].raw == raw


def test_the_same_mail_again_is_said_to_be_kept_and_is_one(way, to):
    assert way.hand_over(mail(to=to), to) == way.hand_over(mail(to=to), to) == YES
    assert len(kept()) == 1


@pytest.mark.parametrize(
    "address", ["nobody@reply.example.org", "b-aaaaaaaaaaaaaaaaaaaaaaaa@reply.example.org", "ana@example.org"]
)
def test_an_address_that_means_nothing_is_refused(way, app, cast, address):
    db.session.commit()
    assert way.hand_over(mail(to=address), address) == NO
    assert kept() == []


def test_a_group_has_an_address_and_a_private_one_for_its_members(way, cast):
    cast.ana.email, cast.bao.email = "ana@example.org", "bao@example.org"
    db.session.commit()
    assert way.hand_over(mail(to="andes@reply.example.org"), "andes@reply.example.org") == YES
    secret = "inner-circle@reply.example.org"
    theirs = mail(to=secret).replace(b"Bao <bao", b"Ana <ana")
    first, second = way.hand_over(mail(to=secret), secret), way.hand_over(theirs, secret, "ana@example.org")
    assert (first, second) == (NO, YES) or way.transport is Transport.IMAP
    assert [row.sender for row in kept() if row.to == secret] == ["ana@example.org"]


def test_while_the_database_is_away_nothing_is_said_to_be_kept(way, to, monkeypatch):
    def away(*_args, **_values):
        raise OperationalError("INSERT", {}, Exception("disk I/O error"))

    with monkeypatch.context() as patched:
        patched.setattr(arriving, "insert_or", away)
        assert way.hand_over(mail(to=to), to) == LATER
    assert kept() == []
    assert (way.look(1) if way.transport is Transport.IMAP else way.hand_over(mail(to=to), to)) == YES
    assert len(kept()) == 1


def test_what_is_too_large_is_refused(way, to, monkeypatch):
    monkeypatch.setattr(ReceivedMail, "LARGEST", 5000)
    assert way.hand_over(mail("x" * 6000, to=to), to) == NO
    assert kept() == []


def test_a_connection_that_breaks_within_a_mail_leaves_nothing(way, to):
    way.break_off(mail(to=to), to)
    assert kept() == []


def test_one_mail_by_eight_hands_at_once_is_one(way, to):
    raw = mail(to=to)
    said = []

    def hand():
        said.append(way.hand_over(raw, to))

    threads = [threading.Thread(target=hand) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(kept()) == 1
    assert YES in said and NO not in said


@pytest.mark.slow
def test_too_much_at_once_is_put_off(way, app, to, monkeypatch):
    monkeypatch.setitem(app.extensions, "forum.limits", Counts(app.extensions["forum.limits"].windows, True))
    answers = [way.hand_over(mail(str(number), to=to), to, f"many-{way.transport}@example.org") for number in range(62)]
    assert answers[0] == YES
    assert answers[-1] == LATER or way.transport is Transport.IMAP
    assert len(kept()) == 60
