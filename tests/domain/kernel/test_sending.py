"""Mail handed to a real SMTP server: sent once, tried again with patience, given up with a reason."""

import base64
from datetime import timedelta

import dkim
import pytest
import time_machine
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from sqlalchemy import select

from forum.kernel import clock, mail
from forum.kernel.db import begin_mode, db
from forum.kernel.mail import Delivery, Message, Office, Reason, Sender, Signer, Smtp, State, cancel, promise
from forum.kernel.mail.adapters import dotted
from forum.kernel.mail.deliveries import Suppression, lift
from forum.kernel.mail.sending import OBJECTIONS, free_leases_of_dead_senders, send_due
from tests.mail_server import DROP_AFTER, DROP_BEFORE, mail_server

SENDER = Sender("Forum", "forum@example.org")


@pytest.fixture
def server(tmp_path):
    with mail_server(log=tmp_path / "mail.log") as (url, rules):
        rules.url = url
        yield rules


@pytest.fixture
def office(app, server):
    adapter = Smtp(server.url)
    yield Office(SENDER, adapter, return_domain="reply.example.org")
    adapter.close()


@pytest.fixture
def time_machine_at():
    """Go to this moment, and stay until told to go on or until the test ends."""
    journeys = []

    def go(at):
        journeys.append(time_machine.travel(at, tick=False))
        journeys[-1].start()

    yield go
    for journey in reversed(journeys):
        journey.stop()


def promised(to="ana@example.org", **values):
    promise(Message(**{"to": to, "subject": "News", "text": "Hello", "key": f"news-{to}", **values}))
    db.session.commit()
    return db.session.scalar(select(Delivery).order_by(Delivery.id.desc()).limit(1)).id


def row(id):
    db.session.expire_all()
    return db.session.get(Delivery, id)


def test_a_mail_is_sent_once_with_a_return_address_that_names_it(office, server):
    id = promised()
    assert send_due(office) == 1 and send_due(office) == 0
    [(sender, to, _raw)] = server.taken
    delivery = row(id)
    assert delivery.state is State.SENT and delivery.sent_at and to == "ana@example.org"
    assert sender == f"b-{delivery.envelope}@reply.example.org"


def test_the_same_key_promised_twice_is_one_mail(office, server):
    promised(key="welcome-1")
    promised(key="welcome-1")
    send_due(office)
    assert len(server.taken) == 1


def test_later_is_tried_again_later_and_waits_longer_each_time(office, server, time_machine_at):
    id = promised()
    server.answers["ana@example.org"] = ["451 4.3.0 try later", "451 4.3.0 try later"]
    send_due(office)
    first = row(id).due_at - clock.now()
    assert (row(id).state, row(id).reason) == (State.QUEUED, Reason.DEFERRED) and send_due(office) == 0
    time_machine_at(clock.now() + first)
    send_due(office)
    assert row(id).due_at - clock.now() > first
    time_machine_at(row(id).due_at)
    send_due(office)
    assert row(id).state is State.SENT and len(server.taken) == 1


def test_what_cannot_be_delivered_for_days_is_given_up(office, server, time_machine_at):
    id = promised()
    server.answers["ana@example.org"] = ["451 4.3.0 try later"]
    time_machine_at(clock.now() + timedelta(days=6))
    send_due(office)
    assert (row(id).state, row(id).reason) == (State.FAILED, Reason.EXPIRED)


@pytest.mark.parametrize(
    ("answer", "state", "reason", "paused"),
    [
        ("550 5.1.1 no such user", State.FAILED, Reason.NO_SUCH_ADDRESS, True),
        ("552 5.2.2 mailbox full", State.FAILED, Reason.MAILBOX_FULL, False),
        ("550 5.7.26 unauthenticated mail", State.HELD, Reason.POLICY, False),
        ("554 no", State.FAILED, Reason.REFUSED, False),
    ],
)
def test_a_final_no_is_understood(office, server, answer, state, reason, paused):
    id = promised()
    server.answers["ana@example.org"] = [answer]
    send_due(office)
    assert (row(id).state, row(id).reason) == (state, reason) and answer[4:] in row(id).response
    another = promised(key="another")
    send_due(office)
    assert (row(another).reason is Reason.SUPPRESSED) is paused


