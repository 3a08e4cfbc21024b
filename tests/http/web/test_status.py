"""/healthz, /readyz and /metrics: what machines ask."""

from forum.kernel import clock, jobs
from forum.kernel.db import db


def test_alive_asks_nothing_of_the_database(app, as_):
    assert as_(None).get("/healthz").json == {"status": "alive"}


def test_without_a_worker_the_site_is_not_ready_and_says_which_part_is_missing(app, as_):
    response = as_(None).get("/readyz")
    assert response.status_code == 503
    assert response.json["parts"]["database"]["well"]
    assert "forum worker" in response.json["parts"]["worker"]["words"]


def test_a_worker_that_finishes_its_pulse_makes_the_site_ready(app, as_):
    jobs.schedule(clock.now())
    jobs.drain()
    db.session.commit()
    parts = as_(None).get("/readyz").json["parts"]
    assert parts["worker"]["well"], parts


def test_metrics_count_answers_by_endpoint_and_status(app, as_):
    client = as_(None)
    client.get("/healthz")
    text = client.get("/metrics").text
    assert 'endpoint="status.alive"' in text and 'status="200"' in text
    assert "forum_open_promises" in text
