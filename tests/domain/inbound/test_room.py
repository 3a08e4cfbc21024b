"""Room for mail: what waits to be read, what waits for a word, and what is settled take nothing from one another."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from forum.inbound import forgetting, lane, room
from forum.inbound.arriving import Full, take_in
from forum.inbound.listening import desk
from forum.inbound.lmtp import Session
from forum.inbound.models import Fate, HeldMail, MailWords, ReceivedMail, Transport, Why
from forum.kernel import clock
from forum.kernel.db import db, save
from forum.notifications.tokens import Purpose, Token
from forum.threads.models import Post
from tests.domain.inbound.posting import answers, come, letter

pytestmark = pytest.mark.usefixtures("front_desk")
RAW = b"From: Bao <bao@example.org>\r\nTo: x\r\nSubject: Re: Water\r\n\r\nI agree with every word, number %04d.\r\n"


@pytest.fixture
def address(cast):
    post = db.session.scalars(select(Post).where(Post.thread_id == cast.thread.id)).one()
    db.session.commit()
    return f"{Token(Purpose.ANSWER_POST, cast.bao.id, post.id)}@reply.example.org"


def handed_over(app, to, raw, sender="bao@example.org"):
    """What we say by LMTP to each recipient after the mail."""
    said = b"LHLO mx\r\nMAIL FROM:<%s>\r\n" % sender.encode()
    said += b"".join(b"RCPT TO:<%s>\r\n" % each.encode() for each in to) + b"DATA\r\n" + raw + b".\r\nQUIT\r\n"
    heard = io.BytesIO()
    db.session.rollback()  # the session has transactions of its own
    Session(desk(app), io.BytesIO(said), heard).talk()
    return [line.decode() for line in heard.getvalue().split(b"\r\n")[-2 - len(to) : -2]]


@pytest.fixture(autouse=True)
def forget_the_last_look(app):
    app.extensions.pop("forum.inbound.waiting", None)


def fates():
    db.session.rollback()
    db.session.expire_all()
    return [each.fate for each in db.session.scalars(select(ReceivedMail).order_by(ReceivedMail.id))]


def settled(fate=Fate.POSTED, *, days=0, weight=100, to="x@reply.example.org"):
    number = len(list(db.session.scalars(select(ReceivedMail.id))))
    row = save(
        ReceivedMail(
            transport=Transport.LMTP, envelope_to=to, raw=b"x" * weight, size=weight, digest=str(number), fate=fate,
            received_at=clock.now() - timedelta(days=days),
        )
    )  # fmt: skip
    db.session.commit()
    return row


def test_by_lmtp_a_full_store_says_that_it_is_full_to_each_recipient(app, address, monkeypatch):
    """452 4.3.1: RFC 3463 3.4; one answer for each: RFC 2033 4.2."""
    monkeypatch.setattr(room, "OF_ALL", 2 * len(RAW % 0))
    to = [address, "andes@reply.example.org"]
    assert [each[:9] for each in handed_over(app, to, RAW % 1)] == ["250 2.0.0"] * 2
    refused = handed_over(app, to, RAW % 2, sender="dora@example.org")
    assert [each[:9] for each in refused] == ["452 4.3.1"] * 2
    assert [each[:9] for each in handed_over(app, to, RAW % 1)] == ["250 2.0.0"] * 2, "it is kept already"
    assert fates() == [Fate.RECEIVED] * 2
    db.session.rollback()
    with app.app_context():
        lane.read_what_came(10, lambda: False)
    app.extensions.pop("forum.inbound.waiting")
    assert [each[:9] for each in handed_over(app, to, RAW % 2)] == ["250 2.0.0"] * 2, (
        "what was put off is taken when it comes again"
    )


def test_by_lmtp_one_sender_s_room_is_not_everybody_s(app, address, monkeypatch):
    monkeypatch.setattr(room, "OF_ONE", len(RAW % 0))
    said = [handed_over(app, [address], RAW % number)[0][:9] for number in (1, 2)]
    said.append(handed_over(app, [address], RAW % 3, sender="dora@example.org")[0][:9])
    assert said == ["250 2.0.0", "452 4.4.5", "250 2.0.0"]


def test_what_waits_for_a_word_keeps_nobody_out(app, cast, address, monkeypatch):
    """Anybody can let mail wait in the name of others for a week: that must not close the door to all."""
    monkeypatch.setattr(room, "OF_ALL", 100)
    monkeypatch.setattr(room, "OF_ONE", 100)
    held = [come(address, letter(cast.bao, f"{n}.", authentic=False)) for n in range(3)]
    for each in held:
        each.raw = b"x" * 90
    db.session.commit()
    app.extensions.pop("forum.inbound.waiting")
    assert [each.fate for each in held] == [Fate.HELD] * 3
    take_in(RAW[:90], transport=Transport.LMTP, envelope_from="bao@example.org", envelope_to=address)
    with pytest.raises(Full):
        take_in(RAW[:91], transport=Transport.LMTP, envelope_from="dora@example.org", envelope_to=address)
    weighed = room.waiting()
    assert (weighed.total, weighed.held) == (90, 270)


LIMITS = [{"MOST_HELD_OF_ONE": 2}, {"HELD_OF_ONE": 6}, {"HELD_OF_ALL": 6}]  # each of these mails weighs 3 bytes


@pytest.mark.parametrize("limit", LIMITS)
def test_more_than_may_wait_for_a_word_is_refused_and_its_words_are_kept(app, cast, address, monkeypatch, limit):
    for name, value in limit.items():
        monkeypatch.setattr(room, name, value)
    came = [come(address, letter(cast.bao, f"Number {n}.", authentic=False)) for n in range(4)]
    assert [each.fate for each in came] == [Fate.HELD] * 2 + [Fate.REFUSED] * 2
    assert [each.why for each in came[2:]] == [Why.NO_ROOM] * 2
    assert [db.session.get_one(MailWords, each.id).text for each in came] == [f"Number {n}." for n in range(4)]
    assert db.session.get(HeldMail, came[2].id) is None
    asked, told = answers()
    assert "/me/mail/sure/" in asked.text
    assert told.recipient == cast.bao.email
    assert "/me/mail/received" in told.text and "Number" not in told.text


def test_of_that_they_hear_once_a_day(app, cast, address, monkeypatch):
    monkeypatch.setattr(room, "MOST_HELD_OF_ONE", 0)
    with time_machine.travel(clock.now().replace(hour=12), tick=False) as now:
        for n in range(3):
            come(address, letter(cast.bao, f"{n}.", authentic=False))
        assert len(answers()) == 1
        now.shift(timedelta(days=1))
        come(address, letter(cast.bao, "Tomorrow.", authentic=False))
    assert len(answers()) == 2


def test_another_member_s_mail_may_wait_all_the_same(app, cast, address, monkeypatch):
    monkeypatch.setattr(room, "MOST_HELD_OF_ONE", 1)
    for _ in range(2):
        come(address, letter(cast.bao, authentic=False))
    assert come("andes@reply.example.org", letter(cast.ana, authentic=False)).fate is Fate.HELD


def test_the_words_of_a_flood_are_not_kept_for_ever(app, cast, address, monkeypatch):
    monkeypatch.setattr(room, "MOST_HELD_OF_ONE", 0)
    monkeypatch.setattr(room, "MOST_WORDS", 2)
    came = [come(address, letter(cast.bao, f"{n}.", authentic=False)) for n in range(4)]
    assert [db.session.get(MailWords, each.id) is not None for each in came] == [True, True, False, False]


def test_when_they_answered_there_is_room_again(app, cast, address, monkeypatch):
    monkeypatch.setattr(room, "MOST_HELD_OF_ONE", 1)
    come(address, letter(cast.bao, "One.", authentic=False))
    assert come(address, letter(cast.bao, "Two.", authentic=False)).why is Why.NO_ROOM
    come(answers()[0].extras["reply_to"], letter(cast.bao, "NO"))
    assert come(address, letter(cast.bao, "Two.", authentic=False)).fate is Fate.HELD


def test_where_much_came_what_is_settled_is_forgotten_oldest_first(app, cast, monkeypatch):
    monkeypatch.setattr(room, "SETTLED_OF_ALL", 350)
    unread, waits = settled(Fate.RECEIVED, days=9), settled(Fate.HELD, days=6)
    unreadable, to_us = settled(Fate.UNREADABLE, days=9), settled(Fate.DONE, days=9, to="abuse+x@reply.example.org")
    older, old, new = settled(Fate.REFUSED, days=3), settled(Fate.DONE, days=2), settled(Fate.POSTED, days=1)
    forgetting.forget_what_weighs_too_much()
    db.session.commit()
    db.session.expire_all()
    assert all(each.raw for each in (unread, waits, unreadable, to_us, new))
    assert not old.raw and not older.raw
    assert old.size == 100, "that it came, and how much it was, stays known"


def test_where_there_is_room_nothing_is_forgotten(app, cast, monkeypatch):
    monkeypatch.setattr(room, "SETTLED_OF_ALL", 300)
    rows = [settled(Fate.REFUSED, days=days) for days in (1, 2, 3)]
    forgetting.forget_what_weighs_too_much()
    db.session.commit()
    assert all(each.raw for each in rows)