def test_a_paused_address_is_written_to_again_once_it_is_lifted(office, server):
    server.always_refused["ana@example.org"] = "550 5.1.1 no such user"
    promised()
    send_due(office)
    server.always_refused.clear()
    lift("ANA@example.org")
    db.session.commit()
    promised(key="another")
    send_due(office)
    assert [to for _, to, _ in server.taken] == ["ana@example.org"]
    assert db.session.scalars(select(Suppression)).one().lifted_at is not None


def test_a_connection_that_breaks_before_the_last_word_costs_only_time(office, server, time_machine_at):
    """The server had the whole message, and said nothing: for us it is unclear, and its log knows better."""
    id = promised()
    server.answers["ana@example.org"] = [DROP_BEFORE]
    send_due(office)
    assert row(id).reason is Reason.UNKNOWN
    time_machine_at(row(id).due_at)
    office.outgoing.log = server.log
    server.log.touch()
    send_due(office)
    assert row(id).state is State.SENT and len(server.taken) == 1


def test_a_mail_that_was_taken_before_the_line_broke_is_not_sent_again(office, server, time_machine_at):
    id = promised()
    office.outgoing.log = server.log
    server.answers["ana@example.org"] = [DROP_AFTER]
    send_due(office)
    time_machine_at(row(id).due_at)
    send_due(office)
    assert row(id).state is State.SENT and len(server.taken) == 1


def test_without_a_log_an_unclear_mail_goes_again_under_its_own_message_id(office, server, time_machine_at):
    id = promised()
    server.answers["ana@example.org"] = [DROP_AFTER]
    send_due(office)
    time_machine_at(row(id).due_at)
    send_due(office)
    assert row(id).state is State.SENT and list(server.times_taken().values()) == [2]


def test_a_server_that_is_away_loses_nothing(app, server):
    id = promised()
    send_due(Office(SENDER, Smtp("smtp://127.0.0.1:1")))
    assert (row(id).state, row(id).reason) == (State.QUEUED, Reason.UNREACHABLE) and row(id).handed_at is None


def test_what_was_cancelled_while_it_waited_does_not_go(office, server):
    id = promised(kind="digest", member_id=7)
    assert cancel(Delivery.member_id == 7, Delivery.kind == "digest", reason=Reason.UNSUBSCRIBED) == 1
    db.session.commit()
    assert send_due(office) == 0
    assert (row(id).state, row(id).reason) == (State.CANCELLED, Reason.UNSUBSCRIBED) and not server.taken


def test_what_is_cancelled_between_claim_and_last_word_does_not_go(app, office, server):
    id = promised(member_id=7)

    def unsubscribed_in_the_meantime(delivery):
        with app.app_context():
            begin_mode.set("immediate")
            cancel(Delivery.member_id == 7, reason=Reason.UNSUBSCRIBED)
            db.session.commit()
            db.session.remove()

    OBJECTIONS.append(unsubscribed_in_the_meantime)
    try:
        db.session.remove()
        send_due(office)
    finally:
        OBJECTIONS.remove(unsubscribed_in_the_meantime)
    assert row(id).state is State.CANCELLED and not server.taken


def test_an_objection_stops_a_mail_with_its_reason(office, server):
    id = promised()
    OBJECTIONS.append(lambda delivery: Reason.NOT_VISIBLE)
    try:
        send_due(office)
    finally:
        OBJECTIONS.pop()
    assert (row(id).state, row(id).reason) == (State.CANCELLED, Reason.NOT_VISIBLE) and not server.taken


