"""Mail to postmaster@ and abuse@: those who look after the site hear of it, once for all that nobody has looked at."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask_babel import force_locale
from sqlalchemy import select

from forum.accounts.models import Member, Office
from forum.extraction.outcomes import Reason as Trouble
from forum.extraction.outcomes import Unreadable
from forum.inbound import lane
from forum.inbound.arriving import take_in
from forum.inbound.letters import Letter, Nature, Report
from forum.inbound.models import Fate, ReceivedMail, Transport, Why
from forum.inbound.queries import for_operators
from forum.inbound.returns import take_back
from forum.kernel import clock
from forum.kernel.db import begin_mode, db, save
from forum.kernel.mail import Delivery, Message, State, promise
from forum.mailing.operations import fetch
from forum.notices.models import Notice, NoticeKind, Reason
from forum.notices.operations import mark_read
from forum.notices.queries import count_unread, notices_of
from forum.notices.words import sentence
from forum.notifications.duties import begin_in, duties_of
from tests.domain.inbound.posting import come, letter
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("front_desk")
POSTMASTER, ABUSE = "postmaster@reply.example.org", "Abuse+list@reply.example.org"


def told(member):
    return [(each.notice.kind, each.notice.reason, each.count, each.is_unread) for each in notices_of(member)]


def once(count, is_unread=True):
    return (NoticeKind.OPERATORS, Reason.SITE, count, is_unread)


def test_the_secretariat_hears_of_it_and_nobody_else(cast):
    come(POSTMASTER, letter("stranger@example.net", "MARKER-TEXT", subject="MARKER-SUBJECT"))
    assert told(cast.sofia) == [once(1)]
    for other in (cast.ana, cast.bao, cast.chidi, cast.dora, cast.youssef):
        assert told(other) == []
    (each,) = notices_of(cast.sofia)
    assert each.path == "/moderation/mail#operators"
    assert "MARKER" not in f"{each.notice.said}{sentence(each)}", "a notice holds no words of strangers"


def test_a_flood_is_one_notice_with_a_number(cast):
    for n in range(300):
        to = (POSTMASTER, ABUSE)[n % 2]
        come(to, letter(f"spam{n}@example.net", "Buy.", nature=(Nature.WRITTEN, Nature.AUTOMATIC)[n % 3 == 0]))
    assert told(cast.sofia) == [once(300)] and count_unread(cast.sofia) == 1
    assert len(list(db.session.scalars(select(Notice.id)))) == 1
    with force_locale("en"):
        assert sentence(next(iter(notices_of(cast.sofia)))) == "300 mails came to postmaster@ or abuse@"


def test_telling_costs_the_same_however_much_came(cast):
    with statements() as first:
        come(POSTMASTER, letter("a@example.net"))
    for _ in range(20):
        come(POSTMASTER, letter("a@example.net"))
    with statements() as later:
        come(POSTMASTER, letter("a@example.net"))
    assert len(later) <= len(first)


def test_what_comes_after_it_was_read_is_a_new_notice(cast):
    come(POSTMASTER, letter("a@example.net"))
    mark_read(next(iter(notices_of(cast.sofia))).notice.id, by=cast.sofia)
    come(POSTMASTER, letter("a@example.net"))
    come(ABUSE, letter("b@example.net"))
    assert told(cast.sofia) == [once(2), once(1, False)]


def test_whoever_reads_it_reads_it_for_themselves(cast):
    cast.dora.office = Office.SECRETARIAT
    come(POSTMASTER, letter("a@example.net"))
    mark_read(next(iter(notices_of(cast.sofia))).notice.id, by=cast.sofia)
    come(POSTMASTER, letter("a@example.net"))
    assert told(cast.dora) == [once(2)] and told(cast.sofia) == [once(1), once(1, False)]


def test_where_there_is_no_secretariat_the_moderators_hear_of_it(cast):
    cast.sofia.suspended_until = clock.now() + timedelta(days=1)
    db.session.commit()
    come(POSTMASTER, letter("a@example.net"))
    assert told(cast.sofia) == [] and told(cast.chidi) == [once(1)]


def test_mail_to_other_addresses_tells_them_nothing(cast):
    come("andes@reply.example.org", letter("postmaster@example.net"))
    come("complaints@reply.example.org", letter("abuse@example.net"))
    assert told(cast.sofia) == []


def test_it_waits_in_their_digest_until_they_have_looked(cast):
    before = clock.now()
    received = [come(POSTMASTER, letter("a@example.net")) for _ in range(3)]
    now = clock.now() + timedelta(seconds=1)
    with force_locale("en"):
        (waits,) = duties_of(cast.sofia, at=now)
        assert (waits.words, waits.path) == ("3 mails came to postmaster@ or abuse@", "/moderation/mail#operators")
        assert begin_in([waits], before) and not begin_in([waits], now)
        assert duties_of(cast.chidi, at=now) == duties_of(cast.bao, at=now) == []
        fetch(received[0], by=cast.sofia)
        assert duties_of(cast.sofia, at=now) == []
    assert told(cast.sofia) == [once(3, False)]


COMPLAINT = Report(action="complaint", recipient="bao@example.org", message_id="unknown@example.org")


def handed_back(to, *reports, nature=Nature.COMPLAINT):
    received = save(ReceivedMail(transport=Transport.LMTP, envelope_to=to, raw=b"raw", size=3, digest=str(clock.now())))
    take_back(received, Letter(nature=nature, sender="network@example.net", subject="Abuse report", reports=reports))
    db.session.commit()
    return received


def test_a_report_of_abuse_in_the_form_for_it_is_one_to_look_at(cast):
    """RFC 5965: it is what abuse@ is for; it was filed away as the return of a mail nobody knows."""
    received = handed_back(ABUSE.lower(), COMPLAINT)
    assert (received.fate, received.why) == (Fate.DONE, Why.NONE)
    assert told(cast.sofia) == [once(1)] and received in for_operators()


def test_one_that_names_a_mail_of_ours_is_heeded_and_needs_nobody(cast):
    promise(Message(to=cast.bao.email, subject="News", text="Hello", kind="digest", member_id=cast.bao.id, key="one"))
    sent = db.session.scalars(select(Delivery)).one()
    sent.state, sent.sent_at = State.SENT, clock.now()
    quoted = Report(action="complaint", return_address=f"b-{sent.envelope}@reply.example.org")
    received = handed_back(ABUSE.lower(), quoted)
    assert (received.fate, received.why) == (Fate.RETURNED, Why.COMPLAINT)
    assert told(cast.sofia) == []


def test_what_cannot_be_read_is_told_too(app, cast, monkeypatch):
    def gives_up(*_):
        raise Unreadable(Trouble.BOMB)

    monkeypatch.setattr(lane.READER, "read", gives_up)
    sofia = cast.sofia.id
    db.session.commit()
    raw = b"From: a@example.net\r\n\r\nWords.\r\n"
    for to in (POSTMASTER, "andes@reply.example.org"):
        take_in(raw, transport=Transport.LMTP, envelope_from="a@example.net", envelope_to=to)
    with app.app_context():
        lane.read_what_came(10, lambda: False)
    db.session.rollback()
    begin_mode.set("immediate")
    assert told(db.session.get_one(Member, sofia)) == [once(1)]
    assert [each.envelope_to for each in for_operators()] == [POSTMASTER]
