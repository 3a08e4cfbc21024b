"""What we say to a mail can be answered with one word, which is about just that mail."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from forum.access.rules import membership_of
from forum.accounts.models import Member
from forum.accounts.operations import erase
from forum.entries.models import Follow, Level
from forum.inbound.letters import Nature
from forum.inbound.models import Fate, MailDeed, MailQuestion, MailWords, ReceivedMail, Why
from forum.kernel import clock
from forum.kernel.db import db, save
from forum.kernel.mail import Delivery
from forum.notifications import operations as notifications
from forum.notifications.models import Digest, Frequency
from forum.notifications.operations import choice_of
from forum.notifications.tokens import Purpose, Token
from forum.threads import operations
from forum.threads.models import Draft, Post
from tests import make
from tests.domain.inbound.posting import answers, come, letter
from tests.domain.inbound.test_the_whole_way import PROGRAMS, answered

pytestmark = pytest.mark.usefixtures("front_desk")


@pytest.fixture
def post(cast) -> Post:
    found = db.session.scalars(select(Post).where(Post.thread_id == cast.thread.id)).one()
    db.session.commit()
    return found


@pytest.fixture
def to_post(cast, post) -> Token:
    return Token(Purpose.ANSWER_POST, cast.bao.id, post.id)


def reply_to(told: Delivery) -> str:
    return str(told.extras["reply_to"])


def level() -> Level | None:
    """How Bao, who follows one thing only, follows it."""
    mine = select(Follow.level).join(Member, Member.id == Follow.member_id).where(Member.email == "bao@example.org")
    return db.session.scalar(mine)


def posts(cast) -> list[Post]:
    db.session.expire_all()
    return list(db.session.scalars(select(Post).where(Post.thread_id == cast.thread.id).order_by(Post.number)))


def order(cast, to, word: str = "MUTE", **values) -> Delivery:
    """Order something, and get the answer."""
    assert come(to, letter(cast.bao, word, **values)).fate is Fate.DONE
    return answers()[-1]


@pytest.mark.parametrize("program", PROGRAMS)
def test_undo_works_on_the_whole_way(cast, to_post, program):
    """Our mail, as the member's program quotes it, through the door and the reader to the deed."""
    told = order(cast, to_post)
    assert "answer with UNDO" in told.text and level() is Level.MUTED
    received = answered(told, "UNDO", program)
    assert (received.fate, received.why) == (Fate.DONE, Why.NONE)
    assert level() is not Level.MUTED and "taken back" in answers()[-1].text


@pytest.mark.parametrize("program", PROGRAMS)
def test_later_works_on_the_whole_way(cast, to_post, program):
    save(Draft(member_id=cast.bao.id, place="new", body="Begun.", saved_at=clock.now() - timedelta(days=4)))
    db.session.commit()
    told = order(cast, to_post, "DONE")
    assert "answer with LATER" in told.text
    assert answered(told, "LATER", program).fate is Fate.DONE
    bao = db.session.scalars(select(Member).where(Member.email == "bao@example.org")).one()
    assert notifications.put_off_until(bao) is not None
    put_off = answers()[-1]
    assert "UNDO" in put_off.text
    come(reply_to(put_off), letter(bao, "Undo"))
    assert notifications.put_off_until(bao) is None


def test_every_answer_says_where_it_is_answered(front_desk, cast, to_post):
    operations.close(cast.thread, by=cast.ana)
    for text in ("HELP", "DONE", "FOLLOW", "UNDO", "words"):
        come(to_post, letter(cast.bao, text))
    mails = [front_desk.sender.bytes_of(told.message()).decode() for told in answers()]
    assert len(mails) == 5 and all("\nReply-To: " in mail for mail in mails)
    assert len({reply_to(told) for told in answers()}) == 5, "each is about another mail"


def test_undo_takes_back_that_mail_and_no_other(cast, to_post):
    muted = order(cast, to_post)
    come(to_post, letter(cast.bao, "Words in between."))
    come(reply_to(muted), letter(cast.bao, "UNDO"))
    assert level() is not Level.MUTED
    assert not posts(cast)[-1].is_deleted, "the latest mail was not meant"


def test_undo_again_changes_nothing(cast, to_post):
    come(to_post, letter(cast.bao, "A post of mine."))
    muted = order(cast, to_post)
    come(reply_to(muted), letter(cast.bao, "UNDO"))
    first = level()
    for _each in range(2):
        assert come(reply_to(muted), letter(cast.bao, "UNDO")).fate is Fate.DONE
        assert "before" in answers()[-1].text and "nothing" in answers()[-1].subject
    assert level() is first and not posts(cast)[-1].is_deleted


def test_undo_of_an_undo_takes_nothing_back(cast, to_post):
    undone = order(cast, reply_to(order(cast, to_post)), "UNDO")
    come(reply_to(undone), letter(cast.bao, "UNDO"))
    assert level() is not Level.MUTED and "nothing" in answers()[-1].subject


