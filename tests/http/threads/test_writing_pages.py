"""Replying, editing, deleting, starting, drafting: in a browser, by htmx, and when something is wrong."""

import re

import pytest
from sqlalchemy import select

from forum.entries.models import Follow, Level, Link, Visibility
from forum.kernel import clock, jobs
from forum.kernel.db import db, save
from forum.kernel.mail import Delivery
from forum.meetings.models import Congress
from forum.threads.models import Draft, Post, Thread
from forum.threads.operations import delete_post, edit_post, reply, save_draft
from tests.statements import statements


def last_post():
    db.session.expire_all()
    return db.session.scalars(select(Post).order_by(Post.id.desc())).first()


@pytest.fixture
def congress(cast):
    row = save(Congress(reference="WC21", number=7, title="Mexico"))
    db.session.commit()
    return row


def test_a_reply_by_plain_form_leads_to_it(cast, as_):
    response = as_(cast.bao).post(
        f"/threads/{cast.thread.id}/replies", data={"body": "With a bucket.", "language": "es"}
    )
    assert response.status_code == 303 and response.location == f"/threads/{cast.thread.id}#post-2"
    assert last_post().language == "es"


def test_a_reply_by_htmx_comes_back_with_a_fresh_form(cast, as_):
    browser = as_(cast.bao, htmx=True)
    sent = {"body": "One.", "language": "en", "shown": "1", "submission": "one"}
    response = browser.post(f"/threads/{cast.thread.id}/replies", data=sent)
    assert response.status_code == 200 and "<html" not in response.text
    assert 'hx-swap-oob="beforeend:#posts"' in response.text and 'id="post-2"' in response.text
    assert re.search(r'name="shown"[^>]*value="2"', response.text) and 'value="one"' not in response.text


def test_htmx_is_sent_to_the_right_page_when_others_were_faster(cast, make, as_):
    make.post(cast.thread, by=cast.ana)
    db.session.commit()
    response = as_(cast.bao, htmx=True).post(
        f"/threads/{cast.thread.id}/replies", data={"body": "Late.", "language": "en", "shown": "1"}
    )
    assert response.headers["HX-Redirect"].endswith("#post-3")


def test_a_form_sent_twice_shows_the_first_result(cast, as_):
    browser, sent = as_(cast.bao), {"body": "Once.", "language": "en", "submission": "click"}
    places = {browser.post(f"/threads/{cast.thread.id}/replies", data=sent).location for _ in range(2)}
    assert len(places) == 1 and last_post().number == 2
    sent["body"] = "Something else, from the page the Back button showed."
    assert browser.post(f"/threads/{cast.thread.id}/replies", data=sent).location.endswith("#post-3")


@pytest.mark.parametrize("body", ["", "   ", "\x00", "x" * 30_001])
@pytest.mark.parametrize("htmx", [False, True])
def test_what_is_wrong_stands_beside_the_field_and_what_was_typed_is_kept(cast, as_, body, htmx):
    response = as_(cast.bao, htmx=htmx).post(
        f"/threads/{cast.thread.id}/replies", data={"body": body, "language": "en"}
    )
    assert response.status_code == 422 and 'id="body-error"' in response.text
    assert body.strip("\x00 ")[:50] in response.text and last_post().number == 1


def test_broken_utf_8_is_a_sentence_and_no_crash(cast, as_):
    browser, form = as_(cast.bao), "application/x-www-form-urlencoded"
    part = b'--b\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
    sent = part % (b"body", b"caf\xe9") + part % (b"language", b"en") + b"--b--\r\n"
    response = browser.post(
        f"/threads/{cast.thread.id}/replies", data=sent, content_type="multipart/form-data; boundary=b"
    )
    assert response.status_code == 422 and "did not arrive whole" in response.text
    assert browser.post(f"/threads/{cast.thread.id}/replies", data=b"body=%ff", content_type=form).status_code < 500
    assert (
        browser.post(f"/threads/{cast.thread.id}/replies", data=b"\xff\xfe\x00", content_type=form).status_code == 422
    )
    for address in (
        "/threads?region=%ff%00",
        "/threads?about=%00",
        "/entries/suggest?q=%ff%00%ff",
        "/threads/new?about=%00%ff",
    ):
        assert browser.get(address).status_code < 500
    assert browser.post(f"/threads/{cast.thread.id}/replies", data={"body": "x" * 3_000_000}).status_code == 413


def test_hostile_words_are_words(cast, as_):
    browser = as_(cast.bao)
    browser.post(
        f"/threads/{cast.thread.id}/replies",
        data={"body": "<script>steal()</script> [x](javascript:steal())", "language": "en"},
    )
    text = browser.get(f"/threads/{cast.thread.id}").text
    assert "<script>steal" not in text and "&lt;script&gt;" in text and 'href="javascript' not in text


