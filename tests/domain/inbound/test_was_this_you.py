"""Mail that may not be its member's: it waits, they are asked, and say."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
import time_machine
from sqlalchemy import select, update

from forum.inbound.handlers import ask_about_what_waits, give_up_waiting
from forum.inbound.holding import say, say_of
from forum.inbound.letters import Nature
from forum.inbound.models import Fate, HeldMail, MailQuestion, MailWords, ReceivedMail, Why
from forum.inbound.queries import get_held
from forum.inbound.settling import settle
from forum.kernel import clock
from forum.kernel.db import db
from forum.kernel.errors import NotFound
from forum.notifications import addresses
from forum.notifications.tokens import Purpose, Token
from forum.threads.models import Post
from tests.domain.inbound.posting import answers, come, letter
from tests.domain.threads.test_at_once import at_once

pytestmark = pytest.mark.usefixtures("front_desk")


@pytest.fixture
def address(cast):
    post = db.session.scalars(select(Post).where(Post.thread_id == cast.thread.id)).one()
    return Token(Purpose.ANSWER_POST, cast.bao.id, post.id)


def bodies(thread) -> list[str]:
    return list(db.session.scalars(select(Post.body).where(Post.thread_id == thread.id).order_by(Post.number)))


def question() -> MailQuestion:
    return db.session.scalars(select(MailQuestion)).one()


def sure(asked) -> str:
    return asked.extras["reply_to"]


@pytest.mark.parametrize("word", ["YES", "yes\n\n> was this you?", "Sí", "oui.", "Sim\n\n-- \nBao", "نعم", "да"])
def test_yes_posts_what_waited(cast, address, word):
    said = letter(cast.bao, "From my telephone.", sender="bao@phone.example.org")
    held = come(address, said)
    (asked,) = answers()
    assert addresses.read(sure(asked)) == Token(Purpose.SURE, cast.bao.id, question().id)
    assert come(sure(asked), letter("bao@phone.example.org", word)).fate is Fate.DONE
    assert held.fate is Fate.RECEIVED, "it waits for its turn, to be read once more"
    settle(held, said)
    db.session.commit()
    assert held.fate is Fate.POSTED and bodies(cast.thread)[-1] == "From my telephone."
    assert db.session.get(MailWords, held.id) is None


def test_no_throws_it_away(cast, address):
    held = come(address, letter(cast.bao, "Not mine.", authentic=False))
    come(sure(answers()[0]), letter(cast.bao, "NO"))
    db.session.expire_all()
    assert (held.fate, held.why, held.raw) == (Fate.REFUSED, Why.SAID_NO, b"")
    assert db.session.get(MailWords, held.id) is None and len(bodies(cast.thread)) == 1


def test_the_first_word_holds(cast, address):
    held = come(address, letter(cast.bao, "x", authentic=False))
    to = sure(answers()[0])
    come(to, letter(cast.bao, "NO"))
    come(to, letter(cast.bao, "YES"))
    db.session.expire_all()
    assert held.fate is Fate.REFUSED


def test_what_is_neither_yes_nor_no_decides_nothing(cast, address):
    held = come(address, letter(cast.bao, "x", authentic=False))
    to = sure(answers()[0])
    come(to, letter(cast.bao, "Who are you?"))
    assert held.fate is Fate.HELD and "YES" in answers()[-1].text
    come(to, letter(cast.bao, "YES", nature=Nature.AUTOMATIC))
    assert held.fate is Fate.HELD, "a machine says nothing"


def test_one_question_an_hour_for_all_that_waits(cast, address):
    with time_machine.travel(clock.now(), tick=False) as now:
        first = come(address, letter(cast.bao, "One.", authentic=False))
        others = [come(address, letter(cast.bao, text, authentic=False)) for text in ("Two.", "Three.")]
        ask_about_what_waits()
        assert len(answers()) == 1
        now.shift(timedelta(hours=1, minutes=1))
        ask_about_what_waits()
        db.session.commit()
    assert len(answers()) == 2
    joined = answers()[1]
    assert "Two." in joined.text and "Three." in joined.text and "One." not in joined.text
    come(sure(joined), letter(cast.bao, "YES"))
    db.session.expire_all()
    assert [each.fate for each in others] == [Fate.RECEIVED] * 2 and first.fate is Fate.HELD


def test_nobody_but_members_is_asked(cast, address):
    come("andes@reply.example.org", letter("stranger@example.org", authentic=False))
    come("andes@reply.example.org", letter("", authentic=False))
    assert answers() == []


def test_who_may_not_take_part_is_not_asked(cast, address):
    cast.bao.suspended_until = clock.now() + timedelta(days=1)
    db.session.commit()
    assert come(address, letter(cast.bao, authentic=False)).fate is Fate.REFUSED
    assert answers() == []


def test_after_a_week_nobody_was_sure(cast, address):
    held = come(address, letter(cast.bao, "Old words.", authentic=False))
    give_up_waiting()
    assert held.fate is Fate.HELD
    held.received_at = clock.now() - timedelta(days=7, minutes=1)
    db.session.flush()
    give_up_waiting()
    db.session.commit()
    assert (held.fate, held.why) == (Fate.REFUSED, Why.NEVER_SURE)
    assert db.session.get(HeldMail, held.id) is None
    assert db.session.get_one(MailWords, held.id).text == "Old words."
    come(sure(answers()[0]), letter(cast.bao, "YES"))
    db.session.expire_all()
    assert held.fate is Fate.REFUSED


def test_a_token_of_another_question_opens_nothing(cast, address):
    come(address, letter(cast.bao, authentic=False))
    stolen = Token(Purpose.SURE, cast.ana.id, question().id)
    come(stolen, letter(cast.ana, "YES"))
    assert question().answered_at is None


@pytest.mark.parametrize("by_link", [False, True])
def test_of_two_who_decide_at_the_same_moment_one_is_heard(app, cast, address, by_link):
    mails = [come(address, letter(cast.bao, f"Words {n}.", authentic=False)).id for n in range(5)]
    asked, heard = question().id, []
    db.session.execute(update(HeldMail).values(question_id=asked))
    db.session.commit()

    def decide(said):
        for mail in mails:
            try:
                say_of(get_held(mail), was_theirs=said)
                db.session.commit()
                heard.append((mail, said))
            except NotFound:
                db.session.rollback()

    def answer():
        assert say(db.session.get_one(MailQuestion, asked), was_theirs=True)

    assert at_once(app, answer if by_link else partial(decide, True), partial(decide, False)) == []
    db.session.expire_all()
    assert by_link or sorted(mail for mail, _said in heard) == mails
    for mail in mails:
        thrown_away = (mail, False) in heard
        assert (db.session.get(HeldMail, mail) is None) == thrown_away
        fate = db.session.get_one(ReceivedMail, mail).fate
        assert fate is (Fate.REFUSED if thrown_away else Fate.RECEIVED)
    db.session.commit()
