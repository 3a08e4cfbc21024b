"""At /dev/mail a mail is checked, answered as three programs would, stopped and sent back; what follows is what mail does."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from flask import current_app
from sqlalchemy import select, update

from forum.entries.models import Level
from forum.entries.operations import follow
from forum.inbound.lane import READER, read_what_came
from forum.inbound.models import Fate, ReceivedMail, Transport
from forum.kernel import clock
from forum.kernel.db import db
from forum.kernel.mail import Maildir, Office, Sender, State, Suppression
from forum.kernel.mail.deliveries import Delivery
from forum.kernel.mail.sending import send_due
from forum.mailing.programs import PROGRAMS, answered
from forum.notifications.models import Frequency, MailChoice
from forum.notifications.preparing import begin_telling, hurry, prepare_due
from forum.threads import operations as threads
from forum.threads.models import Post
from tests import checked_mail


@pytest.fixture
def box(app, tmp_path):
    kept, settings = app.extensions["forum.mail"], app.extensions["forum.settings"]
    office = Office(Sender("Forum", "forum@localhost"), Maildir(tmp_path), return_domain="reply.localhost")
    app.extensions["forum.mail"] = office
    app.extensions["forum.settings"] = replace(settings, mail_auth_host="mail.localhost")
    yield office
    app.extensions["forum.mail"], app.extensions["forum.settings"] = kept, settings
    READER.close()


@pytest.fixture
def digest(box, cast):
    """The name of Bao's digest, which has one item."""
    begin_telling(now=clock.now())
    db.session.execute(update(MailChoice).values(told_until=clock.now() - timedelta(hours=1)))
    old = clock.now() - timedelta(days=3)
    for thread in (cast.thread, cast.closed_thread):
        thread.created_at = thread.active_at = old
        for post in thread.posts:
            post.created_at = old
    threads.open_thread(cast.andes_group, title="Water by night", body="Who has *rules*?", by=cast.ana)
    hurry(now=clock.now())
    elsewhere(prepare_due, 50)
    elsewhere(send_due, box)
    [name] = [name for name, mail in box.outgoing.newest() if mail["To"] == "bao@example.org"]
    return name


def elsewhere(work, *args):
    """In a session of its own, as the worker has one."""
    db.session.commit()
    with current_app.app_context():
        work(*args)
    db.session.rollback()
    db.session.expire_all()


def settled():
    elsewhere(read_what_came, 10, lambda: False)
    return db.session.scalars(select(ReceivedMail).order_by(ReceivedMail.id.desc())).first()


def test_a_mail_is_shown_with_its_text_its_page_its_bytes_and_every_check(as_, digest):
    page = as_(None).get(f"/dev/mail/{digest}")
    assert page.status_code == 200 and "all checks say yes" in page.text
    assert f'src="/dev/mail/{digest}/page" sandbox' in page.text and "RFC 8058 3.1" in page.text
    alone = as_(None).get(f"/dev/mail/{digest}/page")
    assert "Water by night" in alone.text and "sandbox" in alone.headers["Content-Security-Policy"]
    source = as_(None).get(f"/dev/mail/{digest}/source")
    assert source.mimetype == "text/plain" and source.data.startswith(b"From: ") and b"\r\n\r\n" in source.data


def test_a_check_that_says_no_is_told_in_words(as_, box):
    mail = box.sender.bytes_of(checked_mail.good_message(key="odd")).replace(b"Subject:", b"X-Odd: 1\r\nSubject:")
    box.outgoing.hand_over(mail, sender="f@localhost", recipient="a@x.org", key="odd", promised=lambda: True)
    page = as_(None).get("/dev/mail/odd").text
    assert "checks say no" in page and "X-Odd" in page and '<span class="badge bad">no</span>' in page


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_digest_is_answered_as_each_program_would_and_it_comes_in(as_, digest, cast, program):
    form = {"program": program, "words": "1: We have *rules* in Cusco."}
    answer = as_(None).post(f"/dev/mail/{digest}/answer", data=form)
    assert answer.status_code == 303
    came = db.session.scalars(select(ReceivedMail)).one()
    assert came.transport is Transport.TRIED and came.envelope_from == "bao@example.org"
    page = as_(None).get(answer.location).text
    assert "not read yet" in page and "Look again" in page
    mail = settled()
    assert (mail.fate, mail.member_id) == (Fate.POSTED, cast.bao.id)
    post = db.session.get_one(Post, mail.entry_id)
    assert "We have *rules* in Cusco." in post.body and post.thread.title == "Water by night"
    page = as_(None).get(answer.location).text
    assert "not read yet" not in page and f"/threads/{post.thread_id}/posts/{post.number}" in page


