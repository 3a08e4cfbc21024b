"""/threads/<id>: twenty posts by number, what each reader may do there, and how little it costs."""

import json
import re

import pytest
from sqlalchemy import select

from forum.entries.models import EntryRegion, Link, Relation
from forum.kernel import clock
from forum.kernel.db import db, save
from forum.threads.models import ReadMark
from tests.statements import statements


@pytest.fixture
def long_thread(cast, make):
    for number in range(2, 46):
        make.post(cast.thread, by=cast.bao, body=f"Post number {number}.")
    save(EntryRegion(entry_id=cast.thread.id, region_id=cast.andes.id))
    db.session.commit()
    return cast.thread


def numbers_on(response):
    return [int(n) for n in re.findall(r'<article class="post" id="post-(\d+)"', response.text)]


def test_a_page_shows_twenty_posts_by_number(long_thread, as_):
    visitor = as_(None)
    assert numbers_on(visitor.get(f"/threads/{long_thread.id}")) == list(range(1, 21))
    assert numbers_on(visitor.get(f"/threads/{long_thread.id}?page=3")) == list(range(41, 46))
    assert '<ol id="posts">' in visitor.get(f"/threads/{long_thread.id}").text


@pytest.mark.parametrize("page", ["0", "-1", "4", "x", "9999999999999"])
def test_a_page_that_does_not_exist_is_not_found(long_thread, as_, page):
    assert as_(None).get(f"/threads/{long_thread.id}?page={page}").status_code == 404


def test_a_thread_nobody_may_know_of_looks_like_none(cast, as_):
    for address in (f"/threads/{cast.closed_thread.id}", "/threads/99999", "/threads/99999999999999999999"):
        for reader in (None, cast.dora):
            response = as_(reader).get(address)
            assert response.status_code == 404 and "MARKER-PRIVATE" not in response.text
    assert "MARKER-PRIVATE" in as_(cast.ana).get(f"/threads/{cast.closed_thread.id}").text


def test_the_page_keeps_its_promise_on_statements(long_thread, cast, as_):
    thread_id = long_thread.id
    for reader, limit in ((None, 3), (cast.bao, 6), (cast.dora, 6)):
        browser = as_(reader)
        for page in (1, 3):
            browser.get(f"/threads/{thread_id}?page={page}")
            with statements() as run:
                assert browser.get(f"/threads/{thread_id}?page={page}").status_code == 200
            assert len(run) <= limit, "\n\n".join(run)
            assert not any(s.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")) for s in run)


def test_an_unchanged_page_is_not_sent_again(long_thread, cast, make, as_):
    for reader in (None, cast.bao):
        browser = as_(reader)
        first = browser.get(f"/threads/{long_thread.id}")
        again = browser.get(f"/threads/{long_thread.id}", headers={"If-None-Match": first.headers["ETag"]})
        assert again.status_code == 304 and not again.data
    long_thread.title = "Called something else"
    long_thread.version += 1
    db.session.commit()
    changed = browser.get(f"/threads/{long_thread.id}", headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200


def test_two_readers_never_share_a_tag(long_thread, cast, as_):
    tags = {as_(reader).get(f"/threads/{long_thread.id}").headers["ETag"] for reader in (None, cast.bao, cast.ana)}
    assert len(tags) == 3


def test_a_visitor_gets_no_cookie_and_a_way_to_sign_in(cast, as_):
    response = as_(None).get(f"/threads/{cast.thread.id}")
    assert "Set-Cookie" not in response.headers and "/sign-in?next=" in response.text


def test_permalinks_lead_to_the_right_page(long_thread, as_):
    response = as_(None).get(f"/threads/{long_thread.id}/posts/41")
    assert response.status_code == 303 and response.location == f"/threads/{long_thread.id}?page=3#post-41"
    assert as_(None).get(f"/threads/{long_thread.id}/posts/20").location == f"/threads/{long_thread.id}#post-20"
    for nowhere in ("0", "46", "99999999999999"):
        assert as_(None).get(f"/threads/{long_thread.id}/posts/{nowhere}").status_code == 404


def test_reading_is_marked_by_a_form_and_never_by_a_get(long_thread, cast, as_):
    browser = as_(cast.bao)
    assert 'name="number" value="20"' in browser.get(f"/threads/{long_thread.id}").text
    assert db.session.scalar(select(ReadMark)) is None
    assert browser.post(f"/threads/{long_thread.id}/read", data={"number": "20"}).status_code == 303
    db.session.expire_all()
    assert db.session.get(ReadMark, (cast.bao.id, long_thread.id)).number == 20
    assert "Mark as read" not in browser.get(f"/threads/{long_thread.id}").text
    assert browser.get(f"/threads/{long_thread.id}/unread").location.endswith("?page=2#post-21")
    assert 'id="first-unread"' in browser.get(f"/threads/{long_thread.id}?page=2").text
    assert as_(cast.bao, htmx=True).post(f"/threads/{long_thread.id}/read", data={"number": "x"}).status_code == 200
    assert as_(None).post(f"/threads/{long_thread.id}/read", data={"number": "1"}).status_code == 303


def test_a_deleted_or_hidden_post_says_nothing(long_thread, cast, make, as_):
    hidden = make.post(long_thread, by=cast.bao, body="MARKER-HIDDEN", hidden_at=clock.now())
    make.post(long_thread, by=cast.bao, html="", deleted_at=clock.now())
    db.session.commit()
    for reader in (None, cast.dora):
        response = as_(reader).get(f"/threads/{long_thread.id}?page=3")
        assert "MARKER-HIDDEN" not in response.text and numbers_on(response)[-2:] == [46, 47]
        assert "This post was deleted" in response.text and "hidden this post" in response.text
        assert "MARKER-HIDDEN" not in as_(reader).get(f"/threads/{long_thread.id}/posts/46/revisions").text
    assert "MARKER-HIDDEN" in as_(cast.chidi).get(f"/threads/{long_thread.id}?page=3").text
    assert as_(cast.dora).get(f"/threads/{long_thread.id}/replies?quote={hidden.number}").status_code in (403, 404)


def test_what_it_is_about_is_shown_unless_it_is_private(cast, as_):
    save(Link(from_id=cast.thread.id, to_id=cast.closed_thread.id, relation=Relation.ABOUT))
    db.session.commit()
    assert "Between us" not in as_(None).get(f"/threads/{cast.thread.id}").text
    assert "Between us" in as_(cast.ana).get(f"/threads/{cast.thread.id}").text


def test_machines_can_read_what_it_is(cast, as_):
    cast.thread.title = "Ends </script><b> here"
    db.session.commit()
    text = as_(None).get(f"/threads/{cast.thread.id}").text
    described = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', text)[1])
    assert described["@type"] == "DiscussionForumPosting" and described["headline"] == "Ends </script><b> here"


def test_controls_are_offered_to_those_who_may(cast, as_):
    address = f"/threads/{cast.thread.id}"
    assert "/close" not in as_(cast.bao).get(address).text and "/pin" in as_(cast.ana).get(address).text
    assert "/move" in as_(cast.chidi).get(address).text and "/move" not in as_(cast.ana).get(address).text
    assert f'action="{address}/replies"' in as_(cast.bao).get(address).text
    assert f'action="{address}/replies"' not in as_(cast.dora).get(address).text


def test_a_closed_thread_says_so(cast, as_):
    cast.thread.closed_at = clock.now()
    db.session.commit()
    text = as_(cast.bao).get(f"/threads/{cast.thread.id}").text
    assert "This thread is closed" in text and '/replies"' not in text
