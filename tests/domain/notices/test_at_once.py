"""Posts by mail at once: to whom they concern, once, threaded, as they may see it at the moment it goes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import current_app
from sqlalchemy import select, update

from forum.entries.models import Level
from forum.entries.operations import follow
from forum.kernel import clock
from forum.kernel.db import db
from forum.kernel.events import OutboxRow
from forum.kernel.jobs import drain
from forum.kernel.mail import Delivery, Maildir, Office, Reason, Sender, State
from forum.kernel.mail.sending import send_due
from forum.notices.handlers import at_once
from forum.notices.letters import LARGEST_WORDS, key_of, subject_of
from forum.notices.recipients import BURST
from forum.notifications import addresses
from forum.notifications.models import Weight
from forum.notifications.operations import choice_of, stop, weigh
from forum.notifications.origins import MailOrigin
from forum.notifications.tokens import Purpose, Token
from forum.threads import operations as threads
from tests import make
from tests.statements import statements
from tests.working import elsewhere, work

SENDER = Sender("Forum", "forum@example.org")


@pytest.fixture
def office(app, tmp_path):
    kept = app.extensions["forum.mail"]
    app.extensions["forum.mail"] = Office(SENDER, Maildir(tmp_path), return_domain="reply.example.org")
    yield app.extensions["forum.mail"]
    app.extensions["forum.mail"] = kept


def mailed(*, kind="post"):
    """handle → mails promised, in their order."""
    found: dict[str, list[Delivery]] = {}
    for row in db.session.scalars(select(Delivery).where(Delivery.kind == kind).order_by(Delivery.id)):
        found.setdefault(row.recipient.partition("@")[0], []).append(row)
    return found


def mail_of(office, delivery):
    """As a mail program reads it."""
    from email import message_from_bytes, policy

    return message_from_bytes(office.bytes_of(delivery), policy=policy.default)


def sent(office):
    elsewhere(send_due, office)
    return {row.key: (row.state, row.reason) for row in db.session.scalars(select(Delivery))}


def test_it_goes_to_whom_it_names_who_follows_every_post_and_who_wants_each_and_not_to_its_author(office, cast):
    noor = make.member("noor")
    make.membership(noor, cast.andes_group)
    follow(cast.thread, by=cast.bao, level=Level.EVERY_POST)
    follow(cast.thread, by=cast.sofia, level=Level.DIGEST)
    for who in (noor, cast.ana, cast.dora):  # Dora is in no such group
        weigh(cast.andes_group, Weight.EACH, by=who)
    threads.reply(cast.thread, body="What does @chidi think?", by=cast.ana)
    work()
    found = mailed()
    assert found.keys() == {"bao", "noor", "chidi"} and all(len(each) == 1 for each in found.values())
    assert "you follow every post" in found["bao"][0].text and "it names you" in found["chidi"][0].text
    assert "each post of" in found["noor"][0].text


def test_whatever_the_worker_does_twice_is_mailed_once(office, cast):
    follow(cast.thread, by=cast.bao)
    weigh(cast.andes_group, Weight.EACH, by=cast.bao)
    post = threads.reply(cast.thread, body="For @bao", by=cast.ana)
    work()
    db.session.execute(update(OutboxRow).values(done_at=None, leased_until=None, attempts=0))
    work()
    assert [each.key for each in mailed()["bao"]] == [key_of(post.id, cast.bao.id)]


def test_the_headers_build_the_conversation_in_every_copy(office, cast):
    for who in (cast.bao, cast.dora):
        follow(cast.thread, by=who)
    db.session.add(MailOrigin(entry_id=cast.thread.posts[0].id, message_id="CAF123@mail.example.net"))
    one = threads.reply(cast.thread, body="One", by=cast.ana)
    two = threads.reply(cast.thread, body="Two", by=cast.ana)
    first = cast.thread.posts[0]
    work()
    copies = {who: [mail_of(office, each) for each in rows] for who, rows in mailed().items()}
    assert [m["Message-ID"] for m in copies["bao"]] == [m["Message-ID"] for m in copies["dora"]]
    mail = copies["bao"][1]
    assert mail["Message-ID"] == f"<post-{two.id}@example.org>"
    assert mail["In-Reply-To"] == f"<post-{one.id}@example.org>"
    assert mail["References"].split() == [
        "<CAF123@mail.example.net>",
        f"<post-{first.id}@example.org>",
        f"<post-{one.id}@example.org>",
    ]
    assert mail["Subject"] == "Re: Water in custody" and mail["List-Id"] == "<andes.reply.example.org>"
    assert mail["Archived-At"].endswith(f"/threads/{cast.thread.id}/posts/3>")
    assert mail["Precedence"] == "list" and mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_it_comes_from_its_author_s_name_and_our_address_and_is_answered_at_a_token(office, cast):
    follow(cast.thread, by=cast.bao)
    post = threads.reply(cast.thread, body="One", by=cast.ana)
    work()
    mail = mail_of(office, mailed()["bao"][0])
    [sender] = mail["From"].addresses
    assert sender.display_name == "Ana via Justice With Children" and sender.addr_spec == "forum@example.org"
    assert "ana@example.org" not in str(mail)
    assert addresses.read(mail["Reply-To"]) == Token(Purpose.ANSWER_POST, cast.bao.id, post.id)
    assert "Answer this mail" in mailed()["bao"][0].text
    unsubscribe = mail["List-Unsubscribe"]
    assert "mailto:" in unsubscribe and "/unsubscribe/" in unsubscribe


def test_who_could_not_answer_and_a_site_that_takes_no_mail_offer_no_address(app, office, cast):
    for who in (cast.bao, cast.dora):
        follow(cast.thread, by=who)
    threads.reply(cast.thread, body="One", by=cast.ana)
    app.extensions["forum.mail"] = Office(SENDER, office.outgoing)
    second = threads.open_thread(cast.andes_group, title="Another", body="For @bao", by=cast.ana)
    db.session.flush()
    at_once.mail_post(second.posts[0].id)
    assert mail_of(office, mailed()["bao"][0])["Reply-To"] is None
    app.extensions["forum.mail"] = office
    work()
    found = mailed()
    assert mail_of(office, found["dora"][0])["Reply-To"] is None  # not in the group
    assert "Answer this mail" not in found["dora"][0].text
    assert mail_of(office, found["bao"][1])["Reply-To"] is not None


@pytest.mark.parametrize(
    ("title", "number", "subject"),
    [("Water", 1, "Water"), ("Water", 2, "Re: Water"), ("Re: Water", 2, "Re: Water"), ("AW : Wasser", 3, "Re: Wasser")],
)
def test_re_stands_before_the_title_once(app, cast, title, number, subject):
    cast.thread.title = title
    post = make.post(cast.thread, by=cast.ana)
    post.number = number
    assert subject_of(post) == subject


def test_it_speaks_its_reader_s_language_by_their_clocks_from_right_to_left(office, cast):
    cast.youssef.time_zone = "Asia/Tokyo"
    follow(cast.thread, by=cast.youssef)
    post = threads.reply(cast.thread, body="Hello **there** [page](/threads/1)", by=cast.ana)
    post.created_at = clock.now().replace(hour=20, minute=5)
    work()
    row = mailed()["youssef"][0]
    assert row.language == "ar" and 'dir="rtl"' in row.html and 'lang="en" dir="auto"' in row.html
    assert "<strong>there</strong>" in row.html and f'href="{current_app.config["BASE_URL"]}/threads/1"' in row.html
    assert "05:05" in row.html or "5:05" in row.html or "٥:٠٥" in row.html


def test_what_only_a_group_may_read_is_a_title_and_a_link(office, cast):
    make.membership(cast.bao, cast.closed_group)
    weigh(cast.closed_group, Weight.EACH, by=cast.bao)
    threads.reply(cast.closed_thread, body="MARKER-SECRET", by=cast.ana)
    work()
    [row] = mailed()["bao"]
    mail = str(mail_of(office, row))
    assert "MARKER-SECRET" not in mail and "Between us" in mail and "Ana" not in mail
    assert f"/threads/{cast.closed_thread.id}/posts/2" in row.text


def test_a_discreet_mail_says_that_something_is_new_and_nothing_else(office, cast):
    choice_of(cast.bao).discreet = True
    follow(cast.thread, by=cast.bao)
    threads.reply(cast.thread, body="MARKER-WORDS", by=cast.ana)
    work()
    mail = mail_of(office, mailed()["bao"][0])
    assert mail["Subject"] == "1 new item" and mail["In-Reply-To"] is None and mail["References"] is None
    for word in ("MARKER-WORDS", "Water", "andes", "Andes", "Ana", f"/threads/{cast.thread.id}"):
        assert word not in str(mail)


@pytest.mark.parametrize("name", ["bao", "dora", "youssef"])
def test_nobody_is_mailed_what_they_may_not_see(office, cast, name):
    who = getattr(cast, name)
    follow(cast.closed_thread, by=who)
    threads.reply(cast.closed_thread, body=f"MARKER for @{name}", by=cast.ana)
    work()
    assert mailed() == {}


BETWEEN = {
    "hidden": (lambda cast, post: setattr(post, "hidden_at", clock.now()), Reason.NOT_VISIBLE),
    "its thread hidden": (lambda cast, post: setattr(cast.thread, "hidden_at", clock.now()), Reason.NOT_VISIBLE),
    "deleted": (
        lambda cast, post: threads.delete_post(post, by=cast.ana, reason="It named a child."),
        Reason.NOT_VISIBLE,
    ),
    "muted": (lambda cast, post: follow(cast.thread, by=cast.bao, level=Level.MUTED), Reason.UNSUBSCRIBED),
    "digest only": (lambda cast, post: follow(cast.thread, by=cast.bao, level=Level.DIGEST), Reason.UNSUBSCRIBED),
    "off": (lambda cast, post: setattr(choice_of(cast.bao), "at_once", False), Reason.UNSUBSCRIBED),
    "suspended": (
        lambda cast, post: setattr(cast.bao, "suspended_until", clock.now() + timedelta(days=1)),
        Reason.NOT_A_MEMBER,
    ),
    "holiday": (
        lambda cast, post: setattr(choice_of(cast.bao), "paused_until", (clock.now() + timedelta(days=3)).date()),
        Reason.UNSUBSCRIBED,
    ),
    "stopped by one click": (
        lambda cast, post: stop(Token(Purpose.STOP_ENTRY, cast.bao.id, cast.thread.id)),
        Reason.UNSUBSCRIBED,
    ),
}


@pytest.mark.parametrize(("happens", "reason"), BETWEEN.values(), ids=BETWEEN.keys())
def test_it_is_asked_once_more_before_it_goes(office, cast, happens, reason):
    follow(cast.thread, by=cast.bao)
    post = threads.reply(cast.thread, body="Hello", by=cast.ana)
    work()
    assert len(mailed()["bao"]) == 1
    happens(cast, post)
    assert sent(office)[key_of(post.id, cast.bao.id)] == (State.CANCELLED, reason)


def test_who_leaves_the_group_gets_nothing_of_it_any_more(office, cast):
    membership = make.membership(cast.bao, cast.closed_group)
    weigh(cast.closed_group, Weight.EACH, by=cast.bao)
    post = threads.reply(cast.closed_thread, body="x", by=cast.ana)
    work()
    db.session.delete(membership)
    assert sent(office)[key_of(post.id, cast.bao.id)] == (State.CANCELLED, Reason.NOT_VISIBLE)


def test_what_is_still_wanted_goes(office, cast):
    follow(cast.thread, by=cast.bao)
    post = threads.reply(cast.thread, body="Hello", by=cast.ana)
    work()
    assert sent(office)[key_of(post.id, cast.bao.id)] == (State.SENT, Reason.NONE)


def test_who_is_named_by_an_edit_gets_it_then(office, cast):
    post = threads.reply(cast.thread, body="Hello", by=cast.ana)
    work()
    threads.edit_post(post, body="Hello @bao", by=cast.ana)
    work()
    assert mailed().keys() == {"bao"}


def test_a_thread_that_goes_on_too_fast_is_one_mail_that_says_so_and_whom_it_names_is_told_all_the_same(office, cast):
    follow(cast.thread, by=cast.bao)
    cast.thread.posts[0].created_at = clock.now() - timedelta(days=1)
    for n in range(BURST):
        threads.reply(cast.thread, body=f"Post {n}", by=cast.ana)
    work()
    assert len(mailed()["bao"]) == BURST
    for n in range(5):
        threads.reply(cast.thread, body=f"MARKER-MORE {n}", by=cast.ana)
    threads.reply(cast.thread, body="And @bao?", by=cast.ana)
    work()
    rows = mailed()["bao"]
    assert len(rows) == BURST + 2 and "MARKER-MORE" not in rows[BURST].text
    assert "More is said" in rows[BURST].text and "And @bao?" in rows[-1].text


def test_what_is_old_when_its_turn_comes_is_left_to_the_digest(office, cast):
    follow(cast.thread, by=cast.bao)
    post = threads.reply(cast.thread, body="x", by=cast.ana)
    post.created_at = clock.now() - timedelta(days=2)
    work()
    assert mailed() == {}


def test_a_long_post_is_cut_in_the_text_with_a_link_to_the_rest(office, cast):
    follow(cast.thread, by=cast.bao)
    threads.reply(cast.thread, body="كلمة " * 5000, by=cast.ana)
    work()
    [row] = mailed()["bao"]
    assert len(row.text.encode()) < LARGEST_WORDS + 2000 and "It goes on here" in row.text


def test_a_big_group_is_mailed_in_handfuls_of_few_statements_and_nobody_twice_when_it_is_killed(
    office, cast, monkeypatch
):
    monkeypatch.setattr(at_once, "HANDFUL", 25)
    for n in range(60):
        who = make.member(f"m{n}")
        make.membership(who, cast.andes_group)
        weigh(cast.andes_group, Weight.EACH, by=who)
    post = threads.reply(cast.thread, body="x", by=cast.ana)
    with statements() as run:
        db.session.refresh(post)
        run.clear()
        at_once.mail_post(post.id)
    assert len(run) <= 12, "\n\n".join(run)
    assert sum(len(each) for each in mailed().values()) == 25
    db.session.rollback()  # killed before it was acknowledged: nothing of the handful is there
    assert mailed() == {}
    elsewhere(lambda: drain(limit=4, lanes=False))
    work()
    found = mailed()
    assert len(found) == 60 and all(len(each) == 1 for each in found.values())


def test_the_number_of_statements_does_not_grow_with_the_group(office, cast):
    def costs():
        post = threads.reply(cast.thread, body="x", by=cast.ana)
        with statements() as run:
            db.session.refresh(post)
            run.clear()
            at_once.mail_post(post.id)
        return len(run)

    def grow(to):
        for _n in range(to):
            who = make.member()
            make.membership(who, cast.andes_group)
            weigh(cast.andes_group, Weight.EACH, by=who)

    grow(3)
    few = costs()
    grow(80)
    assert costs() == few


def test_what_is_done_with_one_s_own_is_mailed_as_a_letter_that_is_no_list(office, cast):
    thread = make.thread(cast.bao, cast.andes_group)
    threads.close(thread, by=cast.ana)
    work()
    [row] = mailed(kind="notice")["bao"]
    mail = mail_of(office, row)
    assert "closed" in mail["Subject"] and not [name for name in mail if name.startswith("List-")]
