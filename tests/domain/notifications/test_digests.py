"""The digest: what it tells whom, why, and that nobody is told twice or told too much."""

import base64
from datetime import timedelta

import pytest
from flask import current_app
from sqlalchemy import event, select

from forum.community.models import GroupVisibility, Profile
from forum.entries.models import Level, Visibility
from forum.entries.operations import follow
from forum.kernel import clock, jobs
from forum.kernel.db import db
from forum.kernel.mail import Delivery, Maildir, Office, Reason, Sender, State
from forum.kernel.mail.sending import send_due
from forum.library.models import Resource
from forum.meetings.models import Meeting, MeetingKind, MeetingState
from forum.notifications import operations
from forum.notifications.gathering import interests_of
from forum.notifications.handlers import promise_to_compose_again
from forum.notifications.models import Digest, Frequency, MailChoice, Weight
from forum.notifications.preparing import begin_telling, look, prepare_due
from forum.notifications.ranking import LINES
from forum.notifications.tokens import Purpose, Token, read
from forum.threads import operations as threads
from tests import make
from tests.statements import statements


@pytest.fixture
def told(cast):
    """Everybody of the cast was told everything a day ago, and is due now."""
    db.session.commit()
    begin_telling(now=clock.now())
    yesterday = clock.now() - timedelta(days=1)
    for choice in db.session.scalars(select(MailChoice)):
        choice.told_until, choice.next_at = yesterday, clock.now() - timedelta(minutes=1)
    for thread in (cast.thread, cast.closed_thread):
        thread.created_at = thread.active_at = clock.now() - timedelta(days=3)
        for post in thread.posts:
            post.created_at = thread.created_at
    db.session.commit()
    return cast


def elsewhere(work, *args):
    """In a session of its own, as the worker has one; afterwards this one sees what became of it."""
    db.session.commit()
    with current_app.app_context():
        found = work(*args)
    db.session.rollback()
    db.session.expire_all()
    return found


def sent():
    while elsewhere(prepare_due, 50):
        pass
    return {d.recipient.partition("@")[0]: d for d in db.session.scalars(select(Delivery))}


def test_nothing_new_makes_no_mail_and_moves_the_watermark(told):
    before = clock.now()
    assert sent() == {}
    choice = db.session.get(MailChoice, told.bao.id)
    assert choice.told_until >= before and choice.next_at > choice.told_until


def test_a_new_thread_is_told_to_its_group_with_the_reason_and_not_to_its_author(told):
    threads.open_thread(told.andes_group, title="Water by night", body="Who has *rules*?", by=told.ana)
    mails = sent()
    assert "Water by night" in mails["bao"].text and "Andes" in mails["bao"].text
    assert "Who has rules?" in mails["bao"].text and "nobody has answered yet" in mails["bao"].text
    assert "ana" not in mails and "dora" not in mails


def test_a_reply_is_told_to_who_follows_it_with_a_link_to_the_first_they_have_not_read(told):
    follow(told.thread, by=told.dora, level=Level.DIGEST)
    for body in ("One.", "Two."):
        threads.reply(told.thread, body=body, by=told.bao)
    mails = sent()
    assert "2 new posts" in mails["dora"].text and f"/threads/{told.thread.id}/posts/2" in mails["dora"].text
    assert "you follow it" in mails["dora"].text


def test_a_line_of_replies_says_how_the_newest_begins_in_both_parts(told):
    follow(told.thread, by=told.dora, level=Level.DIGEST)
    for body in ("OLDER words.", "**NEWEST** words " + "and more " * 40 + "THE-END"):
        threads.reply(told.thread, body=body, by=told.bao)
    mail = sent()["dora"]
    for part in (mail.text, mail.html):
        assert "NEWEST words and more" in part and "OLDER" not in part and "THE-END" not in part and "**" not in part


