"""The wheel carries everything: installed elsewhere it sets a site up and serves it, without this checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import time
import urllib.error
import urllib.request
import venv
from pathlib import Path

import pytest

from tests import servers

pytestmark = [pytest.mark.slow, pytest.mark.long]

ROOT = Path(__file__).resolve().parents[2]


def run(*command: str | Path, **options) -> str:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, **options)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin folder of a fresh environment with our wheel; what we depend on is lent by this one."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "-q")
    run(*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, ROOT)
    (wheel,) = folder.glob("*.whl")
    venv.create(folder / "env", with_pip=False)
    python = folder / "env" / "bin" / "python"
    site_packages = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip()
    run(*pip, "--python", python, "install", "--no-deps", "--no-index", wheel)
    (Path(site_packages) / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return python.parent


def test_a_site_runs_from_the_wheel_alone(installed, tmp_path):
    port = servers.free_port()
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith(("FORUM_", "PYTHON"))},
        "FORUM_DATA_DIR": str(tmp_path / "var"),
        "PORT": str(port),
        "WEB_CONCURRENCY": "1",
    }
    where = run(installed / "python", "-c", "import forum; print(forum.__file__)", cwd=tmp_path, env=environment)
    assert str(ROOT) not in where
    assert run(installed / "forum", "--version", cwd=tmp_path, env=environment).strip()
    run(installed / "forum", "init", cwd=tmp_path, env=environment)  # migrates, and loads the record it carries
    server = subprocess.Popen([installed / "forum", "web"], cwd=tmp_path, env=environment)
    try:
        pages = {path: fetched(port, path) for path in ("/", "/congresses", "/?lang=es", "/static/vendor/htmx.js")}
    finally:
        server.terminate()
        server.wait(120)
    assert "WC21" in pages["/congresses"]
    assert '<html lang="es"' in pages["/?lang=es"] and pages["/static/vendor/htmx.js"]
    assert (tmp_path / "var" / "forum.db").exists()


def fetched(port: int, path: str) -> str:
    deadline = time.monotonic() + 180
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
                return answer.read().decode()
        except ConnectionError:
            pass
        except urllib.error.URLError as error:
            if not isinstance(error.reason, ConnectionError):
                raise
        assert time.monotonic() < deadline, "the server did not come up"
        time.sleep(0.2)
