"""Stands before the application: recognises a member, and answers from the pages their kind of reader shares."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from contextvars import Context
from copy import copy
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import parse_qsl

import structlog
from flask import Flask
from sqlalchemy import Engine

from forum.kernel.direct import Line, OutOfReach, line
from forum.kernel.errors import NotAlike, Personal
from forum.web.cache import SESSION, cookies_of, key_of, session_reader, takes_gzip
from forum.web.cookies import LANGUAGE as COOKIE
from forum.web.sessions import AS_MANY
from forum.web.sharing.packing import packed, plain
from forum.web.sharing.pieces import Pieces, cut, fill
from forum.web.sharing.places import ENVIRON, Asking, Making, Person, Standpoint
from forum.web.shelf import Shelf
from forum.web.tokens import signer

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = structlog.get_logger(__name__)

PAGES = 400
BYTES = 8 * 2**20
SECONDS = 60.0
#: A browser may also bear these; what else it bears is for the application to judge.
COOKIES = frozenset({SESSION, COOKIE})
#: Said anew for every answer, or not at all.
OWN_HEADERS = frozenset({"content-length", "etag", "cache-control", "set-cookie"})


class Likeness(Protocol):
    """What all readers of one kind have in common (see `forum.accounts.likeness`)."""

    @property
    def key(self) -> Hashable: ...
    @property
    def others(self) -> set[int]: ...


class Shareable(Standpoint):
    """A standpoint that also says which kind of reader it is the standpoint of."""

    def likeness(self) -> Likeness:
        """What the page depends on besides its address, its language and the content."""
        raise NotImplementedError

    def is_complete(self) -> bool:
        """Whether everything that fills the page's places is at hand (rows that are kept on their own)."""
        return True


@dataclass(frozen=True)
class SharedPage:
    """A page that members of one kind share.

    Args:
        path: what its address looks like; its named groups are given to `stand`.
        arguments: what the address may say after the question mark; a page asked for with anything else is not shared.
        stand: where the asking member stands, in a few small statements; None when the page is not theirs to see, or
            not the same for them as for their kind: then the application answers as it always does.
    """

    path: re.Pattern[str]
    arguments: frozenset[str]
    stand: Callable[[Line, Asking, Mapping[str, str]], Shareable | None]


@dataclass(frozen=True)
class Kept:
    edition: str
    until: float  # on the monotonic clock
    digest: bytes
    headers: list[tuple[str, str]]
    pieces: Pieces | None  # None: this page cannot be shared
    others: frozenset[int]  # ids of members who see something else on it
    size: int


