"""One polite question to an address: does anything answer there? Never inside a private network, whatever DNS or a redirect says."""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote, urljoin, urlsplit

TIMEOUT = 12.0  # seconds for each step
MOST_REDIRECTS = 5
PORTS = frozenset({80, 443, 8080, 8443})
PERMANENT = frozenset({301, 308})
REDIRECTS = frozenset({301, 302, 303, 307, 308})
GONE = frozenset({404, 410})
#: Says nothing about what a person would find: HEAD is asked again as GET, and after that it is unclear.
NOT_FOR_MACHINES = frozenset({401, 402, 403, 405, 406, 407, 408, 409, 418, 421, 423, 425, 429, 451, 501, 503, 520, 999})
ENOUGH = 1024  # bytes of a page


class Outcome(StrEnum):
    ANSWERS = "answers"
    GONE = "gone"  # nothing is there, nobody answers, or there is no such name
    UNCLEAR = "unclear"  # somebody answers, and not to us
    REFUSED = "refused"  # we do not ask there


@dataclass(frozen=True)
class Answer:
    """What came of asking.

    Attributes:
        moved_to: where permanent redirects lead, when only such lie on the way.
    """

    outcome: Outcome
    detail: str = ""
    moved_to: str = ""


class _NotAsked(Exception):
    """We do not ask there."""


Permits = Callable[[str, int], bool]


def is_public(address: str, port: int) -> bool:
    """Whether an IP address and port may be asked: only what is of the public internet, only where web servers are."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(ip, "ipv4_mapped", None)
    ip = mapped or ip
    return ip.is_global and not ip.is_multicast and not ip.is_reserved and port in PORTS


def ask(url: str, *, agent: str, permits: Permits = is_public) -> Answer:
    """Ask once, as far as redirects lead. Takes at most a minute or so, and raises nothing.

    Args:
        agent: who we are, with an address to complain to.
        permits: which addresses may be asked; asked for each, after the name was resolved, and that very address is used.
    """
    moved, only_permanent = url, True
    for _hop in range(MOST_REDIRECTS + 1):
        try:
            status, location = _status(moved, agent, permits)
        except _NotAsked as reason:
            return Answer(Outcome.REFUSED, str(reason))
        except ssl.SSLError as trouble:
            return Answer(Outcome.UNCLEAR, f"TLS: {trouble.reason}")  # browsers know missing certificates we do not
        except TimeoutError:
            return Answer(Outcome.GONE, "no answer in time")
        except (OSError, http.client.HTTPException, UnicodeError, ValueError) as trouble:
            return Answer(Outcome.GONE, f"{type(trouble).__name__}: {trouble}"[:200])
        if status not in REDIRECTS or not location:
            return _judged(status, moved if only_permanent and moved != url else "")
        only_permanent = only_permanent and status in PERMANENT
        moved = urljoin(moved, location)
    return Answer(Outcome.UNCLEAR, "it leads from one address to the next without end")


def _judged(status: int, moved_to: str) -> Answer:
    detail = f"HTTP {status}"
    if 200 <= status < 300 or status in (304, 416):  # 416: there is less than the first bytes we asked for
        return Answer(Outcome.ANSWERS, detail, moved_to)
    if status in NOT_FOR_MACHINES:
        return Answer(Outcome.UNCLEAR, detail)
    return Answer(Outcome.GONE, detail)


def _status(url: str, agent: str, permits: Permits) -> tuple[int, str]:
    """HEAD first, since it costs the other side least; GET of the first bytes where HEAD is not understood."""
    status, location = _request("HEAD", url, agent, permits)
    if status in NOT_FOR_MACHINES or status in GONE or status >= 500:
        return _request("GET", url, agent, permits)
    return status, location


def _request(method: str, url: str, agent: str, permits: Permits) -> tuple[int, str]:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise _NotAsked(f"{parts.scheme}: is not for the web")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._") + (
        f"?{quote(parts.query, safe='/%:@!$&()*+,;=~-._?')}" if parts.query else ""
    )
    headers = {"User-Agent": agent, "Accept": "*/*", "Connection": "close"}
    if method == "GET":
        headers["Range"] = f"bytes=0-{ENOUGH - 1}"
    with _connected(parts.hostname, port, permits, tls=parts.scheme == "https") as connection:
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        answer.read(ENOUGH)
        return answer.status, answer.headers.get("Location", "")


@contextmanager
def _connected(host: str, port: int, permits: Permits, *, tls: bool) -> Iterator[http.client.HTTPConnection]:
    """A connection to the very address that was permitted, so that a second look-up cannot lead elsewhere."""
    address = _permitted(host.encode("idna").decode() if not host.isascii() else host, port, permits)
    connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT)
    connection.sock = socket.create_connection((address, port), timeout=TIMEOUT)
    try:
        if tls:
            connection.sock = ssl.create_default_context().wrap_socket(connection.sock, server_hostname=host)
        yield connection
    finally:
        connection.close()


def _permitted(host: str, port: int, permits: Permits) -> str:
    found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not all(permits(address, port) for address in found):
        raise _NotAsked("its address is not of the public internet")
    return found[0]
