"""What follows when a mail comes back, and what does not."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from forum.inbound.letters import Letter, Nature, Report
from forum.inbound.models import Fate, ReceivedMail, Transport, Why
from forum.inbound.returns import take_back
from forum.kernel import clock, mail
from forum.kernel.db import db, save
from forum.kernel.mail import Delivery, Maildir, Message, Office, Reason, Sender, State, promise
from forum.kernel.mail.deliveries import Suppression, lift
from forum.kernel.mail.sending import send_due

DOMAIN = "reply.example.org"
NO_SUCH = Report(
    recipient="bao@example.org", action="failed", status="5.1.1", diagnostic="smtp; 550 5.1.1 no such user"
)
FULL = Report(action="failed", status="5.2.2", diagnostic="smtp; 552 5.2.2 over quota")
LATER = Report(action="failed", status="4.4.7", diagnostic="smtp; delivery time expired")
POLICY = Report(action="failed", status="5.7.26", diagnostic="smtp; 550 5.7.26 unauthenticated")
DELAYED = Report(action="delayed", status="4.2.0", diagnostic="smtp; 451 busy")
DELIVERED = Report(action="delivered", status="2.0.0")


@pytest.fixture
def office(app, tmp_path, monkeypatch):
    chosen = Office(Sender("Forum", "forum@example.org"), Maildir(tmp_path), return_domain=DOMAIN)
    monkeypatch.setitem(app.extensions, "forum.mail", chosen)
    return chosen


@pytest.fixture
def sent(app, office, cast):
    """A function that sends a mail to Bao and gives its row."""

    def send(**values):
        number = db.session.scalar(select(func.count()).select_from(Delivery))
        given = {"to": cast.bao.email, "kind": "notice", "member_id": cast.bao.id, "key": f"mail-{number}", **values}
        promise(Message(subject="News", text="Hello", **given))
        deliver(app, office)
        return db.session.scalar(select(Delivery).order_by(Delivery.id.desc()).limit(1))

    return send


def deliver(app, office):
    """In a session of its own, as the worker has one."""
    db.session.commit()
    with app.app_context():
        tried = send_due(office)
    db.session.rollback()
    db.session.expire_all()
    return tried


def came(to, *reports, nature=Nature.REPORT, **values):
    raw = values.pop("raw", b"raw")
    received = save(
        ReceivedMail(
            transport=Transport.LMTP, envelope_to=to, raw=raw, size=len(raw), digest=str(clock.now()), **values
        )
    )
    take_back(
        received, Letter(nature=nature, sender="mailer-daemon@example.org", subject="Undelivered", reports=reports)
    )
    db.session.commit()
    db.session.expire_all()
    return received


def back_to(delivery):
    return f"b-{delivery.envelope}@{DOMAIN}"


def pauses():
    return [(row.address, row.reason, row.until is None) for row in db.session.scalars(select(Suppression))]


def test_an_address_that_is_no_longer_there_is_paused_until_somebody_lifts_it(sent, cast):
    delivery = sent()
    received = came(back_to(delivery), NO_SUCH)
    assert (delivery.state, delivery.reason) == (State.BOUNCED, Reason.NO_SUCH_ADDRESS)
    assert "no such user" in delivery.response
    assert (received.fate, received.why, received.settled_at is None) == (Fate.RETURNED, Why.BOUNCE, False)
    assert (received.delivery_id, received.member_id) == (delivery.id, cast.bao.id)
    assert pauses() == [("bao@example.org", Reason.NO_SUCH_ADDRESS, True)]
    another = sent()
    assert (another.state, another.reason) == (State.CANCELLED, Reason.SUPPRESSED)
    lift("bao@example.org")
    assert sent().state is State.SENT


def test_the_same_report_twice_changes_nothing_more(sent):
    delivery = sent()
    came(back_to(delivery), NO_SUCH)
    lift("bao@example.org")
    db.session.commit()
    came(back_to(delivery), NO_SUCH)
    assert sent().state is State.SENT and len(pauses()) == 1


def test_a_late_report_of_a_mail_from_before_the_pause_was_lifted_pauses_nothing(sent):
    first, second = sent(), sent()
    came(back_to(first), NO_SUCH)
    lift("bao@example.org")
    db.session.commit()
    came(back_to(second), NO_SUCH)
    assert second.state is State.BOUNCED and sent().state is State.SENT


@pytest.mark.parametrize("report", [FULL, LATER, Report(action="failed", status="", diagnostic="no")])
def test_what_may_pass_pauses_for_a_week_the_third_time(sent, report, monkeypatch):
    for _number in range(3):
        assert not pauses()
        delivery = sent()
        came(back_to(delivery), report)
        assert delivery.state is State.BOUNCED
    [(address, reason, for_good)] = pauses()
    assert address == "bao@example.org" and reason is delivery.reason and not for_good
    stopped = sent()
    assert stopped.reason is Reason.SUPPRESSED
    assert sent(kind="account").state is State.SENT  # what they ask for themselves is tried
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=8))
    came(back_to(sent()), report)
    assert len(pauses()) == 1  # it is counted from the beginning


def test_failures_long_ago_do_not_count(sent):
    for _number in range(4):
        delivery = sent()
        came(back_to(delivery), FULL)
        delivery.created_at -= timedelta(days=20)
        db.session.commit()
    assert not pauses()


@pytest.mark.parametrize("status", ["5.7.1", "5.7.26", "4.7.0", "5.1.8", "5.1.7"])
def test_what_is_our_fault_pauses_nobody_however_often(sent, status):
    for _number in range(4):
        delivery = sent()
        came(back_to(delivery), Report(action="failed", status=status, diagnostic="550 not from you"))
        assert (delivery.state, delivery.reason) == (State.BOUNCED, Reason.POLICY)
    assert not pauses()


def test_a_delay_is_noted_and_arriving_after_all_too(sent):
    delivery = sent()
    came(back_to(delivery), DELAYED)
    assert (delivery.state, delivery.reason) == (State.SENT, Reason.DEFERRED) and "busy" in delivery.response
    came(back_to(delivery), DELIVERED)
    assert (delivery.state, delivery.reason) == (State.SENT, Reason.NONE) and not pauses()


def test_of_a_mail_that_was_passed_on_to_several_the_failure_counts(sent):
    delivery = sent()
    came(back_to(delivery), DELIVERED, NO_SUCH)
    assert delivery.state is State.BOUNCED


def test_a_mail_we_were_not_sure_of_did_leave_and_is_not_sent_again(app, sent, office):
    delivery = sent()
    delivery.state, delivery.reason, delivery.handed_at, delivery.sent_at = (
        State.QUEUED, Reason.UNKNOWN, clock.now(), None,
    )  # fmt: skip
    db.session.commit()
    came(back_to(delivery), FULL)
    assert delivery.state is State.BOUNCED and delivery.sent_at is not None
    assert deliver(app, office) == 0


def test_a_complaint_stops_what_goes_to_many_and_nothing_else(sent, cast):
    waiting = Message(to=cast.bao.email, subject="x", text="x", kind="notice", key="waits")
    delivery = sent()
    promise(waiting, delay=timedelta(hours=1))
    came(back_to(delivery), Report(action="complaint"), nature=Nature.COMPLAINT)
    assert (delivery.state, delivery.reason) == (State.SENT, Reason.COMPLAINT)
    assert pauses() == [("bao@example.org", Reason.COMPLAINT, True)]
    queued = db.session.scalars(select(Delivery).where(Delivery.key == "waits")).one()
    assert (queued.state, queued.reason) == (State.CANCELLED, Reason.COMPLAINT)
    assert sent().reason is Reason.COMPLAINT and sent(kind="account").state is State.SENT
    lift(cast.bao.email)
    db.session.commit()
    came(back_to(delivery), Report(action="complaint"), nature=Nature.COMPLAINT)
    assert sent().state is State.SENT


def test_a_complaint_to_another_address_is_believed_when_it_quotes_the_return_address(sent):
    delivery = sent()
    received = came(
        f"complaints@{DOMAIN}",
        Report(action="complaint", return_address=back_to(delivery).upper()),
        nature=Nature.COMPLAINT,
    )
    assert received.delivery_id == delivery.id and pauses()


@pytest.mark.parametrize("nature", [Nature.REPORT, Nature.COMPLAINT])
def test_who_only_knows_the_message_id_changes_nothing(sent, nature):
    """The Message-ID of a digest can be guessed, and an address too."""
    delivery = sent()
    known = Report(recipient="bao@example.org", action="failed", status="5.1.1", message_id="mail-0@example.org")
    received = came(f"complaints@{DOMAIN}", known, nature=nature)
    assert received.delivery_id == delivery.id and received.member_id is None
    assert delivery.state is State.SENT and delivery.reason is Reason.NONE and not pauses()


@pytest.mark.parametrize("local", ["b-aaaaaaaaaaaaaaaaaaaaaaaa", "b-", "b-%", "b-' OR 1=1", "b-" + "x" * 300, "b-é"])
def test_a_guessed_return_address_changes_nothing(sent, local):
    delivery = sent()
    received = came(f"{local}@{DOMAIN}"[:320], NO_SUCH)
    assert received.fate is Fate.RETURNED and received.delivery_id is None
    assert delivery.state is State.SENT and not pauses()


def test_the_return_address_of_another_domain_is_not_ours(sent):
    delivery = sent()
    received = came(f"b-{delivery.envelope}@example.net", NO_SUCH)
    assert received.delivery_id is None and delivery.state is State.SENT


def test_a_return_address_survives_capitals_and_what_follows_a_plus(sent):
    delivery = sent()
    came(f"B-{delivery.envelope.upper()}+x@{DOMAIN.upper()}", NO_SUCH)
    assert delivery.state is State.BOUNCED


def test_a_report_long_after_the_mail_is_not_believed(sent):
    delivery = sent()
    delivery.sent_at -= timedelta(days=31)
    db.session.commit()
    received = came(back_to(delivery), NO_SUCH)
    assert received.why is Why.EXPIRED_ADDRESS and delivery.state is State.SENT and not pauses()


@pytest.mark.parametrize("state", [State.QUEUED, State.FAILED, State.CANCELLED, State.HELD])
def test_what_never_left_cannot_come_back(sent, state):
    delivery = sent()
    delivery.state, delivery.sent_at, delivery.handed_at = state, None, None
    db.session.commit()
    came(back_to(delivery), NO_SUCH)
    assert delivery.state is state and not pauses()


def test_a_report_that_says_nothing_a_machine_understands_changes_nothing(sent):
    delivery = sent()
    received = came(back_to(delivery))
    assert received.delivery_id == delivery.id and delivery.state is State.SENT
    came(back_to(delivery), Report(action="exploded", status="9.9.9"))
    assert delivery.state is State.SENT and not pauses()


def test_the_return_of_an_answer_to_a_stranger_pauses_nobody(sent):
    delivery = sent(kind="answer", to="stranger@example.net", member_id=None)
    came(back_to(delivery), NO_SUCH)
    assert delivery.state is State.BOUNCED and not pauses()


def test_nothing_is_sent_because_something_came_back(sent):
    delivery = sent()
    for report in (NO_SUCH, FULL, POLICY, DELAYED):
        came(back_to(delivery), report)
    assert db.session.scalar(select(func.count()).select_from(Delivery)) == 1
    assert mail.pause_on("bao@example.org") is not None