def test_a_preview_posts_nothing(cast, as_):
    for htmx in (False, True):
        response = as_(cast.bao, htmx=htmx).post(
            f"/threads/{cast.thread.id}/replies", data={"body": "*So*.", "language": "en", "preview": "1"}
        )
        assert response.status_code == 200 and "<em>So</em>" in response.text and "*So*." in response.text
    assert last_post().number == 1


def test_quoting_fills_the_form(cast, as_):
    response = as_(cast.bao).get(f"/threads/{cast.thread.id}/replies?quote=1")
    assert "&gt; How do you *measure* it?" in response.text and f"/threads/{cast.thread.id}/posts/1" in response.text
    assert as_(cast.bao).get(f"/threads/{cast.thread.id}/replies?quote=7").status_code == 404


def test_visitors_sign_in_first_and_others_are_refused(cast, as_):
    sent = {"body": "x", "language": "en"}
    assert as_(None).post(f"/threads/{cast.thread.id}/replies", data=sent).location.startswith("/sign-in")
    assert as_(cast.dora).post(f"/threads/{cast.thread.id}/replies", data=sent).status_code == 403
    assert as_(cast.dora).post(f"/threads/{cast.closed_thread.id}/replies", data=sent).status_code == 404
    cast.thread.closed_at = clock.now()
    db.session.commit()
    assert as_(cast.ana).post(f"/threads/{cast.thread.id}/replies", data=sent).status_code == 409


def test_editing_in_place_and_on_a_page(cast, as_):
    post = reply(cast.thread, body="One.", by=cast.bao)
    db.session.commit()
    address = f"/threads/{cast.thread.id}/posts/2/edit"
    assert "One." in as_(cast.bao).get(address).text
    fragment = as_(cast.bao, htmx=True).get(address).text
    assert fragment.strip().startswith('<article class="post" id="post-2"')
    done = as_(cast.bao, htmx=True).post(address, data={"body": "*Two*.", "language": "en", "version": "1"})
    assert done.status_code == 200 and "<em>Two</em>" in done.text and 'id="post-2"' in done.text
    stale = as_(cast.bao).post(address, data={"body": "Three.", "language": "en", "version": "1"})
    assert stale.status_code == 422 and "Three." in stale.text and 'value="2"' in stale.text
    again = as_(cast.bao).post(address, data={"body": "Three.", "language": "en", "version": "2"})
    assert again.status_code == 303 and last_post().body == "Three."
    assert as_(cast.ana).get(address).status_code == 403
    changes = as_(None).get(f"/threads/{cast.thread.id}/posts/2/revisions").text
    assert "<del>Two</del>" in changes or "<del>*Two*</del>" in changes
    assert post.version == 3


def test_who_deletes_what_somebody_else_wrote_gives_a_reason_that_its_author_reads(app, cast, as_):
    reply(cast.thread, body="MARKER-SAID", by=cast.bao)
    db.session.commit()
    at = f"/threads/{cast.thread.id}/posts/2/delete"
    assert 'name="reason"' not in as_(cast.bao).get(at).text, "one's own"
    bao, chidi = as_(cast.bao), as_(cast.chidi)
    assert 'name="reason"' in chidi.get(at).text
    refused = chidi.post(at, data={"reason": "  "})
    assert refused.status_code == 422 and "Please give a reason" in refused.text and "MARKER-SAID" in refused.text
    assert chidi.post(at, data={"reason": "It names a child."}).status_code == 303
    assert last_post().is_deleted
    db.session.commit()  # let go of the database
    with app.app_context():  # the worker's own session, as in life
        jobs.drain()
    page = bao.get("/me/notices").text
    assert "It names a child." in page
    told = db.session.scalars(select(Delivery).where(Delivery.key.startswith("deleted-"))).one()
    assert "This is the reason they gave:\n\nIt names a child." in told.text


def test_nobody_is_asked_for_a_reason_that_nobody_will_read(cast, as_):
    reply(cast.thread, body="MARKER-SAID", by=cast.bao)
    cast.bao.active, cast.bao.erased_at = False, clock.now()
    db.session.commit()
    at = f"/threads/{cast.thread.id}/posts/2/delete"
    assert 'name="reason"' not in as_(cast.chidi).get(at).text
    assert as_(cast.chidi).post(at).status_code == 303