@pytest.mark.parametrize("words", ["1: FOLLOW", "7: Nothing has this number."])
def test_what_we_answer_passes_every_check_though_the_mail_it_answers_became_no_post(as_, digest, box, words):
    as_(None).post(f"/dev/mail/{digest}/answer", data={"program": "iPhone", "words": words})
    assert settled().entry_id is None
    elsewhere(send_due, box)
    [name] = [name for name, mail in box.outgoing.newest() if str(mail["Auto-Submitted"]) == "auto-replied"]
    assert "all checks say yes" in as_(None).get(f"/dev/mail/{name}").text


@pytest.mark.parametrize("form", [{"program": "Gmail", "words": " "}, {"program": "Pine", "words": "Yes."}])
def test_an_answer_without_words_or_program_is_asked_for_again(as_, digest, form):
    page = as_(None).post(f"/dev/mail/{digest}/answer", data=form)
    assert page.status_code == 422 and form["words"] in page.text
    assert db.session.scalars(select(ReceivedMail)).all() == []


def test_a_mail_that_names_no_address_for_answers_cannot_be_answered(as_, box):
    mail = box.sender.bytes_of(checked_mail.good_message(key="personal", reply_to="", headers={}))
    box.outgoing.hand_over(mail, sender="f@localhost", recipient="a@x.org", key="personal", promised=lambda: True)
    assert "cannot be answered" in as_(None).get("/dev/mail/personal").text
    for deed, form in (
        ("answer", {"program": "Gmail", "words": "Yes"}),
        ("return", {"matter": "policy"}),
        ("stop", {}),
    ):
        assert as_(None).post(f"/dev/mail/personal/{deed}", data=form).status_code == 409


def test_a_mail_that_comes_back_pauses_the_address(as_, digest, cast):
    answer = as_(None).post(f"/dev/mail/{digest}/return", data={"matter": "no such address"})
    assert settled().fate is Fate.RETURNED
    assert db.session.scalars(select(Suppression.address)).all() == ["bao@example.org"]
    assert "came back" in as_(None).get(answer.location).text
    assert as_(None).post(f"/dev/mail/{digest}/return", data={"matter": "weather"}).status_code == 422


def test_a_complaint_pauses_it_too(as_, digest):
    as_(None).post(f"/dev/mail/{digest}/return", data={"matter": "complaint"})
    assert settled().fate is Fate.RETURNED
    assert db.session.scalars(select(Suppression.reason)).all() == ["complaint"]


def test_one_click_stops_it_and_what_waits(as_, digest, box, cast):
    page = as_(None).get(f"/dev/mail/{digest}").text
    [path] = re.findall(r'action="(/unsubscribe/[^"]+)"', page)
    follow(cast.thread, by=cast.bao, level=Level.DIGEST)
    waiting = db.session.scalars(select(Delivery).where(Delivery.member_id == cast.bao.id)).one()
    waiting.state, waiting.handed_at = State.QUEUED, None
    db.session.commit()
    assert as_(None).post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    db.session.expire_all()
    assert waiting.state is State.CANCELLED
    assert db.session.get(MailChoice, cast.bao.id).frequency is Frequency.NEVER


def test_the_button_makes_digests_due(as_, cast):
    begin_telling(now=clock.now())
    db.session.execute(update(MailChoice).values(next_at=clock.now() + timedelta(hours=9)))
    db.session.commit()
    assert as_(None).post("/dev/mail/digests").status_code == 303
    db.session.expire_all()
    assert all(choice.next_at <= clock.now() for choice in db.session.scalars(select(MailChoice)))


def test_what_came_by_another_way_is_not_shown_here(as_, digest):
    as_(None).post(f"/dev/mail/{digest}/return", data={"matter": "policy"})
    came = db.session.scalars(select(ReceivedMail)).one()
    came.transport = Transport.LMTP
    db.session.commit()
    assert as_(None).get(f"/dev/mail/came/{came.id}").status_code == 404
    assert as_(None).get("/dev/mail/came/999").status_code == 404


@pytest.mark.parametrize("language", ["en", "es", "fr", "ar", "pt", "xx"])
@pytest.mark.parametrize("program", PROGRAMS)
def test_each_program_writes_well_formed_mail_in_five_languages(program, language):
    mail = checked_mail.good_mail(language=language if language != "xx" else "en", text="Wörter\n\nzwei\n")
    raw = PROGRAMS[program](answered(mail, vouched_by="mail.localhost"), "Sí – 3: نعم")
    parsed = message_from_bytes(raw, policy=policy.default)
    assert not parsed.defects and parsed["Subject"] == "Re: Water by night, and 3 more"
    assert parsed["In-Reply-To"] == "<digest-7-2026-03-29@example.org>"
    text = parsed.get_body(("plain",)).get_content()
    assert text.startswith("Sí – 3: نعم") and "Wörter" in text
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
