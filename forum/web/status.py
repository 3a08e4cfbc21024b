"""What machines ask: is it alive, is it ready, how much is it doing.

`/metrics` counts in the memory of the answering process; its `process` label tells the processes apart, so
sum over it. Keep the address inside: a reverse proxy should not pass `/metrics` on.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from functools import cache

from flask import Blueprint, Flask, Response, g, jsonify, request
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from forum.kernel import health, jobs

bp = Blueprint("status", __name__)

REGISTRY = CollectorRegistry()
REQUESTS = Counter("forum_requests", "Requests answered.", ["process", "endpoint", "status"], registry=REGISTRY)
SECONDS = Histogram(
    "forum_request_seconds",
    "Time to answer.",
    ["process"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
    registry=REGISTRY,
)
OPEN_PROMISES = Gauge("forum_open_promises", "Jobs promised and not yet done.", registry=REGISTRY)
#: Called before the numbers are read: slices that have some add theirs, with gauges in REGISTRY.
BEFORE_READING: list[Callable[[], None]] = []
WELL = Gauge("forum_part_is_well", "1 when the part works, as /readyz sees it.", ["part"], registry=REGISTRY)


@bp.get("/healthz")
def alive() -> ResponseReturnValue:
    """This process answers. Asks nothing else, so that a slow database never gets it restarted."""
    return jsonify(status="alive")


@bp.get("/readyz")
def ready() -> ResponseReturnValue:
    """Whether visitors can be sent here: 200, or 503 and which part is unwell."""
    found = health.findings()
    well = all(one.well for one in found)
    parts = {one.part: {"well": one.well, "words": one.words} for one in found}
    return jsonify(status="ready" if well else "not ready", parts=parts), 200 if well else 503


@bp.get("/metrics")
def metrics() -> ResponseReturnValue:
    OPEN_PROMISES.set(jobs.depth())
    for take_measure in BEFORE_READING:
        take_measure()
    for one in health.findings():
        WELL.labels(one.part).set(one.well)
    return Response(generate_latest(REGISTRY), content_type=CONTENT_TYPE_LATEST)


_counters: dict[tuple[int, str | None, int], Counter] = {}


def count_answer(endpoint: str | None, status: int) -> None:
    """Count one answer. `kept` is the endpoint of pages sent from `forum.web.cache`."""
    key = (os.getpid(), endpoint, status)
    counter = _counters.get(key)
    if counter is None:  # labels() is the costly part; the process is in the key because forks share this
        counter = _counters[key] = REQUESTS.labels(str(key[0]), endpoint or "none", str(status))
    counter.inc()


@cache
def _taking(process: int) -> Histogram:
    """How long the answers of this process took."""
    return SECONDS.labels(str(process))


def count_anew() -> None:
    """Forget what was counted so far."""
    REQUESTS.clear()
    SECONDS.clear()
    _counters.clear()
    _taking.cache_clear()


def init_app(app: Flask) -> None:
    """Count every answer: two dictionary look-ups and an addition a request."""
    app.register_blueprint(bp)

    @app.before_request
    def note_the_start() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def count(response: Response) -> Response:
        count_answer(request.endpoint, response.status_code)
        if (started := g.get("started")) is not None:
            _taking(os.getpid()).observe(time.perf_counter() - started)
        return response