@pytest.mark.parametrize("gone", ["hidden", "deleted"])
def test_a_newest_reply_that_is_gone_is_passed_over_for_the_one_before(told, gone):
    follow(told.thread, by=told.dora, level=Level.DIGEST)
    _older, newest = (threads.reply(told.thread, body=body, by=told.bao) for body in ("OLDER words.", "NEWEST words."))
    if gone == "hidden":
        newest.hidden_at = clock.now()
    else:
        threads.delete_post(newest, by=told.chidi, reason="It named a child.")
    mail = sent()["dora"]
    assert "OLDER" in mail.text + mail.html and "NEWEST" not in mail.text + mail.html


def test_replies_in_a_private_group_have_no_words_nor_have_those_of_a_group_for_titles_or_a_discreet_mail(told):
    make.membership(told.bao, told.closed_group)
    follow(told.closed_thread, by=told.bao, level=Level.DIGEST)
    threads.reply(told.closed_thread, body="SECRET-WORDS", by=told.ana)
    follow(told.thread, by=told.dora, level=Level.DIGEST)
    follow(told.thread, by=told.youssef, level=Level.DIGEST)
    threads.reply(told.thread, body="LOUD-WORDS", by=told.ana)
    operations.choice_of(told.dora).discreet = True
    make.membership(told.youssef, told.andes_group)
    operations.weigh(told.andes_group, Weight.TITLES, by=told.youssef)
    mails = sent()
    assert "Between us" in mails["bao"].text and "LOUD-WORDS" not in mails["youssef"].text + mails["youssef"].html
    for mail in mails.values():
        assert "SECRET-WORDS" not in mail.text + mail.html
    assert "LOUD-WORDS" not in mails["dora"].text + mails["dora"].html


def test_a_post_is_told_though_one_written_a_moment_earlier_got_a_number_after_it(told):
    edge = db.session.get(MailChoice, told.bao.id).told_until
    follow(told.thread, by=told.dora, level=Level.DIGEST)
    later = threads.reply(told.thread, body="Within the window.", by=told.bao)
    earlier = threads.reply(told.thread, body="Before it.", by=told.bao)
    later.created_at, earlier.created_at = edge + timedelta(seconds=1), edge - timedelta(seconds=1)
    text = sent()["dora"].text
    assert "1 new post" in text and f"/threads/{told.thread.id}/posts/2" in text


def test_who_has_read_it_already_is_not_told(told):
    follow(told.thread, by=told.dora, level=Level.DIGEST)
    threads.reply(told.thread, body="One.", by=told.bao)
    threads.mark_read(told.thread, 2, by=told.dora)
    assert "dora" not in sent()


def test_what_is_muted_is_not_told(told):
    follow(told.thread, by=told.dora, level=Level.MUTED)
    follow(told.thread, by=told.bao, level=Level.MUTED)
    threads.reply(told.thread, body="One.", by=told.ana)
    assert sent() == {}


@pytest.mark.parametrize("name", ["ana", "bao", "dora", "youssef", "chidi", "sofia"])
def test_nobody_is_told_of_what_they_may_not_see(told, name):
    """Marker text of a private group, of a hidden thread and of a hidden post, in the mail of everyone."""
    threads.open_thread(told.closed_group, title="MARKER-TITLE", body="MARKER-BODY", by=told.ana)
    hidden = threads.open_thread(told.andes_group, title="HIDDEN-TITLE", body="HIDDEN-BODY", by=told.ana)
    hidden.hidden_at = clock.now()
    for who in (told.bao, told.dora):
        follow(hidden, by=who, level=Level.EVERY_POST)
        follow(told.closed_thread, by=who, level=Level.EVERY_POST)  # a follow from before they left the group
    threads.reply(told.closed_thread, body="MARKER-REPLY", by=told.ana)
    mail = sent().get(name)
    words = f"{mail.subject} {mail.text} {mail.html}" if mail else ""
    assert "MARKER" not in words and ("HIDDEN" not in words or name in ("chidi", "sofia"))


