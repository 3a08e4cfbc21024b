"""All that one follows on a page of its own: found, read in pages, changed, and why."""

import re

import pytest

from forum.entries.models import Because, Follow, Level
from forum.entries.operations import follow
from forum.kernel.db import db
from forum.notifications import following
from tests.statements import statements


@pytest.fixture
def many(cast, make):
    """More than a page of threads that Bao follows, the first as one who replied."""
    threads = [make.thread(cast.ana, cast.andes_group, title=f"Matter {n}") for n in range(following.ON_A_PAGE + 3)]
    for n, thread in enumerate(threads):
        follow(thread, by=cast.bao, level=Level.DIGEST, because=Because.CHOSE if n else Because.REPLIED)
    db.session.commit()
    return threads


def titles(page):
    return re.findall(r"Matter \d+", page)


def test_every_one_of_them_is_on_some_page(as_, cast, many):
    bao = as_(cast.bao)
    first, second = bao.get("/me/follows").text, bao.get("/me/follows?page=2").text
    assert len(titles(first)) == following.ON_A_PAGE and len(titles(second)) == 3
    assert set(titles(first)) | set(titles(second)) == {thread.title for thread in many}
    assert 'href="/me/follows"' in bao.get("/me/settings/mail").text
    assert "Because you replied." in second and f'href="/threads/{many[0].id}"' in second
    assert bao.get("/me/follows?page=3").status_code == 404


def test_it_costs_as_many_statements_however_many_there_are(as_, cast, many):
    bao = as_(cast.bao)
    bao.get("/me/follows")  # what is kept in the process is read once
    with statements() as of_many:
        bao.get("/me/follows")
    with statements() as of_few:
        bao.get("/me/follows?q=Matter+12")
    assert len(of_few) == len(of_many) <= 12


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("q=matter+31", ["Matter 31"]),
        ("q=31+MATTER", ["Matter 31"]),
        ("q=%25", []),
        ("level=every", ["Matter 3"]),
        ("level=x&q=er+32", ["Matter 32"]),
    ],
)
def test_they_are_found_by_words_and_level(as_, cast, many, asked, found):
    follow(many[3], by=cast.bao, level=Level.EVERY_POST)
    db.session.commit()
    page = as_(cast.bao).get(f"/me/follows?{asked}").text
    assert titles(page) == found
    assert ("Nothing you follow fits" in page) is (not found)


def test_a_change_is_kept_and_leads_back_to_the_same_list(as_, cast, many):
    sent = {f"follow-{many[3].id}": "muted", f"follow-{many[4].id}": "none", f"follow-{cast.closed_thread.id}": "every"}
    answer = as_(cast.bao).post("/me/follows?q=matter&page=2", data=sent)
    assert (answer.status_code, answer.location) == (303, "/me/follows?q=matter&page=2")
    assert db.session.get(Follow, (many[3].id, cast.bao.id)).level is Level.MUTED
    assert db.session.get(Follow, (many[4].id, cast.bao.id)) is None
    assert db.session.get(Follow, (cast.closed_thread.id, cast.bao.id)) is None


def test_what_one_may_not_see_any_more_is_not_named(as_, cast):
    follow(cast.closed_thread, by=cast.bao, level=Level.DIGEST)
    db.session.commit()
    for address in ("/me/follows", "/me/follows?q=between"):
        assert "Between us" not in as_(cast.bao).get(address).text
    as_(cast.bao).post("/me/follows", data={f"follow-{cast.closed_thread.id}": "every"})
    assert db.session.get(Follow, (cast.closed_thread.id, cast.bao.id)).level is Level.DIGEST


def test_who_follows_nothing_is_told_how(as_, cast):
    assert "You follow nothing yet" in as_(cast.dora).get("/me/follows").text


def test_htmx_gets_the_list_alone(as_, cast, many):
    assert as_(cast.bao, htmx=True).get("/me/follows?q=12").text.lstrip().startswith('<section id="found"')
