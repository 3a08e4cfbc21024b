"""What came by mail at once is not in the next digest; what did not, is."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from forum.entries.operations import follow
from forum.kernel import clock
from forum.kernel.db import db
from forum.kernel.mail import Delivery, Maildir, Office, Sender, State
from forum.notifications import addresses
from forum.notifications.models import Digest, Section, Weight
from forum.notifications.operations import choice_of, weigh
from forum.notifications.preparing import look, prepare
from forum.notifications.tokens import Purpose, Token
from forum.threads import operations as threads
from tests.working import work


@pytest.fixture
def told(cast):
    choice = choice_of(cast.bao)
    choice.told_until = clock.now() - timedelta(hours=1)
    for each in (cast.thread, *cast.thread.posts):
        each.created_at = each.active_at = clock.now() - timedelta(days=3)
    return cast


def lines(cast):
    found = look(cast.bao, choice_of(cast.bao), until=clock.now())
    return [(each.section, each.note) for each in found.lines]


def test_a_reply_that_was_mailed_is_left_out(told):
    follow(told.thread, by=told.bao)
    threads.reply(told.thread, body="One", by=told.ana)
    assert lines(told) == [(Section.REPLIES, "1 new post")]
    work()
    assert lines(told) == []


def test_a_thread_that_was_mailed_is_left_out_and_others_are_not(told):
    weigh(told.andes_group, Weight.EACH, by=told.bao)
    threads.open_thread(told.andes_group, title="Mailed", body="x", by=told.ana)
    work()
    choice_of(told.bao).at_once = False
    threads.open_thread(told.andes_group, title="Not mailed", body="x", by=told.ana)
    work()
    found = look(told.bao, choice_of(told.bao), until=clock.now())
    assert [each.title for each in found.lines] == ["Not mailed"]


def test_what_was_given_up_is_told_after_all(told):
    follow(told.thread, by=told.bao)
    threads.reply(told.thread, body="One", by=told.ana)
    work()
    db.session.scalars(select(Delivery)).one().state = State.CANCELLED
    assert lines(told) == [(Section.REPLIES, "1 new post")]


def test_a_digest_is_answered_at_an_address_of_its_own_where_we_take_mail(app, told, tmp_path):
    kept = app.extensions["forum.mail"]
    app.extensions["forum.mail"] = Office(
        Sender("Forum", "forum@example.org"), Maildir(tmp_path), return_domain="reply.example.org"
    )
    try:
        threads.open_thread(told.andes_group, title="New", body="x", by=told.ana)
        digest = prepare(told.bao, choice_of(told.bao), now=clock.now())
    finally:
        read = db.session.scalars(select(Delivery).where(Delivery.kind == "digest")).one()
        token = addresses.read(read.extras["reply_to"])
        app.extensions["forum.mail"] = kept
    assert token == Token(Purpose.ANSWER_DIGEST, told.bao.id, digest.id) and "3: I agree" in read.text


def test_where_we_take_no_mail_it_says_nothing_of_answers(told):
    threads.open_thread(told.andes_group, title="New", body="x", by=told.ana)
    prepare(told.bao, choice_of(told.bao), now=clock.now())
    read = db.session.scalars(select(Delivery).where(Delivery.kind == "digest")).one()
    assert "reply_to" not in read.extras and "I agree" not in read.text
    assert db.session.scalars(select(Digest)).one()