class MemberPages:
    """Answers members' plain GETs of the pages they share; everything else goes to `inner`.

    Args:
        inner: what answers otherwise.
        app: the application itself, asked for a page that will be shared.
        pages: those that may be.
        recognise: who bears this session, if they may take part; with the edition of the content.
        read_session: what the session cookie says.
        sign: makes the token of a form from the one in the session.
        count: told the status of each answer given from here.
        strict: let a shared page that asks for something personal fail loudly, instead of not being shared (tests).
    """

    def __init__(
        self,
        inner: WSGIApplication,
        app: WSGIApplication,
        engine: Engine,
        *,
        pages: Sequence[SharedPage],
        languages: Sequence[str],
        recognise: Callable[[Line, Mapping[str, Any]], Person | None],
        read_session: Callable[[str], Mapping[str, Any]],
        sign: Callable[[str], str],
        count: Callable[[int], None],
        strict: bool,
    ) -> None:
        self.inner, self.app, self.engine, self.pages, self.languages = inner, app, engine, pages, tuple(languages)
        self.recognise, self.read_session, self.sign, self.count = recognise, read_session, sign, count
        self.strict = strict
        self.kept: Shelf[Hashable, Kept] = Shelf(PAGES, BYTES)

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        if "session=" not in environ.get("HTTP_COOKIE", ""):
            return self.inner(environ, start)
        try:
            found = self._find(environ)
        except OutOfReach:  # the application has a page that says so
            found = None
        if found is None:
            return self.inner(environ, start)
        return self._send(*found, environ, start)

    def as_if(self, recognise: Callable[[Line, Mapping[str, Any]], Person | None]) -> MemberPages:
        """The same pages for whoever `recognise` says is asking, whatever the session cookie says."""
        other = copy(self)
        other.recognise, other.read_session = recognise, lambda _cookie: {"_user_id": "-", "csrf_token": "-"}
        return other

    def _find(self, environ: WSGIEnvironment) -> tuple[Kept, Shareable] | None:
        """The page, and where its reader stands; nothing when the application has to answer."""
        cookies = cookies_of(environ["HTTP_COOKIE"])
        address = key_of(environ, cookies.get(COOKIE, ""), self.languages)
        if address is None or cookies.keys() - COOKIES:
            return None
        page, words = self._page(environ)
        if page is None:
            return None
        session = self.read_session(cookies[SESSION])
        if not session.get("_user_id") or "_flashes" in session or "csrf_token" not in session:
            return None
        with line(self.engine) as connection:
            person = self.recognise(connection, session)
            if person is None or person.edition is None:
                return None
            chosen = cookies.get(COOKIE)
            language = next((one for one in (chosen, person.language) if one in self.languages), address[3])
            standpoint = page.stand(connection, Asking(person, session, language, self.sign), words)
        if standpoint is None:
            return None
        key = (*address[:3], language, person.language, person.time_zone, standpoint.likeness().key)
        kept = self.kept.get(key, person.edition)
        if kept is None or (kept.pieces is not None and not standpoint.is_complete()):
            kept = self._make(environ, standpoint, key)
        if kept is None or kept.pieces is None or not standpoint.is_complete():
            return None
        return None if person.id in kept.others else (kept, standpoint)

    def _page(self, environ: WSGIEnvironment) -> tuple[SharedPage | None, Mapping[str, str]]:
        query = environ.get("QUERY_STRING", "")
        for page in self.pages:
            if found := page.path.fullmatch(environ["PATH_INFO"]):
                asked = parse_qsl(query, keep_blank_values=True) if query else ()
                words = {**found.groupdict(), **dict(asked)}
                return (page, words) if {name for name, _ in asked} <= page.arguments else (None, {})
        return None, {}

    def _make(self, environ: WSGIEnvironment, standpoint: Shareable, key: Hashable) -> Kept | None:
        """Ask the application for the page of this kind of reader, and keep it; nothing when it has another answer."""
        asking = standpoint.asking
        making = Making(standpoint.likeness(), standpoint, asking.person.time_zone)
        # without the member's cookies the application cannot know who is asking, so it cannot tell anybody else
        bare = {name: value for name, value in environ.items() if name != "HTTP_ACCEPT_ENCODING"}
        bare |= {"HTTP_COOKIE": f"{COOKIE}={asking.language}", ENVIRON: making}
        status, said, body = Context().run(answer_of, self.app, bare)  # nor from what was looked up on the way here
        if isinstance(making.failure, Personal):
            if self.strict:
                raise making.failure
            log.warning("a page cannot be shared", path=environ["PATH_INFO"], why=str(making.failure))
        edition = asking.person.edition or ""
        until = time.monotonic() + SECONDS
        if isinstance(making.failure, NotAlike | Personal):
            kept = Kept(edition, until, b"", [], None, frozenset(), 200)
        elif not status.startswith("200"):
            return None
        else:
            headers = [(name, value) for name, value in said if name.lower() not in OWN_HEADERS]
            pieces = cut(body.decode(), making)
            digest = hashlib.blake2b(body.replace(making.nonce.encode(), b""), digest_size=12).digest()
            others = frozenset(making.likeness.others)
            kept = Kept(edition, until, digest, headers, pieces, others, 2 * len(body))
        self.kept.put(key, kept)
        return kept

    def _send(
        self, kept: Kept, standpoint: Shareable, environ: WSGIEnvironment, start: StartResponse
    ) -> Iterable[bytes]:
        told = (standpoint.asking.session["csrf_token"], standpoint.told())
        tag = f'W/"{hashlib.blake2b(repr(told).encode(), digest_size=12, key=kept.digest).hexdigest()}"'
        headers = [*kept.headers, ("ETag", tag), ("Cache-Control", "private, no-cache")]
        if tag in environ.get("HTTP_IF_NONE_MATCH", ""):
            self.count(304)
            start("304 Not Modified", [header for header in headers if header[0] != "Content-Type"])
            return ()
        self.count(200)
        assert kept.pieces is not None
        page = fill(kept.pieces, standpoint)
        if takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")):
            body = packed(page)
            headers.append(("Content-Encoding", "gzip"))
        else:
            body = plain(page)
        start("200 OK", [*headers, ("Content-Length", str(len(body)))])
        return (body,)


def answer_of(app: WSGIApplication, environ: WSGIEnvironment) -> tuple[str, list[tuple[str, str]], bytes]:
    """Status, headers and body of an application's whole answer."""
    begun: list[Any] = []

    def hold(status: str, headers: list[tuple[str, str]], _failure: Any = None) -> Callable[[bytes], object]:
        begun[:] = [status, headers]
        return lambda _data: None  # nothing of ours writes so

    answer = app(environ, hold)
    body = b"".join(answer)
    if close := getattr(answer, "close", None):
        close()
    return begun[0], begun[1], body


def keep_pages(
    app: Flask,
    made_here: WSGIApplication,
    engine: Engine,
    *,
    pages: Sequence[SharedPage],
    recognise: Callable[[Line, Mapping[str, Any]], Person | None],
    count: Callable[[int], None],
) -> None:
    """Put the pages members share before the application.

    Args:
        made_here: the application without anything that keeps pages.
        recognise: who bears a session, if they may take part.
        count: told the status of each answer given from what is kept.
    """
    signing = signer(str(app.secret_key))

    @lru_cache(AS_MANY)  # a token is good as long as its session is
    def sign(token: str) -> str:
        return str(signing.dumps(token))

    before = MemberPages(
        app.wsgi_app,
        made_here,
        engine,
        pages=pages,
        languages=app.config["LANGUAGES"],
        recognise=recognise,
        read_session=session_reader(app),
        sign=sign,
        count=count,
        strict=app.testing,
    )
    app.extensions["forum.members"], app.extensions["forum.member_pages"] = before, before.kept
    app.wsgi_app = before  # type: ignore[method-assign, assignment]
