"""/me/mail, "why did I not get it?", and the banner of those whose mail comes back."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from forum.kernel import clock
from forum.kernel.db import db
from forum.kernel.mail import Delivery, Message, Reason, State, promise
from forum.kernel.mail.deliveries import Suppression, end_pauses, suppress
from forum.mailing.queries import Without, days_without
from forum.notifications.models import Digest, Frequency, MailChoice
from tests.statements import statements

HOT = ["/", "/threads", "/groups/andes", "/recommendations"]


def mail_to(member, state=State.SENT, reason=Reason.NONE, **values):
    key = f"{member.handle}-{clock.now().timestamp()}"
    fields = {"subject": "MARKER-SUBJECT", "text": "MARKER-TEXT", "html": "MARKER-HTML", "kind": "digest", "key": key}
    response = values.pop("response", "")
    promise(Message(to=member.email, member_id=member.id, **{**fields, **values}))
    row = db.session.scalar(select(Delivery).order_by(Delivery.id.desc()).limit(1))
    row.state, row.reason, row.response = state, reason, response
    row.sent_at = clock.now() if state in (State.SENT, State.BOUNCED) else None
    db.session.commit()
    return row


def test_each_mail_is_there_with_what_became_of_it(as_, cast):
    mail_to(cast.bao)
    mail_to(cast.bao, State.BOUNCED, Reason.NO_SUCH_ADDRESS, response="550 5.1.1 no <b>such</b> user")
    mail_to(cast.bao, State.CANCELLED, Reason.NOT_VISIBLE)
    page = as_(cast.bao).get("/me/mail").text
    assert "Your mail provider took it." in page and "there is no such address" in page
    assert "no &lt;b&gt;such&lt;/b&gt; user" in page and "/me/settings/email" in page
    assert "hidden, deleted or made private" in page


@pytest.mark.parametrize("name", ["ana", "dora", "youssef", "chidi", "sofia"])
def test_nobody_else_sees_it_and_nothing_it_said_is_shown(as_, cast, name):
    mail_to(cast.bao, response="MARKER-RESPONSE")
    page = as_(getattr(cast, name)).get("/me/mail").text
    assert "No mail was sent to you" in page or name == "youssef"
    assert "MARKER" not in page and cast.bao.email not in page
    assert "MARKER" not in as_(cast.bao).get("/me/mail").text  # what it told of may not be theirs any more


def test_visitors_sign_in_first(as_):
    assert as_(None).get("/me/mail").status_code == 303
    assert as_(None).post("/me/mail/lift").status_code == 303


def test_what_is_about_the_account_is_named(as_, cast):
    mail_to(cast.bao, kind="account", subject="A new password")
    assert "A new password" in as_(cast.bao).get("/me/mail").text


def test_two_months_are_shown_a_page_at_a_time_with_the_same_statements(as_, cast):
    client = as_(cast.bao)
    mail_to(cast.bao)
    client.get("/me/mail")
    with statements() as few:
        client.get("/me/mail")
    for _number in range(25):
        mail_to(cast.bao)
    old = mail_to(cast.bao)
    old.created_at -= timedelta(days=61)
    db.session.commit()
    with statements() as many:
        first = client.get("/me/mail").text
    assert len(few) == len(many) <= 8, "\n".join(many)
    assert first.count('id="mail-') == 20 and client.get("/me/mail?page=2").text.count('id="mail-') == 6
    assert client.get("/me/mail?page=9").status_code == 404


def pause(member, reason=Reason.NO_SUCH_ADDRESS, **values):
    suppress(member.email, reason=reason, **values)
    db.session.commit()


@pytest.mark.parametrize("path", [*HOT, "/threads/{thread}", "/me", "/library", "/me/settings/mail"])
def test_every_page_says_so_while_mail_comes_back_and_one_click_ends_it(as_, cast, path):
    path = path.format(thread=cast.thread.id)
    client, other = as_(cast.bao), as_(cast.dora)
    for _kept in range(2):
        client.get(path), other.get(path)
    pause(cast.bao)
    assert "Mail to you came back" in client.get(path).text
    assert "Mail to you came back" not in other.get(path).text
    assert "Mail to you came back" not in as_(None).get(path).text
    answer = client.post("/me/mail/lift", headers={"Referer": f"http://localhost{path}"})
    assert answer.status_code == 303 and answer.location == path
    after = client.get(path).text
    assert "Mail to you came back" not in after and "We write to bao@example.org again" in after
    assert "We write to" not in client.get(path).text


def test_a_page_costs_who_is_paused_one_statement_more_and_the_others_none(as_, cast):
    client = as_(cast.bao)
    client.get("/me")
    with statements() as before:
        client.get("/me")
    pause(cast.dora)
    with statements() as beside:
        client.get("/me")
    pause(cast.bao)
    with statements() as during:
        client.get("/me")
    assert len(before) == len(beside) == len(during) - 1


@pytest.mark.parametrize(
    ("reason", "words", "changes"),
    [
        (Reason.NO_SUCH_ADDRESS, "there is no such address", True),
        (Reason.MAILBOX_FULL, "Your mailbox was full", False),
        (Reason.COMPLAINT, "reported as spam", False),
        (Reason.SUPPRESSED, "paused it", True),
    ],
)
def test_the_banner_says_why_and_what_to_do(as_, cast, reason, words, changes):
    pause(cast.bao, reason)
    page = as_(cast.bao).get("/me").text
    banner = page.split("mail-paused")[1].split("</aside>")[0]
    assert words in page and ("/me/settings/email" in page.split("</aside>")[0]) is changes, banner


def test_a_pause_that_is_over_says_nothing_and_is_noted_as_over(as_, cast):
    pause(cast.bao, Reason.MAILBOX_FULL, until=clock.now() - timedelta(minutes=1))
    assert "mail-paused" not in as_(cast.bao).get("/").text
    end_pauses()
    db.session.commit()
    assert db.session.scalars(select(Suppression)).one().lifted_at is not None


def test_lifting_lifts_one_s_own_pause_only(as_, cast):
    pause(cast.bao)
    as_(cast.dora).post("/me/mail/lift")
    assert "mail-paused" in as_(cast.bao).get("/").text


# days without a digest


def choice_of(member, **values):
    now = clock.now()
    given = {"frequency": Frequency.DAILY, "hour": 0, "told_until": now, "next_at": now + timedelta(days=1), **values}
    row = MailChoice(member_id=member.id, **given)
    db.session.add(row)
    member.approved_at = now - timedelta(days=10)
    db.session.commit()
    return row


def whys(member, choice):
    return [(gap.why, (gap.latest - gap.earliest).days + 1) for gap in days_without(member, choice)]


def test_days_on_which_nothing_was_new_are_one_line(cast):
    choice = choice_of(cast.bao)
    assert whys(cast.bao, choice) == [(Without.NOTHING_NEW, 11)]
    day = clock.now().date() - timedelta(days=3)
    digest = Digest(member_id=cast.bao.id, day=day, since=clock.now(), until=clock.now())
    db.session.add(digest)
    db.session.commit()
    assert whys(cast.bao, choice) == [(Without.NOTHING_NEW, 3), (Without.NOTHING_NEW, 7)]


def test_who_chose_none_is_told_so(cast):
    assert whys(cast.bao, choice_of(cast.bao, frequency=Frequency.NEVER)) == [(Without.NEVER, 11)]


def test_days_of_the_week_that_were_not_chosen(cast):
    found = days_without(cast.bao, choice_of(cast.bao, frequency=Frequency.WEEKDAYS))
    weekend = {gap.latest.weekday() for gap in found if gap.why is Without.OTHER_DAY}
    assert weekend == {6} and all(gap.why in (Without.OTHER_DAY, Without.NOTHING_NEW) for gap in found)


def test_a_pause_and_a_digest_that_is_not_due_yet_and_one_that_is_late(cast):
    now = clock.now()
    told = now - timedelta(days=4)
    paused = choice_of(cast.bao, paused_until=now.date() + timedelta(days=3), told_until=told)
    assert whys(cast.bao, paused)[0] == (Without.PAUSED, 4)
    paused.paused_until, paused.next_at = None, now - timedelta(hours=1)
    assert whys(cast.bao, paused)[0] == (Without.LATE, 4)
    paused.next_at, paused.told_until = now + timedelta(hours=1), now - timedelta(days=1)
    assert whys(cast.bao, paused)[0] == (Without.NOT_YET, 1)


def test_the_page_says_these_days(as_, cast):
    choice_of(cast.bao)
    assert "Nothing was new for you." in as_(cast.bao).get("/me/mail").text
