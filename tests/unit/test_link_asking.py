"""Asking whether an address answers: politely, as far as redirects lead, and never inside our own network."""

import http.server
import socket
import threading

import pytest

from forum.library.links import asking
from forum.library.links.asking import Outcome, ask, is_public


class Pages(http.server.BaseHTTPRequestHandler):
    seen: list[tuple[str, str, str | None]] = []

    def answer(self):
        Pages.seen.append((self.command, self.path, self.headers.get("Range")))
        name = self.path.split("?")[0].strip("/")
        if name == "hang-up":
            self.close_connection = True
            return
        if name.startswith("to-"):
            self.send_response(301 if "for-good" in self.path else 302)
            self.send_header("Location", "/" + name.removeprefix("to-") if name != "to-inside" else "http://10.0.0.1/")
        elif name == "around":
            self.send_response(302)
            self.send_header("Location", "/around")
        elif name == "no-head":
            self.send_response(405 if self.command == "HEAD" else 206)
        elif name == "lying-head":
            self.send_response(404 if self.command == "HEAD" else 200)
        else:
            self.send_response(int(name) if name.isdigit() else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_HEAD = answer

    def log_message(self, *_args):
        pass


@pytest.fixture
def server(monkeypatch):
    Pages.seen = []
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pages) as made:
        thread = threading.Thread(target=made.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{made.server_port}"
        made.shutdown()
        thread.join()


def loopback(address, port):
    """The allowance of tests: this machine, and nothing else."""
    return address == "127.0.0.1"


def asked(url):
    return ask(url, agent="a test", permits=loopback)


@pytest.mark.parametrize(
    ("page", "outcome"),
    [
        ("fine", Outcome.ANSWERS),
        ("no-head", Outcome.ANSWERS),
        ("lying-head", Outcome.ANSWERS),
        ("to-fine", Outcome.ANSWERS),
        ("416", Outcome.ANSWERS),
        ("404", Outcome.GONE),
        ("410", Outcome.GONE),
        ("500", Outcome.GONE),
        ("to-404", Outcome.GONE),
        ("hang-up", Outcome.GONE),
        ("403", Outcome.UNCLEAR),
        ("429", Outcome.UNCLEAR),
        ("around", Outcome.UNCLEAR),
        ("to-inside", Outcome.REFUSED),
    ],
)
def test_what_an_answer_means(server, page, outcome):
    assert asked(f"{server}/{page}").outcome is outcome


def test_a_page_is_asked_for_its_head_and_no_more(server):
    asked(f"{server}/fine")
    assert Pages.seen == [("HEAD", "/fine", None)]


def test_where_head_is_not_understood_the_first_bytes_are_enough(server):
    asked(f"{server}/no-head")
    assert Pages.seen[-1] == ("GET", "/no-head", "bytes=0-1023")


def test_only_what_moved_for_good_is_noted(server):
    assert asked(f"{server}/to-fine?for-good").moved_to == f"{server}/fine"
    assert asked(f"{server}/to-fine").moved_to == "" and asked(f"{server}/fine").moved_to == ""


def test_nobody_there_is_gone():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert asked(f"http://127.0.0.1:{port}/").outcome is Outcome.GONE


def test_a_server_that_says_nothing_is_gone_in_time(monkeypatch):
    monkeypatch.setattr(asking, "TIMEOUT", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert asked(f"http://127.0.0.1:{silent.getsockname()[1]}/").detail == "no answer in time"


@pytest.mark.parametrize(
    "url",
    ["ftp://127.0.0.1/", "file:///etc/passwd", "javascript:alert(1)", "http://", "http:///x"],
)
def test_what_is_not_of_the_web_is_not_asked(url):
    assert asked(url).outcome is Outcome.REFUSED


@pytest.mark.parametrize("url", ["http://[::1", "http://127.0.0.1:99999/", "http://\u2028/", "http://a..b/"])
def test_what_is_no_address_at_all_raises_nothing(url):
    assert asked(url).outcome in (Outcome.GONE, Outcome.REFUSED)


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1", "::1",
     "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "255.255.255.255", "192.0.2.1"],
)  # fmt: skip
def test_addresses_inside_are_not_asked(address):
    assert not is_public(address, 80)


def test_public_addresses_are_asked_where_web_servers_are():
    assert is_public("93.184.215.14", 443) and is_public("2606:2800:21f:cb07:6820:80da:af6b:8b2c", 80)
    assert not is_public("93.184.215.14", 22) and not is_public("93.184.215.14", 5432)


def test_without_the_allowance_this_machine_is_not_asked(server):
    answer = ask(f"{server}/fine", agent="a test")
    assert answer.outcome is Outcome.REFUSED and Pages.seen == []


def test_a_name_that_leads_inside_and_outside_is_not_asked(monkeypatch):
    def two(_host, port, **_options):
        return [(2, 1, 6, "", ("93.184.215.14", port)), (2, 1, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(asking.socket, "getaddrinfo", two)
    assert ask("http://two.example/", agent="a test").outcome is Outcome.REFUSED
