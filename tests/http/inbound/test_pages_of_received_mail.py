"""What I sent by mail, "was this you?", the moderators' queue, and how to write by mail."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from forum.access.rules import membership_of
from forum.community.models import GroupVisibility, Joining
from forum.inbound.letters import Seal
from forum.inbound.models import Fate, MailQuestion, MailWords, Why
from forum.kernel import clock
from forum.kernel.db import db, save
from forum.notifications.models import Digest, DigestItem, Section
from forum.notifications.models import Why as Reason
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


@pytest.mark.parametrize(
    ("language", "said"), [("en", "It is encrypted, and we have no key"), ("es", "Está cifrado"), ("ar", "إنها مشفّرة")]
)
def test_that_a_mail_was_encrypted_has_a_sentence_of_its_own(cast, as_, address, language, said):
    cast.bao.language = language
    db.session.commit()
    received = come(address, letter(cast.bao, "", subject="Sealed one", trouble=(Seal.ENCRYPTED,)))
    client = as_(cast.bao)
    for path in ("/me/mail/received", f"/me/mail/received/{received.id}"):
        assert said in client.get(path).text
        assert "<details" not in client.get(path).text.partition("<main")[2].partition("</main")[0], (
            "it has no words to show"
        )
    assert said in answers()[0].text


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


def test_a_group_joined_by_mail_is_named_to_whoever_may_know_of_it(cast, as_, answered):
    come("andes@reply.example.org", letter(cast.dora, "JOIN"))
    named = 'asked to: <a href="/groups/andes" dir="auto">Andes</a>'
    assert named in as_(cast.dora).get("/me/mail/received").text
    db.session.delete(membership_of(cast.dora, cast.andes_group))
    cast.andes_group.visibility = GroupVisibility.PRIVATE
    db.session.commit()
    page = as_(cast.dora).get("/me/mail/received").text
    assert "asked to:" in page and "Andes" not in page


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


@pytest.fixture
def digest_of_dora(cast, answered):
    """Lines of a group she is not in, and of one that has closed."""
    closed = make.thread(cast.youssef, cast.sahel_group, title="Wells")
    operations.close(closed, by=cast.chidi)
    now = clock.now()
    digest = save(Digest(member_id=cast.dora.id, day=now.date(), since=now - timedelta(days=1), until=now))
    for position, thread in enumerate((cast.thread, closed), 1):
        item = {"section": Section.THREADS, "why": Reason.THEME, "count": 0}
        save(DigestItem(digest_id=digest.id, position=position, entry_id=thread.id, **item))
    db.session.commit()
    return Token(Purpose.ANSWER_DIGEST, cast.dora.id, digest.id)


def test_a_line_for_a_group_one_is_not_in_waits_with_a_button_that_joins_it(cast, as_, digest_of_dora):
    received = come(digest_of_dora, letter(cast.dora, "1: MARKER words.\n9: Nowhere words."))
    client = as_(cast.dora)
    for path in ("/me/mail/received", f"/me/mail/received/{received.id}"):
        page = client.get(path).text
        assert "Line 1:" in page and "Only members of the group can write there" in page and "MARKER words." in page
        assert "Line 9:" in page and "There is no line with this number" in page and "Nowhere words." in page
        assert page.count("Join the group and use these words") == 1
    at = f"/me/mail/received/{received.id}"
    answer = client.post(f"{at}/join", data={"line": "1"})
    assert answer.headers["Location"].endswith(f"/threads/{cast.thread.id}/replies")
    page = client.get(answer.headers["Location"]).text
    assert "MARKER words." in page and "Nowhere words." not in page
    assert "You are in the group now" in client.get(at).text


def test_a_line_for_a_closed_conversation_begins_a_new_one(cast, as_, digest_of_dora):
    received = come(digest_of_dora, letter(cast.dora, "2: MARKER words."))
    client, at = as_(cast.dora), f"/me/mail/received/{received.id}"
    page = client.get(at).text
    assert (
        "The conversation is closed" in page and "Start a new conversation with these words" in page and "Wells" in page
    )
    answer = client.post(f"{at}/open", data={"line": "1"})
    assert answer.headers["Location"].endswith("/threads/new?group=sahel")
    page = client.get(answer.headers["Location"]).text
    assert "MARKER words." in page and 'value="Wells"' in page


def test_a_line_about_what_is_not_for_them_any_more_names_it_nowhere(cast, as_, digest_of_dora):
    cast.thread.hidden_at = clock.now()
    db.session.commit()
    received = come(digest_of_dora, letter(cast.dora, "1: MARKER words.", subject="x"))
    client, at = as_(cast.dora), f"/me/mail/received/{received.id}"
    page = client.get(at).text
    assert "MARKER words." in page and cast.thread.title not in page and f"{at}/open" not in page
    assert client.post(f"{at}/join", data={"line": "1"}).status_code == 404
    assert "is not there any more" in client.post(f"{at}/open", data={"line": "1"}, follow_redirects=True).text
    assert db.session.scalars(select(Draft)).all() == []


def test_lines_of_others_and_lines_there_are_none_of_are_not_there(cast, as_, digest_of_dora):
    received = come(digest_of_dora, letter(cast.dora, "1: MARKER words."))
    at = f"/me/mail/received/{received.id}"
    for deed in ("open", "join"):
        assert as_(cast.bao).post(f"{at}/{deed}", data={"line": "1"}).status_code == 404
        assert as_(cast.dora).post(f"{at}/{deed}", data={"line": "2"}).status_code == 404
        assert all(as_(cast.dora).post(f"{at}/{deed}", data={"line": no}).status_code == 404 for no in ("x", "9" * 30))


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


@pytest.mark.parametrize("said", ["yes", "no"])
def test_who_is_signed_in_says_on_their_page_whether_it_was_theirs(cast, as_, address, said):
    come(address, letter(cast.bao, "Asked about at once.", authentic=False))
    received = come(
        address, letter(cast.bao, "MARKER words.", authentic=False)
    )  # not asked about before an hour is over
    client, at = as_(cast.bao), f"/me/mail/received/{received.id}"
    for page in ("/me/mail/received", at):
        assert "It is mine: post it" in client.get(page).text and f'action="{at}/sure"' in client.get(page).text
    client.post(f"{at}/sure", data={"answer": "perhaps"})
    for other in (cast.ana, cast.chidi):
        assert as_(other).post(f"{at}/sure", data={"answer": "yes"}).status_code == 404
    db.session.expire_all()
    assert received.fate is Fate.HELD
    page = client.post(f"{at}/sure", data={"answer": said}, follow_redirects=True).text
    db.session.expire_all()
    assert (received.fate, received.why) == (
        (Fate.RECEIVED, Why.NONE) if said == "yes" else (Fate.REFUSED, Why.SAID_NO)
    )
    assert ("It is being posted." if said == "yes" else "You said no. It was thrown away") in page
    assert "It is mine: post it" not in client.get(at).text
    again = client.post(f"{at}/sure", data={"answer": "no" if said == "yes" else "yes"}, follow_redirects=True)
    assert again.status_code == 200, "a double click leads on"
    fate = received.fate
    db.session.expire_all()
    assert received.fate is fate, "the first word holds"


def test_what_answers_several_conversations_and_waits_need_not_be_copied(cast, as_, digest_of_dora):
    received = come(digest_of_dora, letter(cast.dora, "1: MARKER words.", authentic=False))
    page = as_(cast.dora).get(f"/me/mail/received/{received.id}").text
    assert received.fate is Fate.HELD and "MARKER words." in page and "Copy each answer" not in page


@pytest.mark.parametrize("somebody", ["chidi", "bao"])
def test_nobody_is_asked_about_what_was_decided_elsewhere(cast, as_, address, somebody):
    received = come(address, letter(cast.bao, "MARKER words.", authentic=False))
    token = Token(Purpose.SURE, cast.bao.id, db.session.scalars(select(MailQuestion.id)).one())
    if somebody == "chidi":
        as_(cast.chidi).post(f"/moderation/mail/{received.id}/pass")
    else:
        as_(cast.bao).post(f"/me/mail/received/{received.id}/sure", data={"answer": "yes"})
    page = as_(None).get(f"/me/mail/sure/{token}").text
    assert "Nothing waits any more" in page and "MARKER" not in page and "No, throw it away" not in page


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
    notices = as_(cast.sofia).get("/me/notices").text
    assert "1 mail came to postmaster@ or abuse@" in notices and 'href="/moderation/mail#operators"' in notices
    assert "postmaster@" not in as_(cast.chidi).get("/me/notices").text
    assert 'id="operators"' in as_(cast.sofia).get("/moderation/mail").text
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


def test_help_names_each_order_in_the_readers_language_first(as_):
    page = as_(None).get("/help/mail", headers={"Accept-Language": "es"}).text
    assert "<bdi>DESHACER</bdi></th>" in page and "<bdi>undo</bdi>" in page and "<bdi>deshacer</bdi>" not in page


def test_help_says_when_mail_is_switched_off(cast, as_):
    assert "switched off" in as_(None).get("/help/mail").text
    assert "mailto:andes" not in as_(cast.bao).get("/groups/andes").text


@pytest.fixture
def quoting(cast, address):
    reply = next(r for r in replies() if r.name == "iphone top" and r.language == "en")
    come(address, letter(cast.bao, reply.text.replace("litres per child", "MARKERQUOTE per child")))
    return db.session.scalars(select(Post).order_by(Post.id.desc())).first()


def quote_page(cast, post) -> str:
    return f"/threads/{cast.thread.id}/posts/{post.number}/quoted"


def test_what_was_quoted_is_one_press_away_for_members(cast, as_, quoting):
    assert "MARKERQUOTE" not in quoting.body
    thread, path = f"/threads/{cast.thread.id}", quote_page(cast, quoting)
    for who in (cast.bao, cast.dora, cast.chidi, cast.sofia):
        page = as_(who).get(thread).text
        assert f'href="{path}"' in page and "MARKERQUOTE" not in page
        alone = as_(who).get(path).text
        assert "MARKERQUOTE" in alone and f'href="{thread}/posts/{quoting.number}"' in alone
    opened = as_(cast.dora, htmx=True).get(path).text
    assert opened.strip().startswith("<details") and "MARKERQUOTE" in opened


def test_visitors_get_neither_what_was_quoted_nor_a_link_to_it(app, cast, as_, quoting, indexed):
    indexed()
    visitor, path = as_(None), quote_page(cast, quoting)
    pages = (
        "/",
        f"/threads/{cast.thread.id}",
        "/threads",
        "/feeds/threads.atom",
        "/search?q=bucket",
        "/groups/andes",
        "/oai?verb=ListRecords&metadataPrefix=oai_dc",
    )
    for page in pages:
        text = visitor.get(page).text
        assert "MARKERQUOTE" not in text and path not in text, page
    assert visitor.get(path).status_code == 303 and "sign-in" in visitor.get(path).location


def test_it_is_escaped(cast, as_, address):
    come(address, letter(cast.bao, "Hi.\n\n-- \n<script>alert(1)</script>"))
    post = db.session.scalars(select(Post).order_by(Post.id.desc())).first()
    page = as_(cast.dora).get(quote_page(cast, post)).text
    assert "<script>alert" not in page and "&lt;script&gt;alert" in page


def test_it_is_hidden_and_deleted_with_the_post(cast, as_, quoting):
    path = quote_page(cast, quoting)
    quoting.hidden_at = quoting.created_at
    cast.thread.touch()
    db.session.commit()
    assert as_(cast.dora).get(path).status_code == 404
    assert path not in as_(cast.dora).get(f"/threads/{cast.thread.id}").text
    assert "MARKERQUOTE" in as_(cast.bao).get(path).text
    quoting.hidden_at = None
    db.session.commit()
    operations.delete_post(quoting, by=cast.bao)
    db.session.commit()
    for who in (cast.dora, cast.bao, cast.chidi):
        assert as_(who).get(path).status_code == 404
        assert path not in as_(who).get(f"/threads/{cast.thread.id}").text


def test_whoever_may_not_see_the_thread_does_not_get_it(cast, as_, quoting):
    operations.move(cast.thread, to=cast.closed_group, by=cast.chidi)
    db.session.commit()
    assert as_(cast.dora).get(quote_page(cast, quoting)).status_code == 404
    assert as_(cast.ana).get(quote_page(cast, quoting)).status_code == 200


def test_a_post_that_quoted_nothing_has_no_such_page(cast, as_):
    assert as_(cast.dora).get(f"/threads/{cast.thread.id}/posts/1/quoted").status_code == 404


def test_its_author_can_take_it_away_and_nobody_else(cast, as_, quoting):
    path = f"{quote_page(cast, quoting)}/remove"
    assert as_(cast.dora).post(path).status_code == 403
    page = as_(cast.bao).get(f"/threads/{cast.thread.id}").text
    assert "Remove the quoted text" in page
    assert "Remove the quoted text" not in as_(cast.dora).get(f"/threads/{cast.thread.id}").text
    assert as_(cast.bao).post(path).status_code == 303
    assert as_(cast.dora).get(quote_page(cast, quoting)).status_code == 404
    page = as_(cast.dora).get(f"/threads/{cast.thread.id}").text
    assert "Quoted text" not in page and "With a bucket" in page


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
