"""A real site (web server and worker, the real record, the demo community) and a real browser before it.

    def test_something(site, visit):
        page = visit("/threads", as_="ana", javascript=False)

`visit` opens a browser of its own for each call, so that two people can be on the site at once.
"""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from tests import servers

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "a password of the demo"
#: Milliseconds. Nothing takes so long; a machine that does other things as well may.
PATIENCE = 60_000
#: Chromium in a container, asking nobody outside for anything.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives a browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")


@dataclass(frozen=True)
class Site:
    """Where the site of this run is, and what it wrote to its folder."""

    url: str
    folder: Path
    environment: dict[str, str]

    def letters(self, to: str) -> list[EmailMessage]:
        """The mails to this address, oldest first, read from the Maildir."""
        files = sorted((self.folder / "mail").rglob("new/*"), key=lambda file: (file.stat().st_mtime_ns, file.name))
        mails = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
        return [mail for mail in mails if to in str(mail["To"])]

    def wait_for_letter(self, to: str, *, saying: str = "", patience: float = 180) -> EmailMessage:
        """The newest mail to this address with these words in its text; the worker may need a moment."""
        end = time.monotonic() + patience
        while not (found := [letter for letter in self.letters(to) if saying in words_of(letter)]):
            assert time.monotonic() < end, f"no mail to {to} saying {saying!r} came within {patience} s"
            time.sleep(0.1)
        return found[-1]

    def forum(self, *arguments: str, stdin: str = "") -> str:
        """Run a `forum` command on this site."""
        command = [sys.executable, "-m", "forum.cli", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, input=stdin, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout


def words_of(letter: EmailMessage) -> str:
    """The plain text of a mail."""
    body = letter.get_body(("plain",))
    return str(body.get_content()) if body else ""


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    """`forum run --demo` on a free port and an empty folder."""
    with tempfile.TemporaryDirectory(prefix="forum-browser-") as folder:
        port = servers.free_port()
        url = f"http://127.0.0.1:{port}"
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("FORUM_")},
            "FORUM_DATA_DIR": folder,
            "FORUM_BASE_URL": url,
            "FORUM_DEMO_PASSWORD": PASSWORD,
            "PORT": str(port),
            "WEB_CONCURRENCY": "1",
            "FORUM_RATE_LIMITS": "off",  # all of these people come from one address, and quickly
        }
        log = Path(folder) / "run.log"
        with log.open("wb") as output:
            command = [sys.executable, "-m", "forum.cli", "run", "--demo"]
            process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT)
            try:
                wait_until_open(url, process, log)
                wait_until_settled(site := Site(url, Path(folder), environment))
                yield site
            finally:
                process.send_signal(signal.SIGTERM)
                process.wait(120)


def wait_until_open(url: str, process: subprocess.Popen[bytes], log: Path, patience: float = 300) -> None:
    """Return when the site answers; fail with its log when it does not."""
    end = time.monotonic() + patience
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=30) as answer:
                if answer.status == 200:
                    return
        except (OSError, http.client.HTTPException):
            time.sleep(0.2)
    pytest.fail(f"The site did not open:\n{log.read_text()[-3000:]}")


def wait_until_settled(site: Site, patience: float = 300) -> None:
    """Return when what the demo has is found by the search, and its first mail was sent."""
    end = time.monotonic() + patience
    while not (is_indexed(site) and any((site.folder / "mail").rglob("new/*"))):
        assert time.monotonic() < end, f"after {patience} s the demo's index or its first mail was not there"
        time.sleep(0.2)


def is_indexed(site: Site) -> bool:
    with urllib.request.urlopen(f"{site.url}/search?using=diversion", timeout=60) as answer:
        return '<p class="quiet" id="using-found">' not in answer.read().decode()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The browser: FORUM_TEST_CHROMIUM, the system's, or the one Playwright brought."""
    playwright = pytest.importorskip("playwright.sync_api", reason="The browser tests need the extra 'browser'.")
    found = next((p for p in ("/usr/bin/chromium", "/usr/bin/chromium-browser") if Path(p).exists()), None)
    program = os.environ.get("FORUM_TEST_CHROMIUM") or found
    playwright.expect.set_options(timeout=PATIENCE)  # it would be five seconds
    with playwright.sync_playwright() as driver:
        try:
            browser = driver.chromium.launch(executable_path=program, args=ARGUMENTS)
        except playwright.Error as error:
            servers.missing(f"No browser to test with: install the system's chromium package. ({error})")
        yield browser
        browser.close()


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def javascript(request: pytest.FixtureRequest) -> bool:
    """Runs a test twice: no journey may depend on JavaScript."""
    return bool(request.param)


#: By site and handle: what a browser remembers of having signed in.
SIGNED_IN: dict[tuple[str, str], Any] = {}


@pytest.fixture
def visit(site: Site, chromium: Any) -> Iterator[Callable[..., Any]]:
    """Open a path as somebody, in a browser of their own; returns Playwright's page.

    Args of the function it gives:
        path: where to go.
        as_: handle of a demo member, or "" for a visitor.
        javascript, width, scheme, language: what the browser is like.
        once: go on where an earlier visit signed in, for tests of thirty pages each.
    """
    contexts = []

    def go(
        path: str = "/",
        *,
        as_: str = "",
        javascript: bool = True,
        width: int = 1280,
        scheme: str = "light",
        language: str = "en",
        once: bool = False,
    ) -> Any:
        known = SIGNED_IN.get((site.url, as_)) if once else None
        context = chromium.new_context(
            storage_state=known,
            base_url=site.url,
            java_script_enabled=javascript,
            viewport={"width": width, "height": 800},
            color_scheme=scheme,
            locale=language,
            has_touch=width < 700,
        )
        contexts.append(context)
        # the language asked for, whatever the member's own: demo members read in several
        context.add_cookies([{"name": "language", "value": language, "url": site.url}])
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        if as_ and not known:
            sign_in(page, f"{as_}@example.org")
            SIGNED_IN[site.url, as_] = context.storage_state()
        page.goto(path)
        return page

    yield go
    for context in contexts:
        context.close()


def sign_in(page: Any, email: str, password: str = PASSWORD) -> None:
    """Fill in the sign-in form as a person would."""
    page.goto("/sign-in")
    page.fill("main input[name=email]", email)
    page.fill("main input[name=password]", password)
    page.press("main input[name=password]", "Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)
