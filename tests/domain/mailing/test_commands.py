"""`forum mail …`, and what machines are told of the mail."""

import pytest
from sqlalchemy import select

from forum.inbound.models import Fate, ReceivedMail, Transport
from forum.kernel import health
from forum.kernel.db import db
from forum.kernel.mail import Delivery, Message, Reason, State, pause_on, promise
from forum.kernel.mail.deliveries import suppress
from forum.mailing.commands import mail_group
from forum.mailing.models import Act, MailAct


@pytest.fixture
def say(app):
    """A function that runs `forum mail …` and gives what it said, or what went wrong."""

    def run(*arguments):
        db.session.commit()
        with app.app_context():
            result = app.test_cli_runner().invoke(mail_group, list(arguments))
        db.session.rollback()
        db.session.expire_all()
        return result

    return run


def held(reason=Reason.POLICY, key="held"):
    promise(Message(to="bao@example.org", subject="x", text="x", key=key, kind="digest"))
    row = db.session.scalars(select(Delivery).where(Delivery.key == key)).one()
    row.state, row.reason, row.response = State.HELD, reason, "550 5.7.26 no DKIM"
    db.session.commit()
    return row


def test_the_queue_is_said_in_sentences(say):
    assert "No mail in the last week." in say("queue").output
    held()
    said = say("queue").output
    assert "held (policy): 1 in the last hour" in said and '--held "policy"' in said and "no DKIM" in said


def test_what_is_held_is_let_go_once_it_is_mended(say):
    row = held()
    assert "1 go at once." in say("retry", "--held", "policy").output
    assert row.state is State.QUEUED
    assert "Nothing is held" in say("retry", "--held", "policy").output
    assert [(deed.act, deed.by_id) for deed in db.session.scalars(select(MailAct))] == [(Act.RELEASE, None)]


def test_one_mail_is_tried_again(say):
    row = held()
    assert "1 go at once." in say("retry", str(row.id)).output and row.state is State.QUEUED
    row.state = State.SENT
    assert say("retry", str(row.id)).exit_code == 1
    assert "there is no mail 999" in say("retry", "999").output
    assert say("retry").exit_code == 2 and say("retry", "1", "--held", "policy").exit_code == 2


def test_paused_addresses_are_listed_and_lifted(say):
    assert "No address is paused." in say("suppressed").output
    suppress("bao@example.org", reason=Reason.NO_SUCH_ADDRESS, response="550 5.1.1 gone")
    assert "bao@example.org: no such address" in say("suppressed", "BAO").output
    assert "No address is paused." in say("suppressed", "dora").output
    assert say("lift", "dora@example.org").exit_code == 1
    assert "again" in say("lift", "Bao@example.org", "--why", "she rang").output
    assert pause_on("bao@example.org") is None


def test_the_check_says_what_is_held_and_sends_nobody_elsewhere(app):
    held()
    [found] = [one for one in health.findings() if one.part == "mail"]
    assert found.well and "1 held (policy)" in found.words


def test_machines_are_given_numbers(app, as_):
    held()
    db.session.add(
        ReceivedMail(transport=Transport.LMTP, envelope_to="x", raw=b"", size=0, digest="x", fate=Fate.REFUSED)
    )
    db.session.commit()
    said = as_(None).get("/metrics").text
    assert 'forum_mail_deliveries{state="held"} 1.0' in said and 'forum_mail_received{fate="refused"} 1.0' in said
    assert "forum_mail_oldest_queued_seconds 0.0" in said
