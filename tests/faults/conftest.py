"""One real site for each test that wants one, on each database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import servers
from tests.faults.site import Site, running


@pytest.fixture(params=["sqlite", "postgresql"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    if not Path("/proc/self/task").exists():
        pytest.skip("this test finds its victims in /proc")
    if request.param == "sqlite":
        yield from running(Site(tmp_path, ""))
        return
    with servers.postgres_database("kills") as url:
        yield from running(Site(tmp_path, url))
