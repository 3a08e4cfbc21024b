"""While the database is away every page says so kindly; when it is back, so are the pages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import create_engine, make_url, text

from forum.app import create_app
from forum.kernel.db import db
from forum.kernel.settings import Settings
from tests import servers


def site(folder, url: str):
    settings = Settings(data_dir=str(folder), secret_key="a secret that only tests know", database_url=url)
    return create_app(settings, WTF_CSRF_ENABLED=False)


@pytest.fixture
def away(tmp_path) -> Iterator[FlaskClient]:
    """A site whose PostgreSQL does not answer."""
    app = site(tmp_path, f"postgresql+psycopg://nobody@127.0.0.1:{servers.free_port()}/forum")
    yield app.test_client()
    with app.app_context():
        db.engine.dispose()


@pytest.mark.parametrize("path", ["/", "/threads", "/threads/1", "/search?q=water", "/sign-in"])
def test_every_page_answers_503_with_a_page_to_visitors_and_to_whoever_was_signed_in(away, path):
    assert_kind(away.get(path))
    with away.session_transaction() as session:
        session["_user_id"], session["sid"] = "somebody", "some session"
    assert_kind(away.get(path))


def assert_kind(answer) -> None:
    if answer.status_code == 200:  # needs no database: the form to sign in
        return
    assert answer.status_code == 503
    assert "<h1>" in answer.text and "Number of this request" in answer.text
    assert "psycopg" not in answer.text and "Traceback" not in answer.text


def test_what_was_being_posted_is_shown_again(away):
    with away.session_transaction() as session:
        session["_user_id"], session["sid"] = "somebody", "some session"
    answer = away.post("/threads/1/replies", data={"body": "Written with care.", "language": "en"})
    assert answer.status_code == 503
    assert "Written with care.</textarea>" in answer.text


def test_the_process_lives_but_is_not_ready(away):
    assert away.get("/healthz").status_code == 200
    assert away.get("/readyz").status_code == 503


@pytest.mark.slow
def test_pages_come_back_with_the_database(tmp_path):
    with servers.postgres_database("away") as url:
        app = site(tmp_path, url)
        with app.app_context():
            upgrade()
        client = app.test_client()
        assert client.get("/threads?page=1").status_code == 200
        name = make_url(url).database
        server = create_engine(make_url(url).set(database="postgres"), isolation_level="AUTOCOMMIT")
        with server.connect() as connection:  # as a restart does: every connection of the site is cut
            connection.execute(
                text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"), {"name": name}
            )
        server.dispose()
        answers = [client.get(f"/threads?page=1&again={number}").status_code for number in range(3)]
        assert set(answers[1:]) == {200} and answers[0] in (200, 503), answers
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
