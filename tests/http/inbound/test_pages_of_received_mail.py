"""What I sent by mail, "was this you?", the moderators' queue, and how to write by mail."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from forum.community.models import GroupVisibility, Joining
from forum.inbound.models import Fate, MailQuestion, MailWords, Why
from forum.kernel.db import db
from forum.notifications.tokens import Purpose, Token
from forum.threads import operations
from forum.threads.models import Draft, Post
from tests import make
from tests.domain.inbound.posting import answers, come, letter
from tests.unit.replies import replies


def test_my_mails_and_what_became_of_them(cast, as_, address):
    come(address, letter(cast.bao, "It stands.", subject="Posted one"))
    come(address, letter(cast.bao, "FOLLOW", subject="Ordered one"))
    operations.close(cast.thread, by=cast.ana)
    db.session.commit()
    come(address, letter(cast.bao, "MARKER words.", subject="Closed one"))
    page = as_(cast.bao).get("/me/mail/received").text
    assert all(words in page for words in ("Posted one", "Ordered one", "Closed one", "MARKER words."))
    assert f'href="/threads/{cast.thread.id}/posts/2"' in page
    assert "The conversation is closed" in page


@pytest.mark.parametrize("who", ["ana", "chidi", "sofia"])
def test_nobody_else_sees_them(cast, as_, address, who):
    operations.close(cast.thread, by=cast.ana)
    db.session.commit()
    received = come(address, letter(cast.bao, "MARKER words.", subject="MARKER subject"))
    client = as_(getattr(cast, who))
    assert "MARKER" not in client.get("/me/mail/received").text
    assert client.get(f"/me/mail/received/{received.id}").status_code == 404
    assert client.post(f"/me/mail/received/{received.id}/open").status_code == 404


def test_what_became_of_a_mail_is_not_named_when_it_is_not_for_them_any_more(cast, as_, answered):
    place = make.membership(cast.bao, cast.closed_group)
    post = db.session.scalars(select(Post).where(Post.thread_id == cast.closed_thread.id)).one()
    db.session.commit()
    come(Token(Purpose.ANSWER_POST, cast.bao.id, post.id), letter(cast.bao, "FOLLOW", subject="x"))
    assert "Between us" in as_(cast.bao).get("/me/mail/received").text
    db.session.delete(place)
    db.session.commit()
    assert "Between us" not in as_(cast.bao).get("/me/mail/received").text


def test_words_go_on_in_the_form_below_what_stands_there(cast, as_, address):
    operations.save_draft(f"thread:{cast.thread.id}", body="Begun here.", version=0, by=cast.bao)
    operations.close(cast.thread, by=cast.ana)
    db.session.commit()
    received = come(address, letter(cast.bao, "MARKER words."))
    operations.reopen(cast.thread, by=cast.ana)
    db.session.commit()
    client = as_(cast.bao)
    for _twice in range(2):
        answer = client.post(f"/me/mail/received/{received.id}/open")
        assert answer.headers["Location"].endswith(f"/threads/{cast.thread.id}/replies")
    assert "Begun here.\n\nMARKER words." in client.get(answer.headers["Location"]).text
    db.session.expire_all()
    assert db.session.scalars(select(Draft)).one().body == "Begun here.\n\nMARKER words."


def test_words_for_a_group_go_on_in_the_form_of_a_new_thread(cast, as_, answered):
    received = come("andes@reply.example.org", letter(cast.dora, "MARKER words.", subject="My title"))
    client = as_(cast.dora)
    answer = client.post(f"/me/mail/received/{received.id}/open")
    assert answer.headers["Location"].endswith("/threads/new?group=andes")
    page = client.get(answer.headers["Location"]).text
    assert "MARKER words." in page and "My title" in page


@pytest.fixture
def refused(cast, answered):
    """Dora is not in the group she writes to."""

    def write(to):
        received = come(to, letter(cast.dora, "MARKER words.", subject="My title"))
        assert (received.fate, received.why) == (Fate.REFUSED, Why.NOT_ALLOWED)
        return received

    return write


def reply_of_dora(cast):
    post = db.session.scalars(select(Post).where(Post.thread_id == cast.thread.id)).one()
    return Token(Purpose.ANSWER_POST, cast.dora.id, post.id)


@pytest.mark.parametrize("a_reply", [True, False])
def test_who_is_not_in_the_group_joins_and_goes_on_with_every_word(cast, as_, refused, a_reply):
    received = refused(reply_of_dora(cast) if a_reply else "andes@reply.example.org")
    client = as_(cast.dora)
    for path in ("/me/mail/received", f"/me/mail/received/{received.id}"):
        page = client.get(path).text
        assert "Only members of the group can write there" in page and 'href="/groups/andes"' in page
        assert "Join the group and use these words" in page and "Open it in the form" not in page
    answer = client.post(f"/me/mail/received/{received.id}/join")
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith(
        f"/threads/{cast.thread.id}/replies" if a_reply else "/threads/new?group=andes"
    )
    page = client.get(answer.headers["Location"])
    assert page.status_code == 200 and "MARKER words." in page.text
    page = client.get(f"/me/mail/received/{received.id}").text
    assert "You are in the group now" in page and "MARKER words." in page and "Open it in the form" in page


def test_where_a_facilitator_lets_people_in_the_words_wait(cast, as_, refused):
    cast.andes_group.joining = Joining.REQUEST
    db.session.commit()
    received = refused("andes@reply.example.org")
    client = as_(cast.dora)
    assert "Ask to join" in client.get(f"/me/mail/received/{received.id}").text
    answer = client.post(f"/me/mail/received/{received.id}/join", follow_redirects=True)
    assert "your words wait here" in answer.text and "MARKER words." in answer.text
    assert "Open it in the form" not in answer.text
    assert "not answered yet" in answers_to(cast.dora, "andes@reply.example.org")


def answers_to(member, address):
    """What is written back to one more mail of theirs."""
    come(address, letter(member, "Once more."))
    return " ".join(answers()[-1].text.split())


def test_a_group_that_became_private_is_not_named_any_more(cast, as_, refused):
    received = refused("andes@reply.example.org")
    cast.andes_group.visibility = GroupVisibility.PRIVATE
    db.session.commit()
    client = as_(cast.dora)
    page = client.get(f"/me/mail/received/{received.id}").text
    assert "MARKER words." in page and "/groups/andes" not in page
    assert client.post(f"/me/mail/received/{received.id}/join").status_code == 404
    assert as_(cast.bao).post(f"/me/mail/received/{received.id}/join").status_code == 404


def test_opening_the_question_decides_nothing_and_answering_it_needs_no_sign_in(cast, as_, address):
    received = come(address, letter(cast.bao, "MARKER words.", authentic=False))
    token = Token(Purpose.SURE, cast.bao.id, db.session.scalars(select(MailQuestion.id)).one())
    client = as_(None)
    page = client.get(f"/me/mail/sure/{token}")
    assert page.status_code == 200 and "MARKER words." in page.text and "noindex" in page.text
    db.session.expire_all()
    assert received.fate is Fate.HELD
    client.post(f"/me/mail/sure/{token}", data={"answer": "perhaps"})
    db.session.expire_all()
    assert received.fate is Fate.HELD
    assert client.post(f"/me/mail/sure/{token}", data={"answer": "yes"}).status_code == 303
    db.session.expire_all()
    assert received.fate is Fate.RECEIVED
    page = client.get(f"/me/mail/sure/{token}").text
    assert "You said yes" in page
    client.post(f"/me/mail/sure/{token}", data={"answer": "no"})
    db.session.expire_all()
    assert received.fate is Fate.RECEIVED, "the first word holds"


def test_tokens_for_something_else_open_no_question(cast, as_, address):
    come(address, letter(cast.bao, "MARKER", authentic=False))
    question = db.session.scalars(select(MailQuestion.id)).one()
    for token in (
        address,
        "no-such-token",
        Token(Purpose.SURE, cast.ana.id, question),
        Token(Purpose.SURE, cast.bao.id, 999),
    ):
        assert as_(None).get(f"/me/mail/sure/{token}").status_code == 404
        assert as_(None).post(f"/me/mail/sure/{token}", data={"answer": "yes"}).status_code == 404


def test_moderators_let_pass_or_not(cast, as_, address):
    first = come(address, letter(cast.bao, "MARKER one", authentic=False, subject="First"))
    second = come(address, letter(cast.bao, "MARKER two", authentic=False, subject="Second"))
    client = as_(cast.chidi)
    page = client.get("/moderation/mail").text
    assert "MARKER one" in page and "MARKER two" in page and "Bao" in page
    client.post(f"/moderation/mail/{first.id}/pass")
    assert client.post(f"/moderation/mail/{second.id}/refuse", data={"reason": ""}).status_code == 422
    client.post(f"/moderation/mail/{second.id}/refuse", data={"reason": "It is spam."})
    db.session.expire_all()
    assert first.fate is Fate.RECEIVED
    assert (second.fate, second.why) == (Fate.REFUSED, Why.SAID_NO)
    assert "It is spam." in answers()[-1].text and answers()[-1].recipient == cast.bao.email
    assert db.session.get_one(MailWords, second.id).text == "MARKER two", "if it was theirs, nothing is lost"
    assert client.post(f"/moderation/mail/{second.id}/pass").status_code == 404
    assert "No mail waits" in client.get("/moderation/mail").text


def test_mail_to_the_postmaster_stands_at_the_desk_and_is_fetched_by_the_secretariat(cast, as_, answered):
    received = come("postmaster@reply.example.org", letter("stranger@example.org", "x", subject="Your server"))
    assert "Your server" in as_(cast.chidi).get("/moderation/mail").text
    assert f"/mailing/received/{received.id}/fetch" in as_(cast.sofia).get("/mailing/received").text
    assert as_(cast.sofia).post(f"/mailing/received/{received.id}/fetch").data == b"raw"
    assert as_(cast.chidi).post(f"/mailing/received/{received.id}/fetch").status_code == 403
    assert "Mail that came in and waits" in as_(cast.sofia).get("/mailing").text


@pytest.mark.parametrize("who", ["ana", "bao"])
def test_members_do_not_decide_about_mail(cast, as_, address, who):
    received = come(address, letter(cast.bao, "MARKER", authentic=False))
    client = as_(getattr(cast, who))
    assert client.get("/moderation/mail").status_code == 403
    assert client.post(f"/moderation/mail/{received.id}/pass").status_code == 403
    assert client.post(f"/moderation/mail/{received.id}/refuse", data={"reason": "x"}).status_code == 403
    db.session.expire_all()
    assert received.fate is Fate.HELD


def test_the_address_of_a_group_is_for_who_may_write_there(cast, as_, answered):
    assert "mailto:andes@reply.example.org" in as_(cast.bao).get("/groups/andes").text
    assert "andes@reply" not in as_(cast.dora).get("/groups/andes").text
    assert "andes@reply" not in as_(None).get("/groups/andes").text
    page = as_(cast.bao).get("/help/mail").text
    assert "andes@reply.example.org" in page and "sahel@reply.example.org" not in page
    assert "inner-circle" not in as_(None).get("/help/mail").text


def test_help_says_when_mail_is_switched_off(cast, as_):
    assert "switched off" in as_(None).get("/help/mail").text
    assert "mailto:andes" not in as_(cast.bao).get("/groups/andes").text


@pytest.fixture
def quoting(cast, address):
    reply = next(r for r in replies() if r.name == "iphone top" and r.language == "en")
    come(address, letter(cast.bao, reply.text.replace("litres per child", "MARKERQUOTE per child")))
    return db.session.scalars(select(Post).order_by(Post.id.desc())).first()


def test_what_was_quoted_stands_folded_under_the_post(cast, as_, quoting):
    page = as_(None).get(f"/threads/{cast.thread.id}").text
    assert "<summary>Quoted text</summary>" in page and "MARKERQUOTE" in page
    assert "MARKERQUOTE" not in quoting.body


def test_it_is_escaped(cast, as_, address):
    come(address, letter(cast.bao, "Hi.\n\n-- \n<script>alert(1)</script>"))
    page = as_(None).get(f"/threads/{cast.thread.id}").text
    assert "<script>alert" not in page and "&lt;script&gt;alert" in page


def test_it_is_hidden_and_deleted_with_the_post(cast, as_, quoting):
    quoting.hidden_at = quoting.created_at
    cast.thread.touch()
    db.session.commit()
    for who in (None, cast.dora):
        assert "MARKERQUOTE" not in as_(who).get(f"/threads/{cast.thread.id}").text
    assert "MARKERQUOTE" in as_(cast.bao).get(f"/threads/{cast.thread.id}").text
    quoting.hidden_at = None
    db.session.commit()
    operations.delete_post(quoting, by=cast.bao)
    db.session.commit()
    for who in (None, cast.bao, cast.chidi):
        assert "MARKERQUOTE" not in as_(who).get(f"/threads/{cast.thread.id}").text


def test_its_author_can_take_it_away_and_nobody_else(cast, as_, quoting):
    path = f"/threads/{cast.thread.id}/posts/{quoting.number}/quoted/remove"
    assert as_(cast.dora).post(path).status_code == 403
    page = as_(cast.bao).get(f"/threads/{cast.thread.id}").text
    assert "Remove the quoted text" in page
    assert "Remove the quoted text" not in as_(cast.dora).get(f"/threads/{cast.thread.id}").text
    assert as_(cast.bao).post(path).status_code == 303
    page = as_(None).get(f"/threads/{cast.thread.id}").text
    assert "MARKERQUOTE" not in page and "With a bucket" in page


def test_it_is_in_what_its_author_takes_along(cast, as_, quoting):
    assert "MARKERQUOTE" in as_(cast.bao).get("/me/export.json").text


def test_received_mail_and_kept_words_are_in_what_its_author_takes_along(cast, as_, address):
    operations.close(cast.thread, by=cast.ana)
    db.session.commit()
    come(address, letter(cast.bao, "MARKER words.", subject="MARKER subject"))
    along = as_(cast.bao).get("/me/export.json").text
    assert "MARKER words." in along and "MARKER subject" in along
    theirs = as_(cast.ana).get("/me/export.json").text
    assert "MARKER words." not in theirs and "MARKER subject" not in theirs


def test_it_cannot_be_searched_for(app, cast, as_, quoting, indexed):
    indexed()
    assert f"/threads/{cast.thread.id}" in as_(None).get("/search?q=elegant").text
    assert f"/threads/{cast.thread.id}" not in as_(None).get("/search?q=markerquote").text
