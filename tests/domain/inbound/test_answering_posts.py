"""A mail in answer to a post: whose it is, what it says, and what becomes of it."""

from __future__ import annotations

import re
from datetime import timedelta
from email import message_from_bytes

import pytest
from sqlalchemy import select

from forum.access.rules import membership_of
from forum.accounts.models import Member
from forum.accounts.operations import erase
from forum.entries.models import Follow, Level
from forum.entries.operations import follow
from forum.inbound.letters import Nature
from forum.inbound.models import Fate, MailDeed, MailWords, ReceivedMail, Transport, Why
from forum.inbound.orders import Order
from forum.kernel import clock
from forum.kernel.db import db
from forum.kernel.mail import Delivery, Message, State, promise
from forum.notifications import operations as operations_of_mail
from forum.notifications.origins import MailOrigin
from forum.notifications.tokens import Purpose, Token
from forum.threads import operations
from forum.threads.models import Post, PostQuote
from tests import make
from tests.domain.inbound.posting import answers, come, letter, work
from tests.unit.replies import OWN, SENT, replies
from tests.working import work as keep_promises

pytestmark = pytest.mark.usefixtures("front_desk")


def address_of(post, member) -> Token:
    return Token(Purpose.ANSWER_POST, member.id, post.id)


@pytest.fixture
def post(cast):
    """Ana's post, which Bao was told of."""
    found = db.session.scalars(select(Post).where(Post.thread_id == cast.thread.id)).one()
    promise(Message(to=cast.bao.email, subject="s", text=SENT["en"], key=f"post-{found.id}-{cast.bao.id}"))
    db.session.commit()
    return found


def posts(thread) -> list[Post]:
    return list(db.session.scalars(select(Post).where(Post.thread_id == thread.id).order_by(Post.number)))


def test_an_answer_stands_in_the_thread_with_what_it_answers_folded(cast, post):
    reply = next(r for r in replies() if r.name == "gmail top" and r.language == "en")
    said = letter(cast.bao, reply.text)
    received = come(address_of(post, cast.bao), said)
    assert (received.fate, received.why) == (Fate.POSTED, Why.NONE)
    made = posts(cast.thread)[-1]
    assert made.body == "\n\n".join(OWN["en"]) and made.author_id == cast.bao.id
    assert (received.entry_id, received.member_id) == (made.id, cast.bao.id)
    quote = db.session.get_one(PostQuote, made.id).text
    assert "How do you measure it?" in quote
    assert "abcdefghij" not in quote, "whoever reads it must not be able to stop Bao's mail"
    assert "forum@justice.example" not in quote, "nor learn addresses"
    assert db.session.get_one(MailOrigin, made.id).message_id == said.message_id
    assert answers() == [], "a post is answer enough"


def test_it_is_filed_under_the_language_it_is_in(cast, post):
    come(
        address_of(post, cast.bao),
        letter(cast.bao, "Nous avons des chiffres pour cette année, et pour les deux autres lieux aussi."),
    )
    assert posts(cast.thread)[-1].language == "fr"


@pytest.mark.parametrize(
    "values, why",
    [
        ({"sender": "somebody@example.org"}, Why.OTHER_SENDER),
        ({"sender": ""}, Why.OTHER_SENDER),
        ({"sender": "bao+forum@example.org"}, Why.OTHER_SENDER),
        ({"authentic": False}, Why.NOT_AUTHENTIC),
        ({"authentic": None}, Why.NOT_AUTHENTIC),
    ],
)
def test_an_address_alone_posts_nothing(cast, post, values, why):
    received = come(address_of(post, cast.bao), letter(cast.bao, "MARKER", **values))
    assert (received.fate, received.why) == (Fate.HELD, why)
    assert len(posts(cast.thread)) == 1
    (asked,) = answers()
    assert asked.recipient == cast.bao.email and "MARKER" in asked.text


def test_the_form_for_trying_needs_no_mail_server_that_vouches(cast, post):
    said = letter(cast.bao, authentic=None)
    assert come(address_of(post, cast.bao), said, transport=Transport.TRIED).fate is Fate.POSTED
    assert (
        come(address_of(post, cast.bao), letter(cast.bao, authentic=False), transport=Transport.TRIED).fate is Fate.HELD
    )


