"""/me/notices and the number in the header: with and without JavaScript."""

from __future__ import annotations

import re

from forum.entries.operations import follow
from forum.kernel.db import db
from forum.notices.models import Notice, NoticeKind, Reason
from forum.notices.queries import COUNTED, count_unread
from forum.notices.telling import tell
from forum.threads import operations as threads
from tests import make
from tests.working import work


def replied(cast, *, times=1):
    follow(cast.thread, by=cast.bao)
    for n in range(times):
        threads.reply(cast.thread, body=f"MARKER-WORDS {n}", by=cast.ana)
    work()


def in_header(page):
    found = re.search(r'class="count">.*?</span>([0-9+]+)</span>', page)
    return found[1] if found else None


def test_an_empty_list_says_so_and_leads_on(as_, cast):
    page = as_(cast.bao).get("/me/notices")
    assert page.status_code == 200 and "Nothing has come yet" in page.text and 'href="/threads"' in page.text
    assert "You have read everything" in as_(cast.bao).get("/me/notices?state=unread").text
    assert in_header(page.text) is None


def test_a_notice_says_what_happened_why_it_came_and_where_to_read_it(as_, cast):
    replied(cast, times=3)
    page = as_(cast.bao).get("/me/notices").text
    assert "3 new replies" in page and "Because you follow it." in page and "MARKER-WORDS" not in page
    assert f'href="/threads/{cast.thread.id}/posts/2"' in page and "Water in custody" in page
    assert in_header(page) == "1" and in_header(as_(cast.bao).get("/about").text) == "1"
    assert as_(cast.bao).get(f"/threads/{cast.thread.id}/posts/2").status_code in (200, 303)


def test_the_number_stands_on_shared_pages_and_goes_when_the_thread_was_read(as_, cast):
    replied(cast)
    bao, dora = as_(cast.bao), as_(cast.dora)
    for path in ("/", "/threads", f"/threads/{cast.thread.id}", "/groups/andes", "/recommendations"):
        assert in_header(bao.get(path).text) == "1", path
        assert in_header(dora.get(path).text) is None, path
        assert in_header(as_(None).get(path).text) is None, path
    bao.post(f"/threads/{cast.thread.id}/read", data={"number": "2"})
    assert in_header(bao.get("/").text) is None


def test_a_thread_s_page_that_is_not_shared_is_not_taken_from_the_browser_s_cache_with_an_old_number(as_, cast):
    follow(cast.closed_thread, by=cast.ana)
    tell([cast.ana.id], NoticeKind.WELCOME, Reason.MEMBER, key="welcome")
    db.session.commit()
    ana, path = as_(cast.ana), f"/threads/{cast.closed_thread.id}"
    first = ana.get(path)
    assert in_header(first.text) == "1"
    ana.post("/me/notices/read", data={"up_to": "999999"})
    with ana.session_transaction() as session:
        session.pop("_flashes", None)
    second = ana.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert second.status_code == 200 and in_header(second.text) is None


def test_one_is_marked_and_then_all(as_, cast):
    replied(cast)
    tell([cast.bao.id], NoticeKind.WELCOME, Reason.MEMBER, key="welcome")
    db.session.commit()
    ids = [each.id for each in db.session.scalars(db.select(Notice).where(Notice.member_id == cast.bao.id))]
    bao = as_(cast.bao)
    assert bao.post(f"/me/notices/{ids[0]}/read").status_code == 303
    assert count_unread(cast.bao) == 1
    answer = as_(cast.bao, htmx=True).post(f"/me/notices/{ids[0]}/read")
    assert answer.status_code == 200 and count_unread(cast.bao) == 1
    assert bao.post("/me/notices/read", data={"up_to": str(max(ids))}).status_code == 303
    assert count_unread(cast.bao) == 0


def test_what_came_after_the_page_was_made_stays_unread(as_, cast):
    replied(cast)
    page = as_(cast.bao).get("/me/notices").text
    up_to = re.search(r'name="up_to" value="(\d+)"', page)[1]
    tell([cast.bao.id], NoticeKind.WELCOME, Reason.MEMBER, key="welcome")
    db.session.commit()
    as_(cast.bao).post("/me/notices/read", data={"up_to": up_to})
    assert count_unread(cast.bao) == 1
    for odd in ("", "x", "-1", "٣"):
        assert as_(cast.bao).post("/me/notices/read", data={"up_to": odd}).status_code == 303
    assert count_unread(cast.bao) == 1


def test_nobody_marks_somebody_else_s(as_, cast):
    replied(cast)
    notice = db.session.scalars(db.select(Notice)).one()
    assert as_(cast.dora).post(f"/me/notices/{notice.id}/read").status_code == 404
    as_(cast.dora).post("/me/notices/read", data={"up_to": "99999"})
    assert count_unread(cast.bao) == 1


def test_who_left_the_group_is_shown_nothing_of_it(as_, cast):
    membership = make.membership(cast.bao, cast.closed_group)
    follow(cast.closed_thread, by=cast.bao)
    threads.reply(cast.closed_thread, body="x", by=cast.ana)
    work()
    assert "Between us" in as_(cast.bao).get("/me/notices").text
    db.session.delete(membership)
    db.session.commit()
    page = as_(cast.bao).get("/me/notices").text
    assert "Between us" not in page and in_header(page) is None
    assert "Between us" not in as_(cast.dora).get("/me/notices").text


def test_many_are_shown_in_pages_and_counted_up_to_a_point(as_, cast):
    for n in range(COUNTED + 20):
        tell([cast.bao.id], NoticeKind.WELCOME, Reason.MEMBER, key=f"welcome-{n}")
    db.session.commit()
    page = as_(cast.bao).get("/me/notices").text
    assert in_header(page) == "99+" and 'rel="next"' in page
    assert as_(cast.bao).get("/me/notices?page=6").status_code == 200
    assert as_(cast.bao).get("/me/notices?page=60").status_code == 404


def test_every_kind_has_words_and_leads_somewhere(as_, cast):
    for kind in NoticeKind:
        for reason in Reason:
            tell([cast.bao.id], kind, reason, key=f"{kind}-{reason}", group_id=cast.andes_group.id, said="Said so")
    db.session.commit()
    for page in range(1, 5):
        assert as_(cast.bao).get(f"/me/notices?page={page}").status_code == 200


def test_notices_are_taken_along_in_the_export(as_, cast):
    replied(cast)
    found = as_(cast.bao).get("/me/export.json").json["notices"]
    assert [(each["what"], each["why"], each["entry"]) for each in found] == [("replies", "chose", cast.thread.id)]
