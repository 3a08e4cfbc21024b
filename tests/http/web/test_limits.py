"""Too much at once is answered with 429 and when to come back; what is not limited pays nothing."""

import pytest
from flask import Flask
from flask_migrate import upgrade

from forum.app import create_app
from forum.kernel.db import db
from forum.kernel.settings import Settings, WrongSetting
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


@pytest.fixture
def counted(app):
    """The tests' site with its limits held, which the others do without."""
    without = app.extensions["forum.limits"]
    init_app(app, "")
    yield
    app.extensions["forum.limits"] = without


def test_whoever_writes_too_fast_keeps_what_they_wrote_and_can_send_it_again(counted, cast, as_):
    ana, address = as_(cast.ana), f"/threads/{cast.thread.id}/replies"
    for number in range(20):
        assert ana.post(address, data={"body": f"Number {number}.", "language": "en"}).status_code == 303
    data = {"body": "The <last> one, which was\nlong.", "language": "fr", "submission": "abc"}
    refused = ana.post(address, data=data)
    assert refused.status_code == 429 and int(refused.headers["Retry-After"]) > 0
    assert "The &lt;last&gt; one, which was\nlong.</textarea>" in refused.text
    assert f'<form method="post" action="{address}"' in refused.text
    assert '<input type="hidden" name="language" value="fr">' in refused.text
    assert '<input type="hidden" name="submission" value="abc">' in refused.text
    assert as_(cast.bao).post(address, data=data).status_code == 303


def test_looking_at_it_first_is_not_writing(counted, cast, as_):
    ana, address = as_(cast.ana), f"/threads/{cast.thread.id}/replies"
    answers = {
        ana.post(address, data={"body": "To be seen.", "language": "en", "preview": "1"}).status_code for _ in range(25)
    }
    assert answers == {200}


def test_a_search_is_counted_although_it_only_reads(counted, cast, as_):
    visitor = as_(None)
    answers = [visitor.get("/search").status_code for _ in range(119)]  # the bare form counts, and costs less
    answers += [visitor.get("/search?q=water").status_code for _ in range(2)]
    assert set(answers[:120]) == {200} and answers[120] == 429
    assert as_(cast.ana).get("/search?q=water").status_code == 200


def test_limits_cannot_be_off_on_a_site_that_others_can_reach():
    Settings(rate_limits="off", base_url="http://127.0.0.1:8000")
    with pytest.raises(WrongSetting, match="FORUM_RATE_LIMITS is 'off'"):
        Settings(rate_limits="off", base_url="https://forum.example.org")
    with pytest.raises(WrongSetting, match="use one of on, off"):
        Settings(rate_limits="no")