@pytest.mark.parametrize("nature", [Nature.AUTOMATIC, Nature.LIST, Nature.OURS])
def test_machines_are_neither_posted_nor_answered(cast, post, nature):
    received = come(address_of(post, cast.bao), letter(cast.bao, nature=nature))
    assert received.fate is Fate.AUTOMATIC
    assert len(posts(cast.thread)) == 1 and answers() == []


def test_forged_addresses_are_told_nothing(cast, post):
    token = str(address_of(post, cast.bao))
    forged = ("a" if token[0] != "a" else "b") + token[1:]
    received = come(forged, letter(cast.bao))
    assert (received.fate, received.why, received.member_id) == (Fate.REFUSED, Why.FORGED_ADDRESS, None)
    other = come("no-such-group@reply.example.org", letter(cast.bao))
    assert other.why is Why.UNKNOWN_ADDRESS
    assert come(f"{token}@elsewhere.example.org", letter(cast.bao)).why is Why.UNKNOWN_ADDRESS
    assert answers() == [] and len(posts(cast.thread)) == 1


def test_an_address_for_somebody_else_does_not_let_one_speak_for_them(cast, post):
    received = come(address_of(post, cast.ana), letter(cast.bao, "As if I were Ana."))
    assert (received.fate, received.why) == (Fate.HELD, Why.OTHER_SENDER)
    assert answers()[0].recipient == cast.ana.email


def test_an_old_address_is_explained_to_its_member_and_to_nobody_else(cast, post):
    post.created_at = clock.now() - timedelta(days=401)
    db.session.commit()
    stranger = come(address_of(post, cast.bao), letter("stranger@example.org"))
    assert stranger.fate is Fate.REFUSED and answers() == []
    received = come(address_of(post, cast.bao), letter(cast.bao, "Late words."))
    assert (received.fate, received.why) == (Fate.REFUSED, Why.EXPIRED_ADDRESS)
    assert "> Late words." in answers()[0].text


def test_the_address_of_what_is_no_more_is_expired(cast, post):
    gone = Token(Purpose.ANSWER_POST, cast.bao.id, 999_999)
    assert come(gone, letter(cast.bao)).why is Why.EXPIRED_ADDRESS
    assert come(Token(Purpose.ANSWER_POST, 999_999, post.id), letter(cast.bao)).fate is Fate.REFUSED


def test_the_same_mail_twice_posts_once(cast, post):
    said = letter(cast.bao, "Once.")
    assert come(address_of(post, cast.bao), said).fate is Fate.POSTED
    assert come(address_of(post, cast.bao), said).fate is Fate.REPEATED
    assert len(posts(cast.thread)) == 2 and answers() == []


def test_another_text_under_the_same_id_is_not_lost(cast, post):
    """Some programs send an edited mail under the id of the first."""
    come(address_of(post, cast.bao), letter(cast.bao, "One.", message_id="same@x"))
    assert come(address_of(post, cast.bao), letter(cast.bao, "Two.", message_id="same@x")).fate is Fate.POSTED
    assert [p.body for p in posts(cast.thread)[1:]] == ["One.", "Two."]


REFUSED = {
    "closed": Why.CLOSED,
    "hidden": Why.GONE,
    "left": Why.NOT_ALLOWED,
    "suspended": Why.NOT_ALLOWED,
    "empty": Why.NO_WORDS,
    "long": Why.TOO_LONG,
}


