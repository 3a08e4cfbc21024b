"""Pages kept for visitors: sent again while the content stands, gone with the commit that changes it."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, update

from forum.app import ALIKE_FOR_VISITORS
from forum.community.models import Group
from forum.entries.models import Entry, Visibility
from forum.kernel import clock
from forum.kernel.db import db
from forum.threads.models import Post, ReadMark, Thread
from forum.web.cache import Kept
from forum.web.shelf import Shelf


@pytest.fixture
def visitor(as_: Callable[..., FlaskClient], cast: SimpleNamespace) -> FlaskClient:
    return as_(None)


@pytest.fixture
def statements(app: Flask) -> Any:
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, sql: str, *_rest: Any) -> None:
        if not sql.startswith("BEGIN"):
            seen.append(sql)

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)


def test_the_second_visitor_costs_one_statement(visitor: FlaskClient, statements: list[str]) -> None:
    first = visitor.get("/threads")
    statements.clear()
    second = visitor.get("/threads")
    assert (second.status_code, second.data, second.headers["ETag"]) == (200, first.data, first.headers["ETag"])
    assert "Content-Security-Policy" in second.headers
    assert len(statements) == 1 and "edition" in statements[0]


def test_a_browser_that_has_the_page_is_told_so(visitor: FlaskClient) -> None:
    first = visitor.get("/threads")
    again = visitor.get("/threads", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert visitor.get("/threads", headers={"If-None-Match": 'W/"other"'}).status_code == 200


def rename(cast: SimpleNamespace) -> None:
    cast.thread.title = "A new title"


def hide(cast: SimpleNamespace) -> None:
    cast.thread.hidden_at = clock.now()


def make_private(cast: SimpleNamespace) -> None:
    for entry in (cast.thread, *cast.thread.posts):
        entry.visibility = Visibility.GROUP


def rename_the_author(cast: SimpleNamespace) -> None:
    cast.ana.name = "Somebody Else"


def hide_all_at_once(cast: SimpleNamespace) -> None:
    db.session.execute(update(Entry).values(hidden_at=clock.now()))


def hide_below_the_models(cast: SimpleNamespace) -> None:
    db.session.execute(update(Entry.__table__).values(hidden_at=clock.now()))


def write_more(cast: SimpleNamespace) -> None:
    cast.thread.post_count += 1
    post = {"group_id": cast.thread.group_id, "author_id": cast.bao.id, "body": "x", "html": "<p>x</p>"}
    db.session.add(Post(thread_id=cast.thread.id, number=cast.thread.post_count, rendered_by="test", **post))


def close_the_group(cast: SimpleNamespace) -> None:
    db.session.get_one(Group, cast.andes_group.id).visibility = "members"


@pytest.mark.parametrize(
    "change",
    [
        *(rename, hide, make_private, rename_the_author, hide_all_at_once, hide_below_the_models, write_more),
        close_the_group,
    ],
)
def test_every_change_of_content_is_seen_at_once(
    visitor: FlaskClient, cast: SimpleNamespace, statements: list[str], change: Callable[[SimpleNamespace], None]
) -> None:
    visitor.get("/threads")
    change(cast)
    db.session.commit()
    statements.clear()
    visitor.get("/threads")
    assert len(statements) > 1, "the page was sent from what was kept"


def test_what_is_hidden_is_gone(visitor: FlaskClient, cast: SimpleNamespace) -> None:
    assert "Water in custody" in visitor.get("/threads").text
    hide(cast)
    db.session.commit()
    assert "Water in custody" not in visitor.get("/threads").text


def test_an_undone_change_leaves_the_pages_standing(
    visitor: FlaskClient, cast: SimpleNamespace, statements: list[str]
) -> None:
    visitor.get("/threads")
    rename(cast)
    db.session.flush()
    db.session.rollback()
    statements.clear()
    visitor.get("/threads")
    assert len(statements) == 1


def test_reading_is_no_change(visitor: FlaskClient, cast: SimpleNamespace, statements: list[str]) -> None:
    visitor.get("/threads")
    db.session.add(ReadMark(member_id=cast.bao.id, thread_id=cast.thread.id, number=1))
    db.session.commit()
    statements.clear()
    visitor.get("/threads")
    assert len(statements) == 1


def test_each_language_has_its_own_page(visitor: FlaskClient) -> None:
    pages = {
        visitor.get("/threads", headers={"Accept-Language": asked}).text.split("lang=")[1][:5]
        for asked in ("en", "es-MX,es;q=0.9", "fr", "en", "es")
    }
    assert len(pages) == 3


def test_nothing_made_for_a_member_is_kept(app: Flask, as_: Callable[..., FlaskClient], cast: SimpleNamespace) -> None:
    marked: Thread = cast.closed_thread
    marked.title = "MARKER-PRIVATE"
    db.session.commit()
    before = len(app.extensions["forum.pages"])
    for path in ("/", "/threads", "/groups"):
        as_(cast.ana).get(path)
    assert "MARKER-PRIVATE" in as_(cast.ana).get("/threads").text
    assert len(app.extensions["forum.pages"]) == before
    for path in ("/", "/threads", "/groups"):
        as_(None).get(path)
    kept = app.extensions["forum.pages"]._kept.values()
    assert len(kept) > 0
    assert not any(b"MARKER-PRIVATE" in page.body or b"sign-out" in page.body for page in kept)


def test_who_bears_any_other_cookie_is_asked_about(visitor: FlaskClient, statements: list[str]) -> None:
    visitor.get("/threads")
    visitor.set_cookie("remember_token", "1|abc")
    statements.clear()
    visitor.get("/threads")
    assert not any("edition" in sql for sql in statements)


def test_a_form_with_a_token_is_not_kept(app: Flask, visitor: FlaskClient) -> None:
    before = len(app.extensions["forum.pages"])
    visitor.get("/sign-in")
    assert len(app.extensions["forum.pages"]) == before


def test_the_memory_is_bounded() -> None:
    pages = Shelf(most=3, bytes_=100)
    kept = [Kept("e", 9e9, str(n), [], b"x" * 30) for n in range(5)]
    for n, one in enumerate(kept):
        pages.put(("", str(n), "", "en", ""), one)
    assert len(pages) == 3
    assert pages.get(("", "0", "", "en", ""), "e") is None
    pages.put(("", "9", "", "en", ""), Kept("e", 9e9, "9", [], b"x" * 90))
    assert len(pages) == 1
    assert pages.get(("", "9", "", "en", ""), "e") is not None
    assert pages.get(("", "9", "", "en", ""), "another edition") is None


def test_who_once_opened_the_sign_in_page_is_still_a_visitor(
    app: Flask, visitor: FlaskClient, as_: Callable[..., FlaskClient], statements: list[str]
) -> None:
    visitor.get("/threads")
    came_back = as_(None)
    with came_back.session_transaction() as session:
        session["csrf_token"] = "abc"
    statements.clear()
    assert came_back.get("/threads").status_code == 200
    assert len(statements) == 1
    before = len(app.extensions["forum.pages"])
    came_back.get("/regions")
    assert len(app.extensions["forum.pages"]) == before, "a page that may hold a token was kept"


def test_a_message_for_one_person_is_shown_to_them(visitor: FlaskClient) -> None:
    visitor.get("/threads")
    with visitor.session_transaction() as session:
        session["_flashes"] = [("message", "Only for you")]
    assert "Only for you" in visitor.get("/threads").text


ALIKE = ["/", "/groups", "/groups/andes", "/threads", "/recommendations", "/meetings", "/congresses", "/library"]
ALIKE += ["/regions", "/regions/andes", "/themes", "/themes/diversion", "/feeds/threads.atom"]


@pytest.mark.parametrize("path", ALIKE)
def test_pages_that_visitors_share_start_no_session(visitor: FlaskClient, statements: list[str], path: str) -> None:
    assert "Set-Cookie" not in visitor.get(path).headers
    statements.clear()
    visitor.get(path)
    assert len(statements) == 1


def test_a_thread_starts_no_session(visitor: FlaskClient, cast: SimpleNamespace, statements: list[str]) -> None:
    path = f"/threads/{cast.thread.id}"
    assert "Set-Cookie" not in visitor.get(path).headers
    statements.clear()
    visitor.get(path)
    assert len(statements) == 1


def test_every_view_that_is_shared_exists(app: Flask) -> None:
    assert app.view_functions.keys() >= ALIKE_FOR_VISITORS