def test_the_members_of_a_private_group_are_told_its_titles_and_no_words(told):
    make.membership(told.bao, told.closed_group)
    threads.open_thread(told.closed_group, title="Between us again", body="SECRET-WORDS", by=told.ana)
    mail = sent()["bao"]
    assert "Between us again" in mail.text and "SECRET-WORDS" not in mail.text + mail.html


def test_themes_and_regions_of_a_profile_bring_threads_of_other_groups(told):
    profile = Profile(member_id=told.dora.id)
    profile.regions, profile.themes = [told.andes], []
    db.session.add(profile)
    threads.open_thread(told.andes_group, title="Water by night", body="Who?", by=told.ana)
    assert "it is about your region: Andes" in sent()["dora"].text
    assert interests_of(told.dora).regions == {told.andes.id}


def test_what_moved_in_the_library_and_meetings_that_come_near_are_told(told):
    profile = Profile(member_id=told.dora.id)
    profile.themes, profile.regions = [told.diversion], [told.sahel]
    resource = Resource(title="A guide to diversion", type="guideline", author_id=told.ana.id)
    resource.themes = [told.diversion]
    near = (clock.now() + timedelta(days=14)).date().isoformat()  # at whatever hour this runs
    meeting = Meeting(
        title="Dakar round", start_date=near, reference="DKR", meeting_kind=MeetingKind.REGIONAL,
        relation="jwc-event", state=MeetingState.ANNOUNCED, region_id=told.sahel.id, active_at=clock.now(),
    )  # fmt: skip
    meeting.regions = [told.sahel]
    db.session.add_all([profile, resource, meeting])
    text = sent()["dora"].text
    assert "A guide to diversion" in text and "its theme is one of yours: Diversion" in text
    assert "Dakar round" in text and "MEETINGS COMING UP" in text


def test_a_second_scheduler_and_a_second_run_send_nothing_more(told):
    threads.open_thread(told.andes_group, title="Water by night", body="Who?", by=told.ana)
    assert set(sent()) == {"bao"}
    choice = db.session.get(MailChoice, told.bao.id)
    choice.next_at = clock.now()  # as if it were due again on the same day
    threads.open_thread(told.andes_group, title="Another", body="Who?", by=told.ana)
    sent()
    assert len(db.session.scalars(select(Delivery)).all()) == 1
    assert len(db.session.scalars(select(Digest)).all()) == 1
    assert db.session.get(MailChoice, told.bao.id).next_at > clock.now()


def test_a_late_digest_is_one_mail_with_everything(told):
    choice = db.session.get(MailChoice, told.bao.id)
    choice.told_until = clock.now() - timedelta(days=4)
    for title in ("First", "Second"):
        threads.open_thread(told.andes_group, title=title, body="Who?", by=told.ana)
    mail = sent()["bao"]
    assert "First" in mail.text and "Second" in mail.text


def test_a_newcomer_gets_the_first_digest_at_their_hour_and_not_at_once(told):
    newcomer = make.member("kim", time_zone="Asia/Tokyo")
    make.membership(newcomer, told.andes_group)
    db.session.commit()
    assert begin_telling(now=clock.now()) == 1 and begin_telling(now=clock.now()) == 0
    threads.open_thread(told.andes_group, title="Water by night", body="Who?", by=told.ana)
    assert "kim" not in sent()
    due = db.session.get(MailChoice, newcomer.id).next_at
    assert due > clock.now() and due.hour == 22  # seven in the morning there


def test_a_group_that_is_never_wanted_is_left_out_and_one_for_titles_has_no_words(told):
    operations.weigh(told.andes_group, Weight.NEVER, by=told.bao)
    make.membership(told.dora, told.andes_group)
    operations.weigh(told.andes_group, Weight.TITLES, by=told.dora)
    threads.open_thread(told.andes_group, title="Water by night", body="WORDS of it", by=told.ana)
    mails = sent()
    assert "bao" not in mails and "Water by night" in mails["dora"].text and "WORDS" not in mails["dora"].text


