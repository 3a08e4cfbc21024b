"""Sends many requests over kept connections: with wrk where it is installed, else with threads of our own."""

from __future__ import annotations

import itertools
import json
import re
import shutil
import statistics
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass, field

from bench.browser import Browser

CONNECTIONS = 4


@dataclass(frozen=True)
class Request:
    """What to send again and again; `{n}` in the body becomes a number of its own each time."""

    path: str
    headers: dict[str, str] = field(default_factory=dict)
    body: str | None = None
    expect: int = 200


@dataclass(frozen=True)
class Load:
    requests: int
    failures: int
    seconds: float
    p50: float  # milliseconds
    p95: float


def drive(base: str, request: Request, seconds: int, first: int = 1) -> Load:
    """Ask as fast as answers come, over a few connections.

    Args:
        first: from where the numbers in the body count.
    """
    return (_wrk if shutil.which("wrk") else _threads)(base, request, seconds, first)


SCRIPT = """
local ok, other = 0, 0
local threads = {}
function setup(thread) table.insert(threads, thread); end
function init(args) n = FIRST; wrong = 0; end
request = function()
  if BODY then
    n = n + 1
    return wrk.format("POST", nil, nil, (BODY:gsub("{n}", tostring(n))))
  end
  return wrk.format()
end
response = function(status) if status ~= EXPECT then wrong = wrong + 1 end end
done = function(s, latency)
  local failed = s.errors.connect + s.errors.read + s.errors.write + s.errors.timeout
  for _, thread in ipairs(threads) do failed = failed + thread:get("wrong") end
  io.write(string.format("@@%d %d %d %d %d", s.requests, failed, s.duration,
    latency:percentile(50), latency:percentile(95)))
end
"""


def _wrk(base: str, request: Request, seconds: int, first: int) -> Load:
    quoted = json.dumps(request.body, ensure_ascii=False) if request.body else "nil"
    script = f"local FIRST, EXPECT, BODY = {first}, {request.expect}, {quoted}\n{SCRIPT}"
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(script)
        file.flush()
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "30s", "-s", file.name]
        for name, value in request.headers.items():
            command += ["-H", f"{name}: {value}"]
        shown = subprocess.run([*command, base + request.path], capture_output=True, text=True, check=True).stdout
    found = re.search(r"@@(\d+) (\d+) (\d+) (\d+) (\d+)", shown)
    assert found, f"wrk said:\n{shown}"
    count, failures, micros, p50, p95 = map(int, found.groups())
    return Load(count, failures, micros / 1e6, p50 / 1e3, p95 / 1e3)


def _threads(base: str, request: Request, seconds: int, first: int) -> Load:
    times: list[float] = []
    failures = itertools.count()
    numbers = itertools.count(first)
    headers = {name.replace("-", "_"): value for name, value in request.headers.items()}
    end = time.monotonic() + seconds

    def work() -> None:
        browser = Browser(base)
        while time.monotonic() < end:
            body = request.body.replace("{n}", str(next(numbers))) if request.body else None
            begun = time.perf_counter()
            answer = browser.send("POST" if body else "GET", request.path, body, **headers)
            times.append(time.perf_counter() - begun)
            if answer.status != request.expect:
                next(failures)

    begun = time.monotonic()
    workers = [threading.Thread(target=work) for _ in range(CONNECTIONS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    cuts = statistics.quantiles(times, n=20) if len(times) > 1 else [times[0]] * 19
    return Load(len(times), next(failures), time.monotonic() - begun, cuts[9] * 1e3, cuts[18] * 1e3)