@pytest.mark.parametrize("trouble", REFUSED)
def test_what_cannot_be_posted_comes_back_with_every_word(cast, post, trouble):
    thread, text = cast.thread, "My MARKER words."
    if trouble == "closed":
        operations.close(thread, by=cast.ana)
    elif trouble == "hidden":
        thread.hidden_at = clock.now()
    elif trouble == "left":
        db.session.delete(membership_of(cast.bao, cast.andes_group))
    elif trouble == "suspended":
        cast.bao.suspended_until = clock.now() + timedelta(days=3)
    elif trouble == "empty":
        text = f"\n\nOn Fri, May 3, 2024 at 10:02 AM Ana <forum@justice.example> wrote:\n\n> {SENT['en'].split(chr(10))[0]}"
    elif trouble == "long":
        text += " and more" * 4000
    db.session.commit()
    received = come(address_of(post, cast.bao), letter(cast.bao, text))
    assert (received.fate, received.why) == (Fate.REFUSED, REFUSED[trouble])
    (told,) = answers()
    assert told.recipient == cast.bao.email
    if trouble != "empty":
        assert "My MARKER words." in told.text
        assert "MARKER" in db.session.get_one(MailWords, received.id).text
    assert len(posts(thread)) == 1


def test_the_answer_says_that_a_machine_wrote_it_and_what_it_answers(app, cast, post):
    operations.close(cast.thread, by=cast.ana)
    said = letter(cast.bao, references=("a@x", "b@x"))
    come(address_of(post, cast.bao), said)
    mail = message_from_bytes(app.extensions["forum.mail"].sender.bytes_of(answers()[0].message()))
    assert mail["Auto-Submitted"] == "auto-replied"
    assert mail["In-Reply-To"] == f"<{said.message_id}>"
    assert mail["References"] == f"<a@x> <b@x> <{said.message_id}>"
    assert not [name for name in mail if name.startswith("List-")]


def test_refusals_are_mailed_so_often_and_no_more(cast, post):
    operations.close(cast.thread, by=cast.ana)
    db.session.commit()
    for _each in range(12):
        assert come(address_of(post, cast.bao), letter(cast.bao)).fate is Fate.REFUSED
    assert len(answers()) == 8


def test_nobody_writes_more_by_mail_than_on_the_site(cast, post):
    fates = [come(address_of(post, cast.bao), letter(cast.bao, f"Number {n}.")) for n in range(21)]
    assert [f.fate for f in fates[:20]] == [Fate.POSTED] * 20
    assert (fates[20].fate, fates[20].why) == (Fate.REFUSED, Why.TOO_MANY)


@pytest.mark.parametrize(
    "word, level",
    [("FOLLOW", Level.EVERY_POST), ("Mute", Level.MUTED), ("stop", Level.MUTED), ("Silenciar.", Level.MUTED), ("متابعة", Level.EVERY_POST), ("suivre\n\nMerci,\nBao", Level.EVERY_POST)],
)  # fmt: skip
def test_one_word_follows_or_mutes_a_conversation(cast, post, word, level):
    assert come(address_of(post, cast.bao), letter(cast.bao, word)).fate is Fate.DONE
    assert db.session.get_one(Follow, (cast.thread.id, cast.bao.id)).level is level
    assert len(posts(cast.thread)) == 1 and len(answers()) == 1


def test_a_word_with_more_words_is_a_text(cast, post):
    come(
        address_of(post, cast.bao),
        letter(cast.bao, "Stop\n\nThis is what the guards say, all day long, and I mean it."),
    )
    assert posts(cast.thread)[-1].body.startswith("Stop")
    come(address_of(post, cast.bao), letter(cast.bao, "Yes"))
    assert posts(cast.thread)[-1].body == "Yes", "nothing was asked here"


@pytest.mark.parametrize("word", ["DONE", "later", "Fait", "تم"])
def test_nothing_is_due(cast, post, word):
    assert come(address_of(post, cast.bao), letter(cast.bao, word)).fate is Fate.DONE
    assert len(answers()) == 1 and len(posts(cast.thread)) == 1


@pytest.fixture
def asked(cast):
    """Somebody who wants to join the group that Ana facilitates."""
    make.membership(cast.dora, cast.closed_group, joined_at=None, requested_at=clock.now() - timedelta(hours=1))
    db.session.commit()


def test_done_leads_to_where_it_is_done(cast, post, asked):
    assert come(address_of(post, cast.ana), letter(cast.ana, "DONE")).fate is Fate.DONE
    (told,) = answers()
    assert "1 person asks to join “Inner Circle”" in told.text and "/groups/inner-circle/requests" in told.text
    assert operations_of_mail.put_off_until(cast.ana) is None and "LATER" in told.text


