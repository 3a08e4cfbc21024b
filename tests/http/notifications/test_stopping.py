"""What one click stops, says so, and undoes: for each purpose, without a cookie and as often as one likes."""

import re

import pytest

from forum.entries.models import Follow, Level
from forum.entries.operations import follow
from forum.kernel.db import db
from forum.kernel.mail import Delivery, Reason, State
from forum.notifications.models import Frequency, GroupWeight, MailChoice, Weight
from forum.notifications.operations import choice_of, weigh
from forum.notifications.tokens import Purpose, Token
from forum.threads import operations as threads
from tests.working import work


def chosen(cast):
    db.session.expire_all()
    choice, weight = (
        db.session.get(MailChoice, cast.bao.id),
        db.session.get(GroupWeight, (cast.bao.id, cast.andes_group.id)),
    )
    known = db.session.get(Follow, (cast.thread.id, cast.bao.id))
    return (choice.frequency, choice.at_once, weight and weight.weight, known and known.level)


@pytest.fixture
def settled(cast):
    """Bao wants everything, at once."""
    choice_of(cast.bao).frequency = Frequency.WEEKLY
    weigh(cast.andes_group, Weight.EACH, by=cast.bao)
    follow(cast.thread, by=cast.bao)
    db.session.commit()
    return cast


PURPOSES = {
    Purpose.STOP_DIGEST: (lambda c: 0, "no digest", (Frequency.NEVER, True, Weight.EACH, Level.EVERY_POST)),
    Purpose.STOP_NOTICES: (lambda c: 0, "at once any more", (Frequency.WEEKLY, False, Weight.EACH, Level.EVERY_POST)),
    Purpose.STOP_GROUP: (
        lambda c: c.andes_group.id,
        "the group “Andes”",
        (Frequency.WEEKLY, True, Weight.NEVER, Level.EVERY_POST),
    ),
    Purpose.STOP_ENTRY: (
        lambda c: c.thread.id,
        "“Water in custody”",
        (Frequency.WEEKLY, True, Weight.EACH, Level.MUTED),
    ),
}


@pytest.mark.parametrize(("purpose", "how"), PURPOSES.items(), ids=[each.name for each in PURPOSES])
def test_each_purpose_is_explained_stopped_and_undone(as_, settled, purpose, how):
    thing, words, afterwards = how
    path = f"/unsubscribe/{Token(purpose, settled.bao.id, thing(settled))}"
    before = chosen(settled)
    assert words in as_(None).get(path).text and chosen(settled) == before
    first = as_(None).post(path, data={"List-Unsubscribe": "One-Click"})
    assert first.status_code == 200 and "It is stopped" in first.text and chosen(settled) == afterwards
    was = re.search(r'name="was" value="([^"]*)"', first.text)[1]
    assert as_(None).post(path).status_code == 200 and chosen(settled) == afterwards  # again
    answer = as_(None).post(path, data={"undo": "1", "was": was})
    assert "It comes again" in answer.text and chosen(settled) == before
    as_(None).post(path, data={"undo": "1", "was": was})
    assert chosen(settled) == before


@pytest.mark.parametrize("odd", ["", "never", "muted", "x" * 500, "each"])
def test_an_undo_that_says_nonsense_gives_what_most_choose(as_, settled, odd):
    for purpose, (thing, _words, _after) in PURPOSES.items():
        path = f"/unsubscribe/{Token(purpose, settled.bao.id, thing(settled))}"
        as_(None).post(path)
        assert as_(None).post(path, data={"undo": "1", "was": odd}).status_code == 200
    assert chosen(settled)[0] is Frequency.DAILY and chosen(settled)[3] is Level.DIGEST


def test_posts_that_wait_to_be_sent_are_stopped_at_once(as_, settled):
    threads.reply(settled.thread, body="Hello", by=settled.ana)
    work()
    assert db.session.scalars(db.select(Delivery.state)).all() == [State.QUEUED]
    as_(None).post(f"/unsubscribe/{Token(Purpose.STOP_NOTICES, settled.bao.id)}")
    [row] = db.session.scalars(db.select(Delivery)).all()
    assert (row.state, row.reason) == (State.CANCELLED, Reason.UNSUBSCRIBED)


def test_a_title_that_is_not_for_its_member_any_more_is_not_said(as_, cast):
    page = as_(None).get(f"/unsubscribe/{Token(Purpose.STOP_ENTRY, cast.dora.id, cast.closed_thread.id)}").text
    assert "Between us" not in page and "You will hear nothing more of this." in page
    page = as_(None).get(f"/unsubscribe/{Token(Purpose.STOP_GROUP, cast.dora.id, cast.closed_group.id)}").text
    assert "Inner Circle" not in page


def test_a_token_for_something_else_stops_nothing(as_, cast):
    for purpose in (Purpose.ANSWER_POST, Purpose.SEE_POST, Purpose.SURE, Purpose.ANSWER_DIGEST):
        path = f"/unsubscribe/{Token(purpose, cast.bao.id, cast.thread.id)}"
        assert as_(None).get(path).status_code == as_(None).post(path).status_code == 404