def test_a_discreet_mail_says_only_how_many(told):
    db.session.get(MailChoice, told.bao.id).discreet = True
    threads.open_thread(told.andes_group, title="Water by night", body="Who?", by=told.ana)
    mail = sent()["bao"]
    assert mail.subject == "1 new item"
    assert "Water" not in mail.text + mail.html and "Andes" not in mail.text + mail.html


def test_a_digest_speaks_its_reader_s_language_from_right_to_left(told):
    threads.open_thread(told.sahel_group, title="الماء في الليل", body="من؟", by=told.dora, language="ar")
    mail = sent()["youssef"]
    assert mail.language == "ar" and 'lang="ar" dir="rtl"' in mail.html and "الماء في الليل" in mail.text
    assert "remote" not in mail.html and "<img" not in mail.html and "http-equiv" not in mail.html


@pytest.mark.parametrize(
    ("language", "greeting", "comma"),
    [("en", "Hello", ","), ("es", "Hola", ","), ("fr", "Bonjour", ","), ("pt", "Olá", ","), ("ar", "مرحبًا", "،")],
)
def test_the_greeting_fits_every_hour_and_the_subject_has_the_comma_of_its_language(told, language, greeting, comma):
    told.bao.language = language
    for title in ("Water by night", "Bread by day"):
        threads.open_thread(told.andes_group, title=title, body="Who?", by=told.ana)
    mail = sent()["bao"]
    assert mail.text.startswith(f"{greeting}{comma} ") or mail.text.startswith(f"{greeting} ")
    assert greeting in mail.html
    assert f"{comma} " in mail.subject and (language != "ar" or "," not in mail.subject)


def test_many_things_are_cut_to_thirty_lines_under_ten_kilobytes_with_a_link_to_the_rest(told):
    for number in range(LINES + 12):
        title = f"الأطفال المحرومون من حريتهم والمحاكم المتخصصة في المنطقة {number} " * 2
        threads.open_thread(told.sahel_group, title=title[:200], body="ماء " * 100, by=told.dora, language="ar")
    mail = sent()["youssef"]
    digest = db.session.scalars(select(Digest).where(Digest.member_id == told.youssef.id)).one()
    assert len(digest.items) == LINES and digest.left_out == 12
    assert len(mail.text.encode()) <= 10_000 and f"/me/digests/{digest.day.isoformat()}" in mail.text


def test_one_click_stops_the_digest_and_the_mail_that_is_on_its_way(told, tmp_path):
    threads.open_thread(told.andes_group, title="Water by night", body="Who?", by=told.ana)
    mail = sent()["bao"]
    token = read(mail.extras["headers"]["List-Unsubscribe"].rpartition("/")[2].rstrip(">"))
    assert token == Token(Purpose.STOP_DIGEST, told.bao.id)
    operations.stop(token)
    operations.stop(token)
    box = Maildir(tmp_path)
    elsewhere(send_due, Office(Sender("F", "f@example.org"), box))
    assert list(box.newest()) == []
    db.session.expire_all()
    assert (mail.state, mail.reason) == (State.CANCELLED, Reason.UNSUBSCRIBED)
    assert db.session.get(MailChoice, told.bao.id).frequency is Frequency.NEVER
    operations.start_again(by=told.bao)
    assert db.session.get(MailChoice, told.bao.id).next_at > clock.now()


def test_a_digest_whose_thread_was_hidden_meanwhile_does_not_go(told, tmp_path):
    thread = threads.open_thread(told.andes_group, title="Water by night", body="Who?", by=told.ana)
    mail = sent()["bao"]
    thread.hidden_at = clock.now()
    box = Maildir(tmp_path)
    elsewhere(send_due, Office(Sender("F", "f@example.org"), box))
    assert list(box.newest()) == [] and mail.reason is Reason.NOT_VISIBLE


