"""Pages that are the same for every visitor, kept until the content changes.

Most readers have not signed in, and they all see the same. Their pages are kept whole and compressed, in the memory
of each process, under the address and language; a kept page is sent only while the edition of the content (see
`forum.kernel.editions`) is the one it was made from, which costs one small statement. So whatever is hidden, edited
or made private is gone from here with the commit that did it. Pages also age out, because "3 hours ago" does.

Nothing private can get in: a page is kept only if it was made for a request that bore no cookie but the language, so
for nobody in particular, and only if `alike` names its view. It is sent to such requests, and to those whose session
knows no member and holds no message (they opened the sign-in page once).
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, request
from itsdangerous import BadSignature
from sqlalchemy import Engine
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header
from werkzeug.sansio.http import parse_cookie

from forum.kernel import clock, editions
from forum.kernel.direct import OutOfReach, line
from forum.web.cookies import LANGUAGE as COOKIE
from forum.web.sessions import AS_MANY, Sessions
from forum.web.shelf import Shelf

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PAGES = 600
BYTES = 12 * 2**20
SECONDS = 60.0
SESSION = "session"

Key = tuple[str, str, str, str, str]


@dataclass(frozen=True)
class Kept:
    """A whole answer, ready to be sent again."""

    edition: str
    until: float  # on the monotonic clock
    etag: str
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def size(self) -> int:
        return len(self.body)


class VisitorPages:
    """Stands before the application: answers a visitor from what is kept, else asks it and keeps what it may.

    Args:
        inner: the application.
        engine: where the edition is asked for.
        languages: those the site offers.
        read_session: what the session cookie says.
        count: told the status of each answer given from here.
    """

    MARK = "forum.alike"  # set in the request's environment by a view whose answer is the same for all visitors

    def __init__(
        self,
        inner: WSGIApplication,
        engine: Engine,
        languages: list[str],
        read_session: Callable[[str], Mapping[str, Any]],
        count: Callable[[int], None],
    ) -> None:
        self.inner, self.engine, self.languages, self.count = inner, engine, tuple(languages), count
        self.read_session = read_session
        self.pages: Shelf[Key, Kept] = Shelf(PAGES, BYTES)

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        cookies = cookies_of(environ.get("HTTP_COOKIE", ""))
        key = key_of(environ, cookies.get(COOKIE, ""), self.languages)
        if key is None or not self._is_nobody(cookies):
            return self.inner(environ, start)
        edition = self._edition()
        if edition and (kept := self.pages.get(key, edition)):
            return self._send(kept, environ, start)
        if edition is None or cookies.keys() - {COOKIE}:
            return self.inner(environ, start)
        return self._ask(environ, start, key, edition)

    def _is_nobody(self, cookies: Mapping[str, str]) -> bool:
        """Whether these cookies say nothing but the language, and perhaps a session without a member or a message."""
        others = cookies.keys() - {COOKIE}
        if not others:
            return True
        if others != {SESSION}:
            return False
        said = self.read_session(cookies[SESSION])
        return "_user_id" not in said and "_flashes" not in said

    def _edition(self) -> str | None:
        """The edition of the content; nothing when the database is away, which the application's pages can say."""
        try:
            with line(self.engine) as connection:
                found = connection.row(editions.DIRECTLY)
        except OutOfReach:
            return None
        return str(found[0]) if found else None

    def _ask(self, environ: WSGIEnvironment, start: StartResponse, key: Key, edition: str) -> Iterable[bytes]:
        """The application's own answer; kept for the next visitor, if it may be."""
        begun: list[Any] = []

        def hold(status: str, headers: list[tuple[str, str]], failure: Any = None) -> Callable[[bytes], object]:
            begun[:] = [status, headers, failure]
            return lambda _data: None  # nothing of ours writes so

        answer = self.inner(environ, hold)
        status, headers, failure = begun
        has_cookie = any(name.lower() == "set-cookie" for name, _ in headers)
        if not status.startswith("200") or has_cookie or failure or not environ.get(self.MARK):
            start(status, headers, failure)
            return answer
        body = b"".join(answer)
        if close := getattr(answer, "close", None):
            close()
        etag = f'W/"{hashlib.blake2b(body, digest_size=9).hexdigest()}"'
        shown = [(name, value) for name, value in headers if name.lower() != "etag"] + [("ETag", etag)]
        self.pages.put(key, Kept(edition, time.monotonic() + SECONDS, etag, shown, body))
        start(status, shown)
        return (body,)

    def _send(self, kept: Kept, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        same = kept.etag in environ.get("HTTP_IF_NONE_MATCH", "")
        self.count(304 if same else 200)
        if same:
            start("304 Not Modified", [h for h in kept.headers if h[0] not in ("Content-Length", "Content-Type")])
            return ()
        start("200 OK", kept.headers)
        return (kept.body,)


def key_of(environ: WSGIEnvironment, chosen: str, languages: tuple[str, ...]) -> Key | None:
    """What an answer depends on besides the content, for a browser's plain GET; nothing for any other request.

    Args:
        chosen: the language in the browser's cookie, if any.
    """
    if environ["REQUEST_METHOD"] != "GET" or "HTTP_HX_REQUEST" in environ or "HTTP_AUTHORIZATION" in environ:
        return None
    if chosen not in languages:
        chosen = _best(environ.get("HTTP_ACCEPT_LANGUAGE", ""), languages)
    packed = "gzip" if takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")) else ""
    return environ.get("HTTP_HOST", ""), environ["PATH_INFO"], environ.get("QUERY_STRING", ""), chosen, packed


@lru_cache(1024)
def _best(header: str, languages: tuple[str, ...]) -> str:
    return parse_accept_header(header, LanguageAccept).best_match(languages) or languages[0]


@lru_cache(256)
def takes_gzip(header: str) -> bool:
    return parse_accept_header(header)["gzip"] > 0


@lru_cache(AS_MANY)
def cookies_of(header: str) -> Mapping[str, str]:
    """What a browser bears; not to be changed."""
    return parse_cookie(header).to_dict()


def session_reader(app: Flask) -> Callable[[str], Mapping[str, Any]]:
    """What reads a session cookie. One that we did not sign, or long ago, says no more than that there is somebody.

    How old it is is looked at each time. What is given must not be changed.
    """
    sessions, lifetime = app.session_interface, app.permanent_session_lifetime
    assert isinstance(sessions, Sessions)

    def read_session(cookie: str) -> Mapping[str, Any]:
        try:
            said, signed = sessions.verified(app, cookie)
        except BadSignature:
            return {"_user_id": ""}  # not ours to judge: let the application look at it
        return said if timedelta(0) <= clock.now() - signed < lifetime else {"_user_id": ""}

    return read_session


def init_app(app: Flask, engine: Engine, *, alike: Set[str], count: Callable[[int], None]) -> None:
    """Put the kept pages before the application.

    Args:
        alike: endpoints whose page depends on nothing but the address, the language and the content.
        count: told the status of each answer given from what is kept.
    """
    before = VisitorPages(app.wsgi_app, engine, app.config["LANGUAGES"], session_reader(app), count)
    app.extensions["forum.pages"] = before.pages
    app.wsgi_app = before  # type: ignore[method-assign, assignment]

    @app.after_request
    def may_be_kept(response: Response) -> Response:
        if request.endpoint in alike and "lang" not in request.args:
            request.environ[VisitorPages.MARK] = True
        return response