def test_a_worker_that_died_after_the_last_word_is_followed_by_one_that_asks_the_log(office, server):
    id = promised()
    office.outgoing.log = server.log
    send_due(office)
    delivery = row(id)  # as a kill between the answer and the record leaves it
    delivery.state, delivery.sent_at, delivery.leased_by = State.SENDING, None, "elsewhere:1"
    delivery.leased_until = clock.now() - timedelta(seconds=1)
    db.session.commit()
    send_due(office)
    assert row(id).state is State.SENT and len(server.taken) == 1


def test_a_late_worker_cannot_overwrite_what_its_successor_wrote(office, server):
    id = promised()
    successor = Delivery.__table__.update().where(Delivery.id == id).values(attempts=5)

    def slow(delivery):
        begin_mode.set("immediate")
        db.session.rollback()
        db.session.execute(successor)
        db.session.commit()

    OBJECTIONS.append(slow)
    try:
        send_due(office)
    finally:
        OBJECTIONS.pop()
    assert row(id).state is State.SENDING and row(id).attempts == 5 and not server.taken


def test_the_leases_of_the_dead_are_freed(office, server):
    id = promised()
    delivery = row(id)
    delivery.state, delivery.leased_by = State.SENDING, mail.sending.worker_name()
    delivery.leased_until = clock.now() + timedelta(minutes=5)
    db.session.commit()
    assert send_due(office) == 0
    assert free_leases_of_dead_senders() == 1
    send_due(office)
    assert row(id).state is State.SENT


def test_a_provider_gets_no_more_in_a_minute_than_it_likes(office, server, time_machine_at):
    for number in range(5):
        promised(f"m{number}@gmail.example")
    promised("ana@elsewhere.example")
    limited = Office(SENDER, office.outgoing, rates={"gmail.example": 2})
    for _ in range(4):
        send_due(limited, limit=1)
    assert sorted(to.partition("@")[2] for _, to, _ in server.taken) == ["elsewhere.example"] + ["gmail.example"] * 2
    time_machine_at(clock.now() + timedelta(minutes=2))
    send_due(limited, limit=1)
    assert len(server.taken) == 4


def test_a_mail_that_cannot_be_put_together_is_held_and_the_next_one_goes(office, server):
    bad = promised("bad@example.org", headers={"Bcc": "all@example.org"})
    promised()
    send_due(office)
    assert (row(bad).state, row(bad).reason) == (State.HELD, Reason.INTERNAL)
    assert [to for _, to, _ in server.taken] == ["ana@example.org"]


@pytest.fixture(scope="module")
def key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.mark.parametrize("text", ["Hello\n", "", "Two  spaces \n\n\n", "أهلاً وسهلاً " * 40, ".a line with a dot\n..\n"])
def test_our_signature_is_verified_by_others_after_the_journey(office, server, key, text):
    public = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    record = b"v=DKIM1; k=rsa; p=" + base64.b64encode(public)
    signer = Signer("example.org", "forum", key)
    promised(text=text, html="<p>é</p>", headers={"List-Id": "Andes <andes.example.org>"})
    send_due(Office(SENDER, office.outgoing, signer))
    [(_, _, raw)] = server.taken
    assert dkim.verify(raw, dnsfunc=lambda name, timeout=5: record)
    assert not dkim.verify(raw.replace(b"Subject: News", b"Subject: Newt"), dnsfunc=lambda name, timeout=5: record)
    added = raw.replace(b"Subject: News", b"Subject: News\r\nSubject: Other")
    assert not dkim.verify(added, dnsfunc=lambda name, timeout=5: record)


def test_a_short_key_is_refused(tmp_path):
    short = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    file = tmp_path / "key.pem"
    file.write_bytes(
        short.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    with pytest.raises(ValueError, match="2048"):
        Signer.from_file(file, domain="example.org", selector="forum")


def test_lines_that_begin_with_a_dot_arrive_as_they_were():
    assert dotted(b".\r\n..x\r\nend") == b"..\r\n...x\r\nend\r\n.\r\n"
