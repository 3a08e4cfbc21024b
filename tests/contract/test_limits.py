"""How often somebody may try, counted in the memory of one process or in Redis for all of them."""

import uuid

import pytest
from flask_migrate import upgrade

from forum.app import create_app
from forum.kernel.db import db
from forum.kernel.settings import Settings
from tests import servers


@pytest.fixture
def site(tmp_path):
    """Makes one web process of a site: all of them share its folder, and its Redis when there is one."""

    def process(redis_url=""):
        settings = Settings(data_dir=str(tmp_path), secret_key="a secret that only tests know", redis_url=redis_url)
        app = create_app(settings, TESTING=True, WTF_CSRF_ENABLED=False)
        with app.app_context():
            upgrade()
        apps.append(app)
        return app.test_client()

    apps = []
    yield process
    for app in apps:
        with app.app_context():
            db.engine.dispose()


def tries_until_refused(clients) -> int:
    """How many attempts to sign in are answered before one is refused, taken in turns by these processes."""
    one = uuid.uuid4()  # a person and a machine no count knows yet
    attempt = {"email": f"{one.hex}@example.org", "password": "not the password"}
    machine = {"REMOTE_ADDR": f"127.{one.bytes[0]}.{one.bytes[1]}.{one.bytes[2]}"}
    for number in range(60):
        response = clients[number % len(clients)].post("/sign-in", data=attempt, environ_base=machine)
        if response.status_code == 429:
            assert int(response.headers["Retry-After"]) > 0
            assert "<h1>" in response.text
            return number
    return 60


def test_somebody_who_tries_too_often_is_asked_to_wait(site):
    assert 0 < tries_until_refused([site()]) < 60


@pytest.mark.slow
def test_processes_that_share_redis_share_the_count(site):
    alone = tries_until_refused([site()])
    with servers.redis_server() as url:
        assert tries_until_refused([site(url), site(url)]) == alone
