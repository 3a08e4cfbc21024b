"""Whether our own mail server vouches for the sender's domain. RFC 8601, RFC 7489, RFC 7208, RFC 6376.

Anybody can write an Authentication-Results header. Believed are those that bear our server's name and stand where our
server writes: above what earlier servers wrote, that is no deeper than just below the first Received that names a machine
that is not our own. It must take out those that strangers brought in its name (RFC 8601 5); where two of them contradict one
another, neither is believed.
"""

from __future__ import annotations

import re
from email.message import Message

COMMENT = re.compile(r"\((?:[^()\\]|\\.)*\)")
RESULT = re.compile(r"^\s*([a-z0-9-]+)\s*(?:/\s*\d+)?\s*=\s*([a-z]+)", re.IGNORECASE)
PROPERTY = re.compile(
    r"\b(header\.from|header\.d|header\.i|smtp\.mailfrom|smtp\.helo)\s*=\s*\"?([^\s;\"]+)", re.IGNORECASE
)
OWN_MACHINE = re.compile(r"\b(?:localhost|127\.0\.0\.1)\b|\[(?:ipv6:)?::1\]", re.IGNORECASE)
MOST = 50_000  # characters of such headers


def is_vouched_for(mail: Message, sender: str, auth_host: str) -> bool | None:
    """True where DMARC passed, or SPF or DKIM did for the sender's own domain; None where nobody looked."""
    trusted = _trusted(mail, auth_host.casefold())
    if not trusted:
        return None
    domain = sender.rpartition("@")[2]
    results = [result for each in trusted for result in _results(each)]
    dmarc = {said for method, said, where in results if method == "dmarc" and _names(where, "header.from", domain)}
    if dmarc:
        return bool(domain) and dmarc == {"pass"}
    spf = {said for method, said, _ in results if method == "spf"}
    by_spf = spf == {"pass"} and any(
        _aligned(where.get("smtp.mailfrom", ""), domain) for method, _, where in results if method == "spf"
    )
    by_dkim = any(
        method == "dkim" and said == "pass" and _aligned(where.get("header.d") or where.get("header.i", ""), domain)
        for method, said, where in results
    )
    return bool(domain) and (by_spf or by_dkim)


def _trusted(mail: Message, auth_host: str) -> list[str]:
    """What stands behind our server's name in each header that is its own."""
    if not auth_host:
        return []
    found, room, border = [], MOST, False
    for name, value in mail.raw_items():
        if name.casefold() == "received":
            if border:
                break
            border = _is_the_border(str(value))
        elif name.casefold() == "authentication-results" and room > 0:
            plain = _without_comments(re.sub(r"[\r\n]+", " ", str(value)[:room]))
            room -= len(plain) + 1
            host, _semicolon, rest = plain.partition(";")
            words = host.split()
            if words and words[0].strip('"').casefold() == auth_host:
                found.append(rest)
    return found


def _is_the_border(received: str) -> bool:
    """Whether this hop came from another machine, not from one program of our server to the next."""
    source = re.split(r"\bby\b", received, maxsplit=1, flags=re.IGNORECASE)[0]
    return "from" in source.casefold() and not OWN_MACHINE.search(source)


def _without_comments(value: str) -> str:
    for _ in range(5):  # they may lie in one another
        value, changed = COMMENT.subn(" ", value)
        if not changed:
            break
    return value


def _results(rest: str) -> list[tuple[str, str, dict[str, str]]]:
    """(method, result, properties) of each statement."""
    found = []
    for statement in rest.split(";"):
        if result := RESULT.match(statement):
            where = {name.casefold(): value.casefold() for name, value in PROPERTY.findall(statement)}
            found.append((result.group(1).casefold(), result.group(2).casefold(), where))
    return found


def _names(where: dict[str, str], which: str, domain: str) -> bool:
    """Whether a statement is about this domain; one that names none is about the mail as a whole."""
    return where.get(which, domain).rpartition("@")[2] in (domain, "")


def _aligned(said: str, domain: str) -> bool:
    """Relaxed alignment: the same domain, or one below the other. RFC 7489 3.1.1."""
    other = said.rpartition("@")[2].strip("<>")
    if "." not in other or "." not in domain:
        return bool(other) and other == domain
    return other == domain or other.endswith(f".{domain}") or domain.endswith(f".{other}")