def test_undo_is_too_late_after_a_day_and_says_so(cast, to_post):
    muted = order(cast, to_post)
    for deed in db.session.scalars(select(MailDeed)):
        deed.done_at = clock.now() - timedelta(hours=25)
    db.session.commit()
    come(reply_to(muted), letter(cast.bao, "UNDO"))
    assert level() is Level.MUTED and "that day has passed" in answers()[-1].text


def test_what_cannot_be_taken_back_any_more_says_so(cast, to_post):
    come(to_post, letter(cast.bao, "Words."))
    mine = db.session.scalars(select(ReceivedMail)).one()
    operations.delete_post(posts(cast)[-1], by=cast.bao)
    db.session.commit()
    come(Token(Purpose.ANSWER_MAIL, cast.bao.id, mine.id), letter(cast.bao, "UNDO"))
    assert "cannot be taken back" in answers()[-1].text


def test_an_address_expires(cast, to_post):
    to = reply_to(order(cast, to_post))
    db.session.scalars(select(ReceivedMail)).one().received_at = clock.now() - timedelta(days=401)
    db.session.commit()
    received = come(to, letter(cast.bao, "UNDO"))
    assert (received.fate, received.why) == (Fate.REFUSED, Why.EXPIRED_ADDRESS)
    assert level() is Level.MUTED
    gone = come(Token(Purpose.ANSWER_MAIL, cast.bao.id, 10**9), letter(cast.bao, "UNDO"))
    assert gone.why is Why.EXPIRED_ADDRESS


def test_a_guessed_address_does_nothing_and_is_told_nothing(cast, to_post):
    to = reply_to(order(cast, to_post))
    before = len(answers())
    forged = come(("a" if to[0] != "a" else "b") + to[1:], letter(cast.bao, "UNDO"))
    assert (forged.fate, forged.why) == (Fate.REFUSED, Why.FORGED_ADDRESS)
    assert level() is Level.MUTED and len(answers()) == before


def test_somebody_elses_mail_cannot_be_named(cast, to_post):
    """Even by a token of ours: the mail must be of the member the token was made for."""
    order(cast, to_post)
    mine = db.session.scalars(select(ReceivedMail)).one()
    received = come(Token(Purpose.ANSWER_MAIL, cast.ana.id, mine.id), letter(cast.ana, "UNDO"))
    assert (received.fate, received.why) == (Fate.REFUSED, Why.EXPIRED_ADDRESS)
    assert level() is Level.MUTED


@pytest.mark.parametrize("values", [{"sender": "ana@example.org"}, {"authentic": False}])
def test_an_answer_that_may_be_somebody_elses_waits_until_its_member_says_so(cast, to_post, values):
    to = reply_to(order(cast, to_post))
    received = come(to, letter(cast.bao, "UNDO", **values))
    assert received.fate is Fate.HELD and level() is Level.MUTED
    asked = answers()[-1]
    assert asked.recipient == "bao@example.org"
    assert come(reply_to(asked), letter(cast.bao, "YES")).fate is Fate.DONE
    assert received.fate is Fate.RECEIVED, "and it is read once more"


@pytest.mark.parametrize("nature", [Nature.AUTOMATIC, Nature.OURS])
def test_machines_that_answer_are_not_answered(cast, to_post, nature):
    to = reply_to(order(cast, to_post))
    before = len(answers())
    assert come(to, letter(cast.bao, "UNDO", nature=nature)).fate is Fate.AUTOMATIC
    assert len(answers()) == before and level() is Level.MUTED


def test_words_go_nowhere_and_come_back(cast, to_post):
    to = reply_to(order(cast, to_post))
    received = come(to, letter(cast.bao, "Why did you MUTE me? This is PRIVATE."))
    assert (received.fate, received.why) == (Fate.REFUSED, Why.ONLY_ORDERS)
    assert len(posts(cast)) == 1 and "> Why did you MUTE me?" in answers()[-1].text
    assert db.session.get_one(MailWords, received.id).place == f"thread:{cast.thread.id}", "where they could be posted"


def test_an_order_is_about_what_the_mail_was_about(cast, to_post):
    muted = order(cast, to_post)
    follows = order(cast, reply_to(muted), "FOLLOW")
    assert level() is Level.EVERY_POST
    order(cast, reply_to(follows), "MUTE")
    assert level() is Level.MUTED, "however long they go on answering"


def test_an_order_about_what_is_gone_asks_which(cast, to_post, post):
    muted = order(cast, to_post)
    post.created_at = clock.now() - timedelta(days=500)
    db.session.commit()
    assert come(reply_to(muted), letter(cast.bao, "FOLLOW")).fate is Fate.DONE
    assert "several things" in answers()[-1].text and level() is Level.MUTED


