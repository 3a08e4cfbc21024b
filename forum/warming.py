"""Before children are forked: do once what they will do all day, so that they share what that leaves in memory.

What is done for the first time changes what was loaded: the interpreter rewrites code it has run a few times, templates
and statements are compiled, catalogues are read. Done in a child, each such change costs that child a copy of the page
of memory it touches: half of all there is. Done here, before, it costs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import structlog
from flask import Flask
from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder

from forum.accounts.likeness import Person
from forum.accounts.models import Office
from forum.kernel import editions
from forum.kernel.direct import Line
from forum.notices.presence import recognise
from forum.web import status
from forum.web.sharing.pages import MemberPages, answer_of

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

log = structlog.get_logger(__name__)

TIMES = 3  # more changes nothing that can be measured
PAGES = ("/", "/groups", "/threads", "/recommendations", "/meetings", "/library", "/sign-in")
#: What a search needs of the glossary and of the index; this one is not noted among the questions people asked.
SEARCH = "/search?q=children&within=nowhere"
PACKED = {"Accept-Encoding": "gzip"}
#: Where the first link of such a kind is followed.
LINKS = {"/groups": r'href="(/groups/[a-z0-9-]+)"', "/threads": r'href="(/threads/[0-9]+)'}


class NotReady(Exception):
    """The site cannot answer yet."""


def warm(app: Flask) -> None:
    """Ask the application for its most common pages, as a visitor and as a member nobody is.

    A site that cannot answer yet (no database, no schema) is not warmed; it says so itself when it is asked.
    """
    members: MemberPages = app.extensions["forum.members"]
    try:
        paths = list(_paths(app.wsgi_app))
        if (
            app.extensions["forum.search"].name != "tantivy"
        ):  # which runs threads of its own: no fork carries them along
            paths.append(SEARCH)
        for _ in range(TIMES):
            for path in paths:
                _ask(app.wsgi_app, path, PACKED)
                _ask(members.as_if(_nobody), path, PACKED | {"Cookie": "session=nobody"})
            app.extensions["forum.pages"].clear()
            app.extensions["forum.member_pages"].clear()
    except NotReady as reason:
        log.warning("not warmed up before processes part, which costs memory", why=str(reason))
    status.count_anew()


def _nobody(line: Line, _session: Any) -> Person:
    """A member of no group, who has read nothing; whatever they ask for is thrown away."""
    recognise(line, {})
    edition = line.row(editions.DIRECTLY)
    return Person(0, "", Office.MEMBER, "en", "UTC", edition[0] if edition else None)


def _paths(app: WSGIApplication) -> Iterable[str]:
    for path in PAGES:
        page = _ask(app, path).decode()
        yield path
        if (kind := LINKS.get(path)) and (found := re.search(kind, page)):
            yield found[1]


def _ask(app: WSGIApplication, path: str, headers: dict[str, str] | None = None) -> bytes:
    said, _, page = answer_of(app, EnvironBuilder(path=path, headers=Headers(headers)).get_environ())
    if not said.startswith("200"):
        raise NotReady(f"{path} is answered {said}")
    return page
