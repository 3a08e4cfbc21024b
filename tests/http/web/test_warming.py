"""Before processes part the application is warmed up: that must leave nothing behind but a quicker first answer."""

from __future__ import annotations

from prometheus_client import generate_latest
from sqlalchemy import select

from forum import warming
from forum.app import create_app
from forum.kernel.db import db
from forum.kernel.editions import Edition
from forum.kernel.settings import Settings
from forum.threads.models import Thread
from forum.web import status


def test_warming_asks_for_pages_of_visitors_and_members_and_keeps_none(app, cast, make, monkeypatch):
    thread = make.post(cast.thread, by=cast.bao).thread_id
    db.session.commit()
    asked: list[tuple[str, bool]] = []
    real = warming._ask
    monkeypatch.setattr(
        warming, "_ask", lambda *given: (asked.append((given[1], "Cookie" in (given[2:] or ({},))[0])), real(*given))[1]
    )
    before = db.session.scalar(select(Edition.word))
    warming.warm(app)
    assert {("/", False), ("/", True), (f"/threads/{thread}", True), ("/recommendations", True)} <= set(asked)
    assert not len(app.extensions["forum.pages"]) and not len(app.extensions["forum.member_pages"])
    assert db.session.scalar(select(Edition.word)) == before and db.session.get(Thread, thread).post_count == 2
    assert b"forum_requests_total{" not in generate_latest(status.REGISTRY), "nobody asked for these pages"


def test_nobody_is_let_in_by_a_session_that_says_nobody(app, cast):
    warming.warm(app)
    page = app.test_client().get("/", headers={"Cookie": "session=nobody"})
    assert "/sign-out" not in page.text


def test_a_site_without_a_database_is_not_warmed_and_says_so(tmp_path, caplog):
    site = create_app(Settings(data_dir=str(tmp_path), secret_key="a secret that only tests know"), TESTING=True)
    warming.warm(site)
    assert "not warmed up" in caplog.text
    with site.app_context():
        db.engine.dispose()


def test_a_search_is_tried_and_not_noted_as_a_question(app, cast, monkeypatch):
    asked: list[str] = []
    real = warming._ask
    monkeypatch.setattr(warming, "_ask", lambda *given: (asked.append(given[1]), real(*given))[1])
    noted = app.extensions["forum.settings"].data_path / "asked.jsonl"
    before = noted.read_text() if noted.exists() else ""  # of other tests
    warming.warm(app)
    assert warming.SEARCH in asked
    assert (noted.read_text() if noted.exists() else "") == before


def test_an_engine_with_threads_of_its_own_is_not_opened_before_processes_part(app, cast, monkeypatch):
    asked: list[str] = []
    real = warming._ask
    monkeypatch.setattr(warming, "_ask", lambda *given: (asked.append(given[1]), real(*given))[1])
    monkeypatch.setattr(app.extensions["forum.search"], "name", "tantivy")
    warming.warm(app)
    assert asked and warming.SEARCH not in asked