def test_later_puts_off_what_waits_for_a_week_and_undo_brings_it_back(cast, post, asked):
    come(address_of(post, cast.ana), letter(cast.ana, "later"))
    (told,) = answers()
    assert "Inner Circle" in told.text and "UNDO" in told.text
    until = operations_of_mail.put_off_until(cast.ana)
    assert timedelta(days=6) < until - clock.now() <= timedelta(days=7)
    come(address_of(post, cast.ana), letter(cast.ana, "UNDO"))
    assert operations_of_mail.put_off_until(cast.ana) is None
    assert "tells again" in answers()[-1].text


def test_later_from_somebody_for_whom_nothing_waits_puts_nothing_off(cast, post, asked):
    come(address_of(post, cast.bao), letter(cast.bao, "LATER"))
    (told,) = answers()
    assert "Inner Circle" not in told.text and "nothing is waiting" in told.text
    assert operations_of_mail.put_off_until(cast.bao) is None


def test_help_comes_in_the_language_of_who_asks(cast):
    thread = make.thread(cast.dora, cast.sahel_group)
    opening = db.session.scalars(select(Post).where(Post.thread_id == thread.id)).one()
    db.session.commit()
    come(address_of(opening, cast.youssef), letter(cast.youssef, "مساعدة"))
    (told,) = answers()
    assert told.language == "ar" and re.search("^تراجع +", told.text, re.MULTILINE)
    assert not re.search(r"\b(UNDO|FOLLOW|JOIN)\b", told.text), "the words are in the reader's language as well"


def lines_of(told: Delivery) -> list[str]:
    return [line.strip() for line in told.text.split("\n")]


def test_help_tells_every_order_and_where_to_begin_a_conversation(cast, post):
    make.membership(cast.bao, cast.closed_group)
    make.membership(cast.bao, make.group("asked"), joined_at=None)
    db.session.commit()
    come(address_of(post, cast.bao), letter(cast.bao, "HELP"))
    (told,) = answers()
    for each in set(Order) - {Order.YES, Order.NO}:
        assert re.search(rf"^{each.upper()} +\w", told.text, re.MULTILINE), f"{each} is not told"
    assert "Andes: andes@reply.example.org" in lines_of(told)
    assert "Inner Circle: inner-circle@reply.example.org" in lines_of(told)
    assert "asked@" not in told.text and "sahel@" not in told.text, "only where they are"


def test_help_tells_who_is_in_no_group_where_groups_are(cast, post):
    loner = make.member("loner", language="es")
    db.session.commit()
    come("andes@reply.example.org", letter(loner, "AYUDA"))
    (told,) = answers()
    assert "Todavía no está en ningún grupo" in told.text and "/groups" in told.text


@pytest.mark.parametrize("language", ["de", "fr", "en"])
@pytest.mark.parametrize("word", ["HILFE", "Aiuto!", "帮助", "Hjälp"])
def test_help_in_a_language_we_do_not_speak_is_answered_in_one_we_do(front_desk, cast, post, language, word):
    cast.bao.language = language
    db.session.commit()
    assert come(address_of(post, cast.bao), letter(cast.bao, word)).fate is Fate.DONE
    (told,) = answers()
    assert told.language == ("en" if language == "de" else language)
    assert ("Écrire par courriel" if language == "fr" else "Writing by mail") in told.subject
    assert len(posts(cast.thread)) == 1


def test_undo_takes_back_a_post_within_a_day(cast, post):
    come(address_of(post, cast.bao), letter(cast.bao, "Too hasty."))
    assert come(address_of(post, cast.bao), letter(cast.bao, "Undo")).fate is Fate.DONE
    made = posts(cast.thread)[-1]
    assert made.is_deleted and db.session.get(PostQuote, made.id) is None
    assert "deleted" in answers()[-1].text
    come(address_of(post, cast.bao), letter(cast.bao, "Undo"))
    assert "nothing" in answers()[-1].subject