def test_what_is_missing_of_a_digest_can_be_sent_in_answer(cast):
    now = clock.now()
    digest = save(Digest(member_id=cast.bao.id, day=now.date(), since=now - timedelta(days=1), until=now))
    choice_of(cast.bao).frequency = Frequency.WEEKLY
    db.session.commit()
    come(Token(Purpose.ANSWER_DIGEST, cast.bao.id, digest.id), letter(cast.bao, "Which line?"))
    told = answers()[-1]
    assert come(reply_to(told), letter(cast.bao, "9: Words.")).why is Why.NO_SUCH_ITEM
    come(reply_to(told), letter(cast.bao, "STOP"))
    assert choice_of(cast.bao).frequency is Frequency.NEVER
    come(reply_to(answers()[-1]), letter(cast.bao, "UNDO"))
    assert choice_of(cast.bao).frequency is Frequency.WEEKLY


def test_mail_stopped_by_its_address_comes_again(cast):
    choice_of(cast.bao).frequency = Frequency.WEEKLY
    db.session.commit()
    stopped = order(cast, Token(Purpose.STOP_DIGEST, cast.bao.id), "anything")
    assert choice_of(cast.bao).frequency is Frequency.NEVER and "UNDO" in stopped.text
    come(reply_to(stopped), letter(cast.bao, "UNDO"))
    assert choice_of(cast.bao).frequency is Frequency.WEEKLY


def test_a_question_that_was_not_understood_can_be_answered_in_turn(cast):
    question = save(MailQuestion(member_id=cast.bao.id))
    db.session.commit()
    come(Token(Purpose.SURE, cast.bao.id, question.id), letter(cast.bao, "perhaps"))
    assert come(reply_to(answers()[-1]), letter(cast.bao, "NO")).fate is Fate.DONE
    assert db.session.get_one(MailQuestion, question.id).was_theirs is False


def test_who_is_erased_is_not_obeyed(cast, to_post):
    to = reply_to(order(cast, to_post))
    erase(db.session.get_one(Member, cast.bao.id))
    db.session.commit()
    assert come(to, letter("bao@example.org", "UNDO")).fate is Fate.REFUSED


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("MUTE", "you do not follow “Water in custody” any more"),
        ("Words of mine.", "your post in “Water in custody” is deleted"),
        ("JOIN", "you are not in the group “Andes”, and do not ask to join it any more"),
    ],
)
def test_the_answer_to_undo_names_what_it_took_back(cast, to_post, text, says):
    if text == "JOIN":
        db.session.delete(membership_of(cast.bao, cast.andes_group))
        db.session.commit()
    come(to_post, letter(cast.bao, text))
    come(to_post, letter(cast.bao, "UNDO"))
    assert f"* {says}\n" in answers()[-1].text


def test_how_they_follow_afterwards_is_said_as_it_is(cast, to_post):
    for word in ("FOLLOW", "MUTE", "MUTE"):
        order(cast, to_post, word)
    for says in (
        "“Water in custody” is muted, as it was before",
        "you follow “Water in custody” again, as before",
        "you do not follow “Water in custody” any more",
    ):
        assert says in order(cast, to_post, "UNDO").text


@pytest.mark.parametrize(
    ("purpose", "says"),
    [
        (Purpose.STOP_DIGEST, "your digest comes again"),
        (Purpose.STOP_NOTICES, "posts come by mail at once again"),
        (Purpose.STOP_SEARCHES, "mail about the searches you keep comes again"),
        (Purpose.STOP_GROUP, "mail is no longer stopped for the group “Andes”"),
        (Purpose.STOP_ENTRY, "you do not follow “Water in custody” any more"),
    ],
)
def test_which_mail_is_no_longer_stopped_is_named(cast, purpose, says):
    things = {Purpose.STOP_GROUP: cast.andes_group.id, Purpose.STOP_ENTRY: cast.thread.id}
    stopped = order(cast, Token(purpose, cast.bao.id, things.get(purpose, 0)), "anything")
    assert f"* {says}\n" in order(cast, reply_to(stopped), "UNDO").text


@pytest.mark.parametrize("in_the_group", [True, False])
def test_what_is_stopped_is_named_to_whoever_may_know_of_it(cast, in_the_group):
    if in_the_group:
        make.membership(cast.bao, cast.closed_group)
        db.session.commit()
    group, thread = cast.closed_group, cast.closed_thread
    for purpose, id, name in (
        (Purpose.STOP_GROUP, group.id, group.name),
        (Purpose.STOP_ENTRY, thread.id, thread.title),
    ):
        stopped = order(cast, Token(purpose, cast.bao.id, id), "anything").text
        assert (f"“{name}”" in stopped, "UNDO" in stopped) == (in_the_group, True)


def test_what_was_taken_back_is_not_named_to_somebody_who_may_not_know_of_it_any_more(cast):
    make.membership(cast.bao, cast.closed_group)
    secret = cast.closed_thread
    title, opening = secret.title, db.session.scalars(select(Post).where(Post.thread_id == secret.id)).first()
    db.session.commit()
    muted = order(cast, Token(Purpose.ANSWER_POST, cast.bao.id, opening.id))
    assert title in muted.text
    db.session.delete(membership_of(cast.bao, cast.closed_group))
    db.session.commit()
    told = order(cast, reply_to(muted), "UNDO")
    assert title not in told.text