def given_up(told, tmp_path, *, rest=True):
    """Bao's digest of two threads, or of one; "Water by night" is hidden before it goes."""
    hidden = threads.open_thread(told.andes_group, title="Water by night", body="SECRET", by=told.ana)
    if rest:
        threads.open_thread(told.andes_group, title="Bread by day", body="Who?", by=told.ana)
    mail = sent()["bao"]
    hidden.hidden_at = clock.now()
    box = Maildir(tmp_path)
    elsewhere(send_due, Office(Sender("F", "f@example.org"), box))
    assert mail.reason is Reason.NOT_VISIBLE and list(box.newest()) == []
    return mail, box


def compose_again():
    """As the worker does, a minute later."""
    promise_to_compose_again()
    db.session.commit()
    elsewhere(lambda: jobs.drain(lanes=False))


def test_a_digest_that_was_given_up_is_put_together_again_without_what_was_hidden_and_sent_once(told, tmp_path):
    mail, box = given_up(told, tmp_path)
    digest = db.session.scalars(select(Digest).where(Digest.member_id == told.bao.id)).one()
    key, until, due = mail.key, digest.until, db.session.get(MailChoice, told.bao.id).next_at
    compose_again()
    compose_again()
    for _turn in range(3):
        elsewhere(send_due, Office(Sender("F", "f@example.org"), box))
    [(_name, letter)] = list(box.newest())
    assert "Bread by day" in letter.as_string() and "Water by night" not in letter.as_string()
    assert (mail.key, mail.state, mail.reason) == (key, State.SENT, Reason.NONE) and "SECRET" not in mail.text
    again = db.session.scalars(select(Digest).where(Digest.member_id == told.bao.id)).one()
    assert (again.id, again.until, len(again.items)) == (digest.id, until, 1)
    assert db.session.get(MailChoice, told.bao.id).next_at == due


def take_away(post, how, by):
    if how == "deleted":
        threads.delete_post(post, by=by, reason="It named a child.")
    elif how == "hidden":
        post.hidden_at = clock.now()
    else:  # for its group only
        post.visibility = Visibility.GROUP


@pytest.mark.parametrize("how", ["deleted", "hidden", "private"])
@pytest.mark.parametrize("what", ["opening", "reply"])
def test_a_digest_that_quotes_a_post_that_is_gone_meanwhile_is_put_together_again_without_its_words(
    told, tmp_path, what, how
):
    follow(told.thread, by=told.bao, level=Level.DIGEST)
    threads.reply(told.thread, body="Earlier.", by=told.ana)
    if what == "opening":
        thread = threads.open_thread(told.andes_group, title="Water by night", body="MARKER-QUOTE", by=told.ana)
        gone = thread.posts[0]
    else:
        thread, gone = told.thread, threads.reply(told.thread, body="MARKER-QUOTE", by=told.ana)
    mail = sent()["bao"]
    assert "MARKER-QUOTE" in mail.text and "MARKER-QUOTE" in mail.html
    take_away(gone, how, told.chidi)
    box = Maildir(tmp_path)
    elsewhere(send_due, Office(Sender("F", "f@example.org"), box))
    assert mail.reason is Reason.NOT_VISIBLE and all(told.bao.email not in each["To"] for _name, each in box.newest())
    for _again in range(2):
        compose_again()
        elsewhere(send_due, Office(Sender("F", "f@example.org"), box))
    [letter] = [letter for _name, letter in box.newest() if told.bao.email in letter["To"]]
    assert "MARKER-QUOTE" not in letter.as_string() + mail.text + mail.html and thread.title in mail.text
    assert (mail.state, mail.reason) == (State.SENT, Reason.NONE)


def test_a_digest_whose_quoted_post_was_gone_before_it_was_made_goes_at_once(told, tmp_path):
    thread = threads.open_thread(told.andes_group, title="Water by night", body="MARKER-QUOTE", by=told.ana)
    threads.delete_post(thread.posts[0], by=told.chidi, reason="It named a child.")
    mail, box = sent()["bao"], Maildir(tmp_path)
    elsewhere(send_due, Office(Sender("F", "f@example.org"), box))
    assert mail.state is State.SENT and "MARKER-QUOTE" not in mail.text