def test_undo_takes_back_following_too_and_only_the_last_mail(cast, post):
    come(address_of(post, cast.bao), letter(cast.bao, "First."))
    come(address_of(post, cast.bao), letter(cast.bao, "MUTE"))
    come(address_of(post, cast.bao), letter(cast.bao, "UNDO"))
    assert db.session.get_one(Follow, (cast.thread.id, cast.bao.id)).level is Level.DIGEST
    assert not posts(cast.thread)[-1].is_deleted


@pytest.mark.parametrize("word", ["MUTE", "STOP"])
def test_muting_cancels_what_waits_in_the_same_moment_and_undo_leaves_it_cancelled(cast, post, word):
    follow(cast.thread, by=cast.bao)
    operations.reply(cast.thread, body="One more", by=cast.ana)
    to, order, undo = address_of(post, cast.bao), letter(cast.bao, word), letter(cast.bao, "UNDO")
    waiting = select(Delivery.state).where(Delivery.key.like("post-%"), Delivery.kind == "post")
    level = select(Follow.level).where(Follow.entry_id == cast.thread.id, Follow.member_id == cast.bao.id)
    keep_promises()
    assert db.session.scalars(waiting).all() == [State.QUEUED]
    come(to, order)
    assert db.session.scalars(waiting).all() == [State.CANCELLED]
    come(to, undo)
    assert db.session.scalars(level).one() is Level.EVERY_POST
    assert db.session.scalars(waiting).all() == [State.CANCELLED]


def test_undo_is_too_late_after_a_day(cast, post):
    come(address_of(post, cast.bao), letter(cast.bao, "Yesterday."))
    for deed in db.session.scalars(select(MailDeed)):
        deed.done_at = clock.now() - timedelta(hours=25)
    db.session.commit()
    come(address_of(post, cast.bao), letter(cast.bao, "UNDO"))
    assert not posts(cast.thread)[-1].is_deleted


def test_nobody_else_can_undo_it(cast, post):
    come(address_of(post, cast.bao), letter(cast.bao, "Mine."))
    come(address_of(post, cast.ana), letter(cast.ana, "UNDO"))
    assert not posts(cast.thread)[-1].is_deleted


def test_who_is_erased_leaves_no_signature_and_no_mail(cast, post):
    come(address_of(post, cast.bao), letter(cast.bao, "Words.\n\n-- \nBao Nguyen, +84 123"))
    made = posts(cast.thread)[-1].id
    assert "+84" in db.session.get_one(PostQuote, made).text
    erase(db.session.get_one(Member, cast.bao.id))
    db.session.commit()
    work()
    assert db.session.get(PostQuote, made) is None
    row = db.session.scalars(select(ReceivedMail)).one()
    assert (row.sender, row.subject, row.raw, row.member_id) == ("", "", b"", None)


def test_what_came_before_they_were_a_member_is_forgotten_with_them(cast, post, make):
    come(address_of(post, cast.bao), letter("zoe@example.net", "May I?"))
    come(address_of(post, cast.bao), letter("another@example.net", "May I?"))
    zoe = make.member("zoe", email="Zoe@example.net")
    known = {row.sender for row in db.session.scalars(select(ReceivedMail))}
    assert known == {"zoe@example.net", "another@example.net"}
    erase(zoe)
    db.session.commit()
    known = {
        (row.sender, row.envelope_from, row.subject != "", row.raw) for row in db.session.scalars(select(ReceivedMail))
    }
    assert known == {("", "", False, b""), ("another@example.net", "another@example.net", True, b"raw")}


def test_what_another_member_sent_through_their_mailbox_still_waits_for_that_member(cast, post, make):
    zoe = make.member("zoe", email="Zoe@example.net")
    held = come(address_of(post, cast.bao), letter(cast.bao, "MARKER words.", authentic=False))
    held.envelope_from = "zoe@example.net"
    db.session.commit()
    erase(zoe)
    db.session.commit()
    db.session.expire_all()
    assert (held.fate, held.envelope_from, held.raw) == (Fate.HELD, "", b"raw")
    assert (held.sender, held.subject) == (cast.bao.email, "Re: Water in custody")
