"""The queue of what came: whose turn it is, what happens when a turn goes wrong, and for how long what came is kept."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from forum.extraction.outcomes import Interrupted, Reason, Unreadable
from forum.inbound import forgetting, lane
from forum.inbound.arriving import take_in
from forum.inbound.letters import Letter, Nature
from forum.inbound.models import Fate, ReceivedMail, Transport, Why
from forum.kernel import clock
from forum.kernel.db import begin_mode, db
from forum.notifications.tokens import Purpose, Token


@pytest.fixture
def came(front_desk, cast):
    """One mail, and how to look at it again."""
    to = f"{Token(Purpose.ANSWER_POST, cast.bao.id, 1)}@reply.example.org"
    db.session.commit()
    raw = b"From: bao@example.org\r\nSubject: x\r\n\r\nI agree.\r\n"
    take_in(raw, transport=Transport.LMTP, envelope_from="bao@example.org", envelope_to=to)


def turn(app, times=1):
    for _ in range(times):
        with app.app_context():
            lane.read_what_came(100, lambda: False)
        db.session.rollback()
        begin_mode.set("immediate")


def row():
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(select(ReceivedMail)).one()


def change(**values):
    db.session.execute(update(ReceivedMail).values(**values))
    db.session.commit()


def says(monkeypatch, **values):
    """Let the reader say this letter, or raise."""

    def read(_raw, _circumstances):
        if "error" in values:
            raise values["error"]
        return Letter(**values)

    monkeypatch.setattr(lane.READER, "read", read)


@pytest.mark.parametrize(("reason", "why"), [(Reason.TIME, Why.TOOK_TOO_LONG), (Reason.BOMB, Why.MALFORMED)])
def test_what_cannot_be_read_says_why(app, came, monkeypatch, reason, why):
    says(monkeypatch, error=Unreadable(reason))
    turn(app)
    assert (row().fate, row().why, row().leased_by) == (Fate.UNREADABLE, why, None)


def test_a_mail_whose_worker_was_killed_lets_the_others_pass(app, came, monkeypatch):
    first = row().id
    change(attempts=1)  # and no lease: another worker freed it
    later = b"From: bao@example.org\r\nSubject: later\r\n\r\nI agree too.\r\n"
    take_in(later, transport=Transport.LMTP, envelope_from="bao@example.org", envelope_to=row().envelope_to)
    read: list[int] = []
    monkeypatch.setattr(lane, "_turn", lambda id, fence: read.append(id))
    turn(app)
    assert read[0] != first and read[-1] == first


@pytest.mark.parametrize(
    "error", [Interrupted("killed"), OSError("no more processes"), RuntimeError("a mistake of ours")]
)
def test_what_goes_wrong_is_tried_again_later_and_in_the_end_given_up(app, came, monkeypatch, error):
    says(monkeypatch, error=error)
    turn(app)
    assert row().fate is Fate.RECEIVED and row().due_at > clock.now() and row().attempts == 1
    turn(app)
    assert row().attempts == 1  # not before its time
    for _ in range(lane.MAX_ATTEMPTS):
        change(due_at=clock.now() - timedelta(seconds=1))
        turn(app)
    assert (row().fate, row().why) == (Fate.UNREADABLE, Why.NONE)


def test_a_deed_that_fails_leaves_nothing_of_itself(app, came, monkeypatch):
    def half(received, _letter):
        received.subject = "half done"
        db.session.flush()
        raise RuntimeError("then the disk was full")

    says(monkeypatch, sender="bao@example.org")
    monkeypatch.setattr(lane, "settle", half)
    turn(app)
    assert (row().subject, row().fate) == ("", Fate.RECEIVED)


@pytest.mark.parametrize("nature", list(Nature))
def test_reports_go_one_way_and_everything_else_the_other(app, came, monkeypatch, nature):
    went = []
    says(monkeypatch, nature=nature)
    for name in ("settle", "take_back"):
        monkeypatch.setattr(
            lane, name, lambda received, _l, name=name: (went.append(name), setattr(received, "fate", Fate.DONE))
        )
    turn(app)
    assert went == ["take_back" if nature in (Nature.REPORT, Nature.COMPLAINT) else "settle"]


def test_who_was_only_slow_changes_nothing(app, came, monkeypatch):
    says(monkeypatch, sender="bao@example.org")
    with app.app_context():
        id, fence = lane._claim()
        change(attempts=fence + 1, leased_by="another:1")  # the lease ran out, and somebody else took it
        lane._settle(id, fence, Letter())
        lane._end(id, fence, fate=Fate.UNREADABLE)
    assert (row().fate, row().attempts, row().leased_by) == (Fate.RECEIVED, fence + 1, "another:1")


def test_a_mail_under_a_lease_is_left_alone_until_it_ends(app, came, monkeypatch):
    says(monkeypatch, sender="bao@example.org")
    change(leased_by="another:1", leased_until=clock.now() + timedelta(minutes=1))
    turn(app)
    assert row().fate is Fate.RECEIVED
    change(leased_until=clock.now() - timedelta(seconds=1))
    turn(app)
    assert row().fate is not Fate.RECEIVED


def test_what_a_killed_worker_held_is_free_at_once(app, came):
    change(leased_by=lane.worker_name(), leased_until=clock.now() + timedelta(minutes=1))
    assert lane.free_mails_of_dead_readers() == 1
    assert row().leased_by is None


@pytest.mark.parametrize(
    ("fate", "days", "kept"),
    [
        *((Fate.POSTED, 29, True), (Fate.POSTED, 31, False), (Fate.REFUSED, 31, False)),
        *((Fate.HELD, 31, True), (Fate.HELD, 91, False), (Fate.UNREADABLE, 89, True), (Fate.RECEIVED, 399, True)),
    ],
)
def test_what_was_said_is_kept_for_a_while(came, fate, days, kept):
    change(fate=fate, received_at=clock.now() - timedelta(days=days))
    forgetting.forget_old_arrivals()
    db.session.commit()
    assert bool(row().raw) is kept


@pytest.mark.parametrize(("fate", "left"), [(Fate.POSTED, 0), (Fate.RECEIVED, 1)])
def test_that_it_came_is_kept_for_longer(came, fate, left):
    change(fate=fate, received_at=clock.now() - timedelta(days=401))
    forgetting.forget_old_arrivals()
    db.session.commit()
    assert len(list(db.session.scalars(select(ReceivedMail.id)))) == left
