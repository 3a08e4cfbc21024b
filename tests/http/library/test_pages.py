"""The text of files in the browser: a page with its words marked, a preview, and what can be done when it went wrong."""

import re
from html import unescape

import pytest
from sqlalchemy import update

from forum.entries.models import Visibility
from forum.kernel import blobs
from forum.kernel.db import db
from forum.library.models import FilePage, Licence, Reading, ResourceFile
from tests import documents
from tests.shelf import read_all, shelved
from tests.statements import statements


@pytest.fixture
def file(cast):
    """Ana's bilingual report of 24 pages, read; its address."""
    made = shelved(documents.bilingual_pdf(), by=cast.ana)
    read_all()
    return f"/library/{made.resource_id}/files/1"


@pytest.fixture
def kept(cast):
    """The same in the closed group, of which Ana is and Dora is not."""
    made = shelved(documents.bilingual_pdf(2), by=cast.ana, visibility=Visibility.GROUP, group_id=cast.closed_group.id)
    read_all()
    return f"/library/{made.resource_id}/files/1"


def test_a_page_shows_its_text_and_the_way_on(as_, file):
    answer = as_(None).get(f"{file}/pages/14")
    assert answer.status_code == 200
    assert documents.PHRASE in answer.text and documents.ARABIC_PHRASE in answer.text
    assert f'rel="prev" href="{file}/pages/13"' in answer.text and f'rel="next" href="{file}/pages/15"' in answer.text
    assert "Page 14 of 24" in answer.text and "/threads/new?about=" in answer.text
    assert "&amp;page=14" in answer.text


def test_a_thread_about_a_page_begins_with_a_link_to_it(as_, cast, file):
    page = as_(cast.bao).get(f"{file}/pages/14").text
    start = unescape(re.search(r'href="(/threads/new[^"]+)"', page)[1])
    form = as_(cast.bao).get(start).text
    assert f"[Page 14 of “Justice for children”]({file}/pages/14)" in unescape(form)
    assert 'value="Page 14 of “Justice for children”"' in unescape(form)


def test_a_page_says_its_language_and_lets_its_direction_be(as_, file):
    assert '<div class="page-text" lang="ar" dir="auto">' in as_(None).get(f"{file}/pages/2").text


def test_words_somebody_came_for_are_marked_and_go_along(as_, file):
    text = as_(None).get(f"{file}/pages/14?q=solitary+circle").text
    assert "<mark>solitary</mark>" in text and "<mark>circles</mark>" in text and "2 words marked" in text
    assert f"{file}/pages/15?q=solitary+circle" in text
    arabic = as_(None).get(f"{file}/pages/14?q=الاحتجاز").text
    assert "<mark>للاحتجاز</mark>" in arabic


def test_htmx_gets_the_text_alone(as_, file):
    text = as_(None, htmx=True).get(f"{file}/pages/14").text
    assert text.lstrip().startswith('<div id="text">') and "<html" not in text


@pytest.mark.parametrize(
    ("typed", "page"), [("14", 14), ("0", 1), ("99999999", 24), ("-3", 1), ("x", 1), ("", 1), ("٣", 1)]
)
def test_going_to_a_page_finds_the_nearest(as_, file, typed, page):
    answer = as_(None).get(f"{file}/pages", query_string={"page": typed, "q": "a b"})
    assert answer.status_code == 302 and answer.location == f"{file}/pages/{page}?q=a+b"


@pytest.mark.parametrize("number", ["0", "25", "99999999999999999999"])
def test_a_page_that_is_not_there_is_not_found(as_, file, number):
    assert as_(None).get(f"{file}/pages/{number}").status_code == 404


def test_nobody_reads_what_they_may_not_see(as_, cast, kept):
    for address in (f"{kept}/pages/1", f"{kept}/pages", f"{kept}/preview"):
        assert as_(cast.ana).get(address).status_code in (200, 302), address
        assert as_(cast.dora).get(address).status_code == 404, address
        assert as_(None).get(address).status_code == 404, address


def test_what_was_removed_is_gone(as_, file):
    db.session.execute(update(ResourceFile).values(removed_at=ResourceFile.added_at))
    db.session.commit()
    assert as_(None).get(f"{file}/pages/1").status_code == 404 and as_(None).get(f"{file}/preview").status_code == 404


