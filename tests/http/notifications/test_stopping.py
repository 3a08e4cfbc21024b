"""What one click stops, says so, and undoes: for each purpose, without a cookie and as often as one likes."""

import re
from datetime import timedelta

import pytest

from forum.entries.models import Follow, Level
from forum.entries.operations import follow
from forum.kernel import clock
from forum.kernel.db import db
from forum.kernel.mail import Delivery, Reason, State
from forum.notifications.models import Frequency, GroupWeight, MailChoice, Section, Weight
from forum.notifications.operations import choice_of, resume, stop, weigh
from forum.notifications.preparing import look
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


@pytest.fixture
def waiting(settled):
    """Two posts on their way to Bao, in different threads and groups; the first also to Dora."""
    weigh(settled.andes_group, Weight.EACH, by=settled.dora)
    follow(settled.thread, by=settled.dora)
    threads.reply(settled.thread, body="Hello", by=settled.ana)
    elsewhere = threads.open_thread(settled.sahel_group, title="Elsewhere", body="Hello", by=settled.dora)
    follow(elsewhere, by=settled.bao)
    work()
    settled.elsewhere = elsewhere
    assert states(settled.bao) == [State.QUEUED, State.QUEUED] and states(settled.dora) == [State.QUEUED]
    return settled


def states(member):
    db.session.expire_all()
    mine = db.select(Delivery).where(Delivery.member_id == member.id, Delivery.kind == "post").order_by(Delivery.id)
    rows = db.session.scalars(mine).all()
    assert all(row.reason == (Reason.UNSUBSCRIBED if row.state is State.CANCELLED else "") for row in rows)
    return [row.state for row in rows]


#: What is done → what becomes of the two.
STOPPED = {
    "all posts": (lambda c: Token(Purpose.STOP_NOTICES, c.bao.id), [State.CANCELLED, State.CANCELLED]),
    "the group": (lambda c: Token(Purpose.STOP_GROUP, c.bao.id, c.andes_group.id), [State.CANCELLED, State.QUEUED]),
    "the thread": (lambda c: Token(Purpose.STOP_ENTRY, c.bao.id, c.thread.id), [State.CANCELLED, State.QUEUED]),
    "the other": (lambda c: Token(Purpose.STOP_ENTRY, c.bao.id, c.elsewhere.id), [State.QUEUED, State.CANCELLED]),
}


@pytest.mark.parametrize(("token", "becomes"), STOPPED.values(), ids=STOPPED)
def test_one_click_cancels_what_waits_of_it_and_nothing_else(as_, waiting, token, becomes):
    path = f"/unsubscribe/{token(waiting)}"
    as_(None).get(path)
    assert states(waiting.bao) == [State.QUEUED, State.QUEUED]
    answer = as_(None).post(path, data={"List-Unsubscribe": "One-Click"})
    assert states(waiting.bao) == becomes and states(waiting.dora) == [State.QUEUED]
    assert "You had stopped or paused this kind of mail." in as_(waiting.bao).get("/me/mail").text
    assert "not wanted any more" in as_(waiting.sofia).get("/mailing/outgoing?state=cancelled").text
    # brought back, what was cancelled stays so, and is left to the next digest
    as_(None).post(path, data={"undo": "1", "was": re.search(r'name="was" value="([^"]*)"', answer.text)[1]})
    assert states(waiting.bao) == becomes


@pytest.mark.parametrize(
    ("field", "value"),
    [("weight-andes", "normal"), ("weight-andes", "never"), ("at_once", ""), ("paused_until", "+3")],
)
def test_so_does_a_choice_on_the_page(as_, waiting, field, value):
    follow(waiting.thread, by=waiting.bao, level=Level.DIGEST) if value == "normal" else None
    follow(waiting.thread, by=waiting.bao) if value == "never" else None
    db.session.commit()
    if value.startswith("+"):
        value = (clock.now() + timedelta(days=int(value))).date().isoformat()
    form = {"frequency": "daily", "hour": "7", "weekday": "0", "at_once": "y"} | {field: value}
    form = {name: said for name, said in form.items() if said}
    assert as_(waiting.bao).post("/me/settings/mail", data=form).status_code == 303
    stopped_all = field in ("at_once", "paused_until")
    assert states(waiting.bao) == [State.CANCELLED, State.CANCELLED if stopped_all else State.QUEUED]


@pytest.mark.parametrize("asked", ["muted", "digest", "none"])
def test_so_does_following_less(as_, waiting, asked):
    weigh(waiting.andes_group, Weight.NORMAL, by=waiting.bao)
    db.session.commit()
    form = {"frequency": "daily", "hour": "7", "weekday": "0", "at_once": "y", f"follow-{waiting.thread.id}": asked}
    assert as_(waiting.bao).post("/me/settings/mail", data=form).status_code == 303
    assert states(waiting.bao) == [State.CANCELLED, State.QUEUED]


def test_what_names_somebody_still_comes_from_a_group_they_stopped(settled):
    threads.reply(settled.thread, body="For @bao", by=settled.ana)
    threads.reply(settled.thread, body="For all", by=settled.ana)
    work()
    stop(Token(Purpose.STOP_GROUP, settled.bao.id, settled.andes_group.id))
    assert states(settled.bao) == [State.QUEUED, State.CANCELLED]


def test_a_mail_that_may_have_arrived_is_not_called_cancelled(settled):
    threads.reply(settled.thread, body="Hello", by=settled.ana)
    work()
    row = db.session.scalars(db.select(Delivery)).one()
    row.state, row.handed_at = State.SENDING, clock.now()
    stop(Token(Purpose.STOP_ENTRY, settled.bao.id, settled.thread.id))
    assert states(settled.bao) == [State.SENDING]


def test_the_digest_after_an_undo_tells_what_was_cancelled(settled):
    choice_of(settled.bao).frequency = Frequency.DAILY
    choice_of(settled.bao).told_until = clock.now() - timedelta(days=1)
    threads.reply(settled.thread, body="Hello", by=settled.ana)
    work()

    def told():
        found = look(settled.bao, choice_of(settled.bao), until=clock.now()).chosen
        return [each.count for each in found if each.section is Section.REPLIES]

    token = Token(Purpose.STOP_ENTRY, settled.bao.id, settled.thread.id)
    assert told() == [1]  # the opening post: the other has a mail of its own
    was = stop(token)
    assert told() == []
    resume(token, was)
    assert told() == [2]


def test_a_title_that_is_not_for_its_member_any_more_is_not_said(as_, cast):
    page = as_(None).get(f"/unsubscribe/{Token(Purpose.STOP_ENTRY, cast.dora.id, cast.closed_thread.id)}").text
    assert "Between us" not in page and "You will hear nothing more of this." in page
    page = as_(None).get(f"/unsubscribe/{Token(Purpose.STOP_GROUP, cast.dora.id, cast.closed_group.id)}").text
    assert "Inner Circle" not in page


def test_a_token_for_something_else_stops_nothing(as_, cast):
    for purpose in (Purpose.ANSWER_POST, Purpose.SEE_POST, Purpose.SURE, Purpose.ANSWER_DIGEST):
        path = f"/unsubscribe/{Token(purpose, cast.bao.id, cast.thread.id)}"
        assert as_(None).get(path).status_code == as_(None).post(path).status_code == 404