def test_deleting_asks_first_and_moderators_bring_it_back(cast, as_):
    reply(cast.thread, body="MARKER-SAID", by=cast.bao)
    db.session.commit()
    at = f"/threads/{cast.thread.id}/posts/2"
    assert "MARKER-SAID" in as_(cast.bao).get(f"{at}/delete").text
    assert as_(cast.dora).get(f"{at}/delete").status_code == 403
    assert as_(cast.bao).post(f"{at}/delete").status_code == 303
    for reader in (None, cast.bao, cast.ana):
        assert "MARKER-SAID" not in as_(reader).get(f"/threads/{cast.thread.id}").text
        assert as_(reader).get(f"{at}/revisions").status_code in (403, 404)
    assert "MARKER-SAID" in as_(cast.chidi).get(f"{at}/revisions").text
    assert as_(cast.bao).get(f"{at}/edit").status_code == 409
    assert as_(cast.bao).post(f"{at}/restore").status_code == 403
    assert as_(cast.chidi).post(f"{at}/restore").status_code == 303
    assert "MARKER-SAID" in as_(None).get(f"/threads/{cast.thread.id}").text


def test_a_thread_about_something_begins_in_the_group_where_that_belongs(cast, make, as_):
    elsewhere, of_theme = make.group("aaa-first"), make.group("zzz-diversion", theme_id=cast.diversion.id)
    for group in (elsewhere, of_theme):
        make.membership(cast.bao, group)
    plain, tagged = make.resource("Plain"), make.resource("Tagged")
    tagged.themes.append(cast.diversion)
    private = make.resource("Private", group_id=of_theme.id, visibility=Visibility.GROUP)
    db.session.commit()
    browser = as_(cast.bao)

    def group_for(about):
        form = browser.get(f"/threads/new?about={about}").text
        return re.search(r'<option selected value="([^"]+)">', form.partition('name="group"')[2])[1]

    assert group_for(plain.id) == "aaa-first"
    assert group_for(tagged.id) == group_for(private.id) == "zzz-diversion"
    assert 'selected value="andes"' in browser.get(f"/threads/new?group=andes&about={tagged.id}").text


def test_a_thread_is_started_about_something(cast, congress, as_):
    browser = as_(cast.bao)
    form = browser.get("/threads/new?group=andes&about=wc21").text
    assert (
        'value="wc21"' in form
        and "Mexico" in form
        and f'checked id="regions-0" name="regions" type="checkbox" value="{cast.andes.id}"' in form
    )
    sent = {
        "group": "andes",
        "title": "Water",
        "body": "How?",
        "language": "es",
        "about": "wc21",
        "themes": [cast.diversion.id],
    }
    response = browser.post("/threads/new", data=sent)
    thread = db.session.scalars(select(Thread).order_by(Thread.id.desc())).first()
    assert response.status_code == 303 and response.location == f"/threads/{thread.id}"
    assert db.session.scalars(select(Link.to_id).where(Link.from_id == thread.id)).all() == [congress.id]
    assert [t.slug for t in thread.themes] == ["diversion"] and thread.language == "es"


def test_an_unknown_reference_offers_the_nearest_and_keeps_everything(cast, congress, as_):
    browser, sent = (
        as_(cast.bao),
        {"group": "andes", "title": "Water", "body": "How then?", "language": "en", "about": "WC12"},
    )
    response = browser.post("/threads/new", data=sent)
    assert response.status_code == 422 and 'value="WC12=WC21"' in response.text
    assert "How then?" in response.text and 'value="Water"' in response.text
    replaced = browser.post("/threads/new", data={**sent, "replace": "WC12=WC21"})
    assert replaced.status_code == 200 and 'name="about" type="text" value="WC21"' in replaced.text
    assert 'value="WC21"' in browser.post("/threads/new", data={**sent, "about": "", "add": "WC21"}).text
    assert "Mexico" in browser.post("/threads/new", data={**sent, "about": "", "find": "1", "q": "mexi"}).text


def test_starting_says_what_is_wrong(cast, as_):
    response = as_(cast.bao).post(
        "/threads/new", data={"group": "sahel", "title": "", "body": "Kept.", "language": "xx"}
    )
    assert response.status_code == 422 and "Kept." in response.text
    for field in ("group", "title", "language"):
        assert f'id="{field}-error"' in response.text
    loner = as_(cast.youssef)
    assert loner.get("/threads/new").status_code == 200
    assert as_(None).get("/threads/new").status_code == 303