def test_where_nothing_is_left_it_stays_given_up_and_its_words_are_gone(told, tmp_path):
    mail, box = given_up(told, tmp_path, rest=False)
    compose_again()
    elsewhere(send_due, Office(Sender("F", "f@example.org"), box))
    assert (mail.state, mail.reason) == (State.CANCELLED, Reason.NOT_VISIBLE) and list(box.newest()) == []
    assert mail.text == mail.html == mail.subject == ""


def test_a_digest_that_may_have_arrived_is_not_put_together_again(told, tmp_path):
    mail, box = given_up(told, tmp_path)
    mail.handed_at = clock.now()
    db.session.commit()
    compose_again()
    elsewhere(send_due, Office(Sender("F", "f@example.org"), box))
    assert mail.state is State.CANCELLED and list(box.newest()) == []


def test_who_stopped_it_meanwhile_gets_it_neither_way(told, tmp_path):
    mail, box = given_up(told, tmp_path)
    operations.stop(Token(Purpose.STOP_DIGEST, told.bao.id))
    compose_again()
    elsewhere(send_due, Office(Sender("F", "f@example.org"), box))
    assert (mail.state, mail.reason) == (State.CANCELLED, Reason.UNSUBSCRIBED) and list(box.newest()) == []


def test_who_was_suspended_meanwhile_gets_nothing(told, tmp_path):
    threads.open_thread(told.andes_group, title="Water by night", body="Who?", by=told.ana)
    mail = sent()["bao"]
    told.bao.suspended_until = clock.now() + timedelta(days=1)
    db.session.commit()
    elsewhere(send_due, Office(Sender("F", "f@example.org"), Maildir(tmp_path)))
    assert mail.reason is Reason.NOT_A_MEMBER


@pytest.mark.parametrize("forged", ["", "a", "no-such-token", "\x00", "é" * 20, "d" * 400])
def test_a_token_that_we_did_not_write_is_none(app, forged):
    assert read(forged) is None


def test_a_token_with_another_number_in_it_is_none(app):
    good = str(Token(Purpose.STOP_DIGEST, 7))
    raw = base64.b32decode(good.upper() + "=" * (-len(good) % 8))
    bad = base64.b32encode(raw.replace(b"d7.", b"d8.")).decode().rstrip("=").lower()
    assert read(good) == Token(Purpose.STOP_DIGEST, 7) and read(good.upper()) == read(good) and read(bad) is None


def test_a_batch_asks_for_choices_by_key_and_rolls_nothing_back(told):
    """What PostgreSQL makes of it otherwise is told in docs/performance.md."""
    threads.open_thread(told.andes_group, title="Water by night", body="Who?", by=told.ana)
    db.session.commit()
    undone = []

    def note(connection):
        undone.append(connection)

    event.listen(db.engine, "rollback", note)
    try:
        with statements() as seen:
            prepare_due(50)
    finally:
        event.remove(db.engine, "rollback", note)
    choices = [each.partition("WHERE")[2] for each in seen if "FROM mail_choice" in each]
    assert len(choices) > 2 and not any("next_at" in where for where in choices[1:] if "member_id" in where)
    assert undone == [], "psycopg forgets at ROLLBACK what the server has prepared"


def test_the_number_of_statements_does_not_grow_with_what_is_new(told):
    def statements_for(titles):
        for title in titles:
            threads.open_thread(told.andes_group, title=title, body="Who?", by=told.ana)
        db.session.flush()
        with statements() as seen:
            look(told.bao, db.session.get(MailChoice, told.bao.id), until=clock.now())
        return len(seen)

    statements_for(["One"])  # what is kept in the process is read the first time
    assert statements_for(["Two"]) == statements_for(map(str, range(25))) <= 13


def test_private_groups_that_became_public_are_no_longer_titles_only(told):
    group = make.group("open-now", visibility=GroupVisibility.MEMBERS)
    make.membership(told.bao, group)
    threads.open_thread(group, title="For members", body="Readable words", by=told.chidi)
    assert "Readable words" in sent()["bao"].text
