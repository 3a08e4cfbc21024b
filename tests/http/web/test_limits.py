"""Too much at once is answered with 429 and when to come back; what is not limited pays nothing."""

import pytest
from flask import Flask
from flask_migrate import upgrade

from forum.app import create_app
from forum.kernel.db import db
from forum.kernel.settings import Settings
from forum.web.limits import init_app, limited


@pytest.fixture
def small():
    app = Flask(__name__)
    init_app(app, "")

    @app.route("/knock", methods=["GET", "POST"])
    @limited("2 per minute")
    def knock():
        return "come in"

    return app


def test_the_third_knock_is_told_when_to_come_back(small):
    client = small.test_client()
    answers = [client.post("/knock") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 1 <= int(answers[2].headers["Retry-After"]) <= 61


def test_reading_is_not_counted_and_others_are_not_held_up(small):
    for _ in range(3):
        small.test_client().post("/knock")
    assert small.test_client().get("/knock").status_code == 200
    assert small.test_client().post("/knock", environ_base={"REMOTE_ADDR": "192.0.2.7"}).status_code == 200


def test_a_page_without_a_limit_meets_no_limiter(small):
    assert small.before_request_funcs == {} and small.after_request_funcs == {}


def test_guessing_passwords_of_one_account_is_slowed_down_from_everywhere(tmp_path):
    settings = Settings(data_dir=str(tmp_path), secret_key="a secret that only tests know")
    app = create_app(
        settings,
        TESTING=True,
        WTF_CSRF_ENABLED=False,
        SECURITY_PASSWORD_HASH="pbkdf2_sha512",
        SECURITY_PASSWORD_SINGLE_HASH=False,
    )
    with app.app_context():
        upgrade()

    def guess(number):
        origin = {"REMOTE_ADDR": f"192.0.2.{number}"}
        return app.test_client().post("/sign-in", data={"email": "A@x.org", "password": "guess"}, environ_base=origin)

    answers = [guess(number) for number in range(21)]
    with app.app_context():
        db.engine.dispose()
    assert {answer.status_code for answer in answers[:20]} == {422}
    assert answers[20].status_code == 429 and "Retry-After" in answers[20].headers
    assert "<h1>" in answers[20].text