def test_suggestions_are_a_page_and_a_fragment(cast, congress, as_):
    assert "Mexico" in as_(None).get("/entries/suggest?q=wc2").text
    assert "Mexico" in as_(None).get("/entries/suggest?q=mexico").text
    fragment = as_(cast.bao, htmx=True).get("/entries/suggest?q=mexi&pick=1").text
    assert "<html" not in fragment and 'name="add" value="WC21"' in fragment
    assert "Between us" not in as_(cast.dora).get("/entries/suggest?q=between").text
    assert as_(None).get("/entries/suggest?q=%25_%5C%27%22").status_code == 200


def test_drafts_are_kept_and_restored(cast, as_):
    place = f"thread:{cast.thread.id}"
    saved = as_(cast.bao, htmx=True).post("/drafts", data={"place": place, "body": "Half a tho", "draft_version": "0"})
    assert saved.status_code == 200 and 'name="draft_version" value="1"' in saved.text
    assert "Half a tho" in as_(cast.bao).get(f"/threads/{cast.thread.id}").text
    assert "Half a tho" not in as_(cast.ana).get(f"/threads/{cast.thread.id}").text
    assert "Half a tho" in as_(cast.bao).get("/me/drafts").text
    plain = as_(cast.bao).post("/drafts", data={"place": place, "body": "Half a thought", "draft_version": "1"})
    assert plain.status_code == 303
    as_(cast.bao).post(f"/threads/{cast.thread.id}/replies", data={"body": "Whole.", "language": "en"})
    assert db.session.scalar(select(Draft)) is None


def test_an_answer_writes_no_more_than_there_is_to_write(cast, as_):
    bao, path = as_(cast.bao), f"/threads/{cast.thread.id}/replies"
    mine = (Follow.entry_id == cast.thread.id, Follow.member_id == cast.bao.id)
    with statements() as first:
        bao.post(path, data={"body": "One.", "language": "en"})
    assert db.session.scalars(select(Follow.level).where(*mine)).one() is Level.DIGEST
    with statements() as second:
        bao.post(path, data={"body": "Two.", "language": "en"})
    touched = {name for run in (first, second) for sql in run for name in ("follow", "draft") if f"INTO {name} " in sql}
    assert touched == {"follow"} and len(second) == len(first) - 1 and not any("DELETE" in sql for sql in first)
    save_draft(f"thread:{cast.thread.id}", body="Half", version=0, by=cast.ana)  # another's, which stays
    save_draft("new", body="Half", version=0, by=cast.bao)  # of another form
    save_draft(f"thread:{cast.thread.id}", body="Half", version=0, by=cast.bao)
    with statements() as third:
        bao.post(path, data={"body": "Three.", "language": "en"})
    assert len([sql for sql in third if sql.startswith("DELETE FROM draft")]) == 1
    left = {(row.member_id, row.place) for row in db.session.scalars(select(Draft))}
    assert left == {(cast.ana.id, f"thread:{cast.thread.id}"), (cast.bao.id, "new")}


def test_a_stale_tab_gets_a_kind_notice_and_a_choice(cast, as_):
    save_draft("new", body="Newer.", version=0, by=cast.bao)
    db.session.commit()
    sent = {"place": "new", "body": "Older.", "draft_version": "0"}
    for htmx in (False, True):
        response = as_(cast.bao, htmx=htmx).post("/drafts", data=sent)
        assert (
            response.status_code == 422
            and "another tab" in response.text
            and 'name="draft_overwrite" value="1"' in response.text
        )
    assert "Older." in as_(cast.bao).post("/drafts", data=sent).text
    db.session.expire_all()
    assert db.session.scalar(select(Draft.body)) == "Newer."
    as_(cast.bao).post("/drafts", data={**sent, "draft_overwrite": "1"})
    assert db.session.scalar(select(Draft.body)) == "Older."


@pytest.mark.parametrize(
    "place", ["", "x", "thread:", "thread:x", "thread:1.2", "post:1", "new:1", "thread:" + "9" * 50]
)
def test_a_draft_of_no_form_is_refused(cast, as_, place):
    assert as_(cast.bao).post("/drafts", data={"place": place, "body": "x"}).status_code in (404, 422)


def test_an_overlong_draft_is_said_to_be_so(cast, as_):
    response = as_(cast.bao, htmx=True).post("/drafts", data={"place": "new", "body": "x" * 30_001})
    assert response.status_code == 422 and "not saved" in response.text


def test_a_draft_is_discarded(cast, as_):
    save_draft("new", body="x", version=0, by=cast.bao)
    db.session.commit()
    assert as_(cast.bao).post("/drafts/discard", data={"place": "new"}).location == "/threads/new"
    assert db.session.scalar(select(Draft)) is None


