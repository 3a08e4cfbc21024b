"""Through a real mail server and back: what goes out arrives as it was signed, what comes back and what is answered comes in."""

from __future__ import annotations

import base64
import smtplib
import time
from datetime import timedelta
from email.message import EmailMessage

import dkim
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import select, update

from forum.entries.models import Level
from forum.entries.operations import follow
from forum.kernel import clock
from forum.kernel.db import begin_mode, db
from forum.kernel.mail import Delivery, Message, Office, Reason, Sender, Smtp, State, Suppression, promise, sending
from forum.kernel.mail.sending import send_due
from forum.mailing.programs import PROGRAMS, answered
from forum.notifications.models import MailChoice
from forum.notifications.preparing import hurry
from forum.threads import operations as threads
from forum.threads.models import Post, Thread
from tests import checked_mail
from tests.postfix.dropping import dropping
from tests.postfix.server import REPLY_DOMAIN

pytestmark = pytest.mark.slow
PATIENCE = 60  # seconds


def waited_for(look, what):
    """The first thing that `look` finds."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        db.session.rollback()
        begin_mode.set("deferred")
        if found := look():
            return found
        time.sleep(0.1)
    raise AssertionError(f"{what} did not come within {PATIENCE} seconds")


def taken(mta, to):
    """(return address, mail) of what the relay took for somebody, latest first."""
    return [(sender, mail) for sender, recipient, mail in reversed(mta.sink.taken) if recipient == to]


def told(site):
    """Bao is told of a thread in a digest, and of a post in it at once."""
    begin_mode.set("immediate")
    cast = site.cast
    thread = threads.open_thread(
        cast.andes_group, title="El agua de noche – ¿quién?", body="Who has *rules*?", by=cast.ana
    )
    follow(thread, by=cast.bao, level=Level.EVERY_POST)
    threads.reply(thread, body="We measured it in Cusco: twelve litres.", by=cast.ana)
    hurry(now=clock.now())
    db.session.execute(update(MailChoice).values(told_until=clock.now() - timedelta(hours=1)))
    db.session.commit()
    return thread.id


def test_digests_and_posts_go_out_signed_and_an_answer_comes_in(site, mta):
    thread_id = told(site)

    def both():
        kinds = {b"digest": None, b"post": None}
        for sender, mail in taken(mta, "bao@example.org"):
            if b"twelve litres" in mail or b"<digest.reply" in mail:
                kinds[b"digest" if b"<digest.reply" in mail else b"post"] = (sender, mail)
        return kinds if all(kinds.values()) else None

    for kind, (sender, mail) in waited_for(both, "a digest and a post").items():
        named = sender.removeprefix("b-").removesuffix(f"@{REPLY_DOMAIN}")
        delivery = db.session.scalars(select(Delivery).where(Delivery.envelope == named)).one()
        assert delivery.recipient == "bao@example.org", "the return address names the mail all the way"
        assert dkim.verify(mail, dnsfunc=lambda *_, **__: published(site.key)), "the signature holds after the server"
        handed_over = mail[mail.index(b"DKIM-Signature:") :]
        house = checked_mail.House(
            "forum@forum.test", "http://127.0.0.1:8000", REPLY_DOMAIN, key=site.key.public_key(), selector="forum"
        )
        assert checked_mail.wrong(handed_over, kind=kind.decode(), envelope=sender, of=house) == {}
    _sender, mail = both()[b"post"]
    read = answered(mail[mail.index(b"DKIM-Signature:") :])
    assert read.to.endswith(f"@{REPLY_DOMAIN}")
    answer = PROGRAMS["Gmail"](read, "Here too, since March – con dos jueces.")
    with smtplib.SMTP("127.0.0.1", mta.port) as server:
        server.sendmail("bao@example.org", [read.to], answer)

    def posted():
        posts = db.session.scalars(select(Post).where(Post.thread_id == thread_id).order_by(Post.number)).all()
        return posts[-1] if len(posts) == 3 else None

    post = waited_for(posted, "the post")
    assert post.author_id == site.cast.bao.id and post.body.startswith("Here too, since March – con dos jueces.")
    assert db.session.get_one(Thread, thread_id).post_count == 3


def test_an_address_that_is_not_there_comes_back_by_lmtp_and_is_paused(site, mta):
    to = f"gone{site.app.config['SECRET_KEY'][:1]}@nowhere.example.net"
    mta.sink.always_refused[to] = "550 5.1.1 <gone>: Recipient address rejected: User unknown"
    begin_mode.set("immediate")
    promise(Message(to=to, subject="News", text="Hello", key="news-1", kind="notice"))
    db.session.commit()
    pause = waited_for(lambda: db.session.scalar(select(Suppression).where(Suppression.address == to)), "the pause")
    assert pause.reason is Reason.NO_SUCH_ADDRESS and "User unknown" in pause.response
    delivery = db.session.scalars(select(Delivery).where(Delivery.recipient == to)).one()
    assert (delivery.state, delivery.reason) == (State.BOUNCED, Reason.NO_SUCH_ADDRESS)


def test_an_address_in_another_script_is_reached(site, mta):
    begin_mode.set("immediate")
    for to in ("josé@example.org", "用户@example.org", "ana@bücher.example"):
        promise(Message(to=to, subject="Noticias", text="¡Hola!", key=f"news-{to}", kind="notice"))
    db.session.commit()
    for to in ("josé@example.org", "用户@example.org", "ana@xn--bcher-kva.example"):
        _sender, mail = waited_for(lambda to=to: taken(mta, to), f"the mail to {to}")[0]
        assert f"\r\nTo: {to}\r\n".encode() in mail
        assert dkim.verify(mail, dnsfunc=lambda *_, **__: published(site.key))


def test_somebody_unknown_and_an_address_nobody_made_are_refused_at_the_door(site, mta):
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "eve@example.org", f"nobody-has-this@{REPLY_DOMAIN}", "Hello"
    mail.set_content("Hello")
    mta.sink.always_refused.pop("eve@example.org", None)
    with smtplib.SMTP("127.0.0.1", mta.port) as server:
        server.send_message(mail)
    _sender, report = waited_for(lambda: taken(mta, "eve@example.org"), "the report to the sender")[0]
    assert b"5.1.1" in report and b"There is no such address here" in report


def test_after_a_wire_broke_the_server_s_log_tells_and_nothing_goes_twice(app, mta, monkeypatch):
    monkeypatch.setattr(sending, "WAITS", (timedelta(milliseconds=300),))
    to = [f"wire{number}@example.org" for number in range(6)]
    for address in to:
        promise(Message(to=address, subject="News", text="Hello", key=f"wire-{address}", kind="notice"))
    db.session.commit()
    with dropping(mta.port, times=4) as (url, left):
        office = Office(Sender("Forum", "forum@forum.test"), Smtp(url, mta.log), return_domain=REPLY_DOMAIN)
        deadline = time.monotonic() + PATIENCE
        while open_mails() and time.monotonic() < deadline:
            with app.app_context():
                send_due(office)
            time.sleep(0.1)
        office.outgoing.close()
    assert left == [0], "the wire has to break four times for this to mean anything"
    waited_for(lambda: all(taken(mta, address) for address in to), "every mail")
    time.sleep(1)
    assert [len(taken(mta, address)) for address in to] == [1] * 6
    assert set(db.session.scalars(select(Delivery.state))) == {State.SENT}


def open_mails():
    db.session.rollback()
    begin_mode.set("deferred")
    return db.session.scalars(select(Delivery.id).where(Delivery.state.in_((State.QUEUED, State.SENDING)))).all()


def published(key):
    """The key as it stands in DNS. RFC 6376 3.6.1."""
    found = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return b"v=DKIM1; k=rsa; p=" + base64.b64encode(found)