def test_a_licence_that_reserves_everything_leaves_a_quotation(as_, cast):
    made = shelved(documents.bilingual_pdf(), by=cast.ana, licence=Licence.RIGHTS_RESERVED)
    read_all()
    place = f"/library/{made.resource_id}/files/1"
    quoted = as_(cast.bao).get(f"{place}/pages/14?q=solitary").text
    assert "<mark>solitary</mark>" in quoted and quoted.count("Chapter") == 0
    silent = as_(cast.bao).get(f"{place}/pages/14").text
    assert "solitary" not in silent and "licence" in silent
    assert as_(cast.bao).get(f"{place}/preview").status_code == 404
    assert (
        "<img"
        not in as_(cast.bao).get(f"/library/{made.resource_id}").text.split('id="pages"')[1].split("</section>")[0]
    )
    assert documents.PHRASE in as_(cast.ana).get(f"{place}/pages/14").text  # she looks after it


def test_the_preview_is_a_small_picture_asked_for_each_time(as_, file):
    answer = as_(None).get(f"{file}/preview")
    assert answer.mimetype == "image/webp" and len(answer.data) <= 20_000 and answer.data[8:12] == b"WEBP"
    assert answer.headers["Cache-Control"] == "no-cache, private" or set(
        answer.headers["Cache-Control"].split(", ")
    ) == {"private", "no-cache"}
    again = as_(None).get(f"{file}/preview", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304 and not again.data


def test_a_file_without_a_picture_has_no_preview(as_, cast):
    made = shelved(b"Words and no picture")
    read_all()
    assert as_(None).get(f"/library/{made.resource_id}/files/1/preview").status_code == 404
    assert (
        "<img" not in as_(None).get(f"/library/{made.resource_id}").text.split('id="pages"')[1].split("</section>")[0]
    )


def test_a_picture_missing_in_the_store_is_not_found(as_, file):
    blobs.current().delete(db.session.scalar(db.select(ResourceFile.preview_key)))
    assert as_(None).get(f"{file}/preview").status_code == 404


def test_the_resource_shows_how_far_reading_got(as_, cast):
    made = shelved(documents.bilingual_pdf(2))
    show = f"/library/{made.resource_id}"
    waiting = as_(None).get(show).text
    assert "being taken out" in waiting and 'hx-trigger="every 4s"' in waiting
    assert "still being taken out" in as_(None).get(f"{show}/files/1/pages/1").text
    read_all()
    done = as_(None).get(show).text
    assert "every 4s" not in done and f'href="{show}/files/1/pages/1"' in done and "2 pages" in done
    assert 'alt="First page of report.pdf"' in done and 'loading="lazy"' in done


def test_failure_says_why_and_offers_another_try_to_who_may(as_, cast):
    made = shelved(documents.encrypted_pdf(), by=cast.ana)
    show = f"/library/{made.resource_id}"
    db.session.commit()
    read_all()
    assert "locked with a password" in as_(None).get(show).text
    assert "locked with a password" in as_(None).get(f"{show}/files/1/pages/1").text
    assert "read-again" in as_(cast.ana).get(show).text and "read-again" not in as_(cast.bao).get(show).text
    assert as_(cast.bao).post(f"{show}/files/1/read-again").status_code == 403
    assert as_(None).post(f"{show}/files/1/read-again").status_code in (302, 303, 401)
    answer = as_(cast.ana).post(f"{show}/files/1/read-again")
    assert answer.status_code == 303 and answer.location == f"{show}#pages"
    assert db.session.scalar(db.select(ResourceFile.reading)) is Reading.WAITING
    db.session.rollback()
    assert as_(cast.ana).post(f"{show}/files/1/read-again").status_code == 409


def test_the_language_of_a_file_can_be_corrected(as_, cast, file):
    said = {"language": "sw"}
    assert as_(cast.bao).post(f"{file}/language", data=said).status_code == 403
    assert as_(cast.ana).post(f"{file}/language", data={"language": "xx"}).status_code == 422
    assert as_(cast.ana).post(f"{file}/language", data=said).status_code == 303
    languages = dict(db.session.execute(db.select(FilePage.number, FilePage.language)).all())
    assert languages[1] == "sw" and languages[2] == "ar"
    assert db.session.scalar(db.select(ResourceFile.language)) == "sw"
    db.session.execute(update(ResourceFile).values(reading=Reading.WAITING))
    db.session.commit()
    read_all()
    assert db.session.scalar(db.select(ResourceFile.language)) == "sw"


def test_what_was_read_of_a_long_file_says_that_there_is_more(as_, file):
    db.session.execute(update(ResourceFile).values(reason="too-long"))
    db.session.commit()
    assert "very long" in as_(None).get(f"{file}/pages/24").text
    assert "very long" not in as_(None).get(f"{file}/pages/23").text


def test_a_page_costs_few_statements(as_, cast, file):
    with statements() as said:
        as_(None).get(f"{file}/pages/14")
    assert len(said) <= 6, said