def test_following_with_a_level(cast, as_):
    address = f"/entries/{cast.thread.id}/follow"
    assert as_(cast.bao).post(address, data={"level": "digest"}).location == f"/threads/{cast.thread.id}"
    assert db.session.get(Follow, (cast.thread.id, cast.bao.id)).level is Level.DIGEST
    fragment = as_(cast.bao, htmx=True).post(address, data={"level": "muted"}).text
    assert 'value="muted" selected' in fragment and "<html" not in fragment and "You chose this" in fragment
    assert 'value="muted" selected' in as_(cast.bao).get(address).text
    as_(cast.bao).post(address, data={"level": "none"})
    db.session.expire_all()
    assert db.session.get(Follow, (cast.thread.id, cast.bao.id)) is None
    assert as_(cast.bao).post(address, data={"level": "x"}).status_code == 422
    assert as_(cast.dora).post(f"/entries/{cast.closed_thread.id}/follow", data={"level": "every"}).status_code == 404
    assert as_(None).post(address, data={"level": "every"}).location.startswith("/sign-in")


def test_looking_after_a_thread(cast, as_):
    at = f"/threads/{cast.thread.id}"
    ana = as_(cast.ana)
    for deed in ("close", "reopen", "pin", "unpin"):
        assert ana.post(f"{at}/{deed}").status_code == 303
        assert as_(cast.bao).post(f"{at}/{deed}").status_code == 403
    assert ana.post(f"{at}/unpin").status_code == 409
    assert ana.get(f"{at}/move").status_code == 403
    chidi = as_(cast.chidi)
    assert "Sahel" in chidi.get(f"{at}/move").text
    assert chidi.post(f"{at}/move", data={"group": "nowhere"}).status_code == 422
    assert chidi.post(f"{at}/move", data={"group": "sahel"}).status_code == 303


def test_changing_title_and_tags(cast, congress, as_):
    at = f"/threads/{cast.thread.id}/edit"
    assert "Water in custody" in as_(cast.ana).get(at).text
    assert as_(cast.bao).get(at).status_code == 403
    wrong = as_(cast.ana).post(at, data={"title": "", "language": "en", "about": "WC12"})
    assert wrong.status_code == 422 and 'value="WC12=WC21"' in wrong.text
    sent = {"title": "Water", "language": "fr", "about": "WC21", "regions": [cast.sahel.id]}
    assert as_(cast.ana).post(at, data=sent).status_code == 303
    text = as_(None).get(f"/threads/{cast.thread.id}").text
    assert "Mexico" in text and 'data-region="sahel"' in text


def test_the_words_of_a_deleted_post_cannot_be_quoted(cast, as_):
    delete_post(reply(cast.thread, body="MARKER-GONE", by=cast.bao), by=cast.bao)
    edit_post(db.session.scalars(select(Post).where(Post.number == 1)).first(), body="Other.", by=cast.chidi)
    db.session.commit()
    assert "MARKER-GONE" not in as_(cast.bao).get(f"/threads/{cast.thread.id}/replies?quote=2").text


FRENCH = (
    "Nous avons mesuré la quantité d'eau que les enfants reçoivent dans les lieux de détention, et elle ne suffit pas."
)


def test_a_text_filed_under_another_language_than_its_own_is_pointed_out_but_posted(cast, as_):
    sent = {"body": FRENCH, "language": "en", "shown": "1"}
    browser = as_(cast.bao)
    assert browser.post(f"/threads/{cast.thread.id}/replies", data=sent).status_code == 303
    said = "This looks like French; it is filed as English."
    assert said in browser.get(f"/threads/{cast.thread.id}").text and last_post().language == "en"
    by_htmx = as_(cast.ana, htmx=True).post(f"/threads/{cast.thread.id}/replies", data={**sent, "shown": "2"})
    assert said in by_htmx.text


@pytest.mark.parametrize(("body", "language"), [(FRENCH, "fr"), ("With a bucket.", "es"), ("D'accord", "en")])
def test_nothing_is_said_where_nothing_is_certain(cast, as_, body, language):
    browser = as_(cast.bao)
    browser.post(f"/threads/{cast.thread.id}/replies", data={"body": body, "language": language})
    assert "This looks like" not in browser.get(f"/threads/{cast.thread.id}").text


def test_a_further_reply_takes_nine_statements(cast, as_):
    client, path = as_(cast.ana), f"/threads/{cast.thread.id}/replies"
    db.session.expunge_all()  # on PostgreSQL a thread that is known already would be read again to lock it
    for n in range(2):  # the first time some are built
        with statements() as run:
            sent = {"body": f"We tried this too, {n}.", "language": "en", "submission": f"form {n}"}
            assert client.post(path, data=sent).status_code == 303
    assert len(run) == 9, "\n".join(run)
