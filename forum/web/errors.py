"""Errors are pages too: what happened, what to do now, and a request id to quote."""

from __future__ import annotations

import uuid
from urllib.parse import urlsplit

import structlog
from flask import Flask, Response, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import AnonymousUserMixin
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from werkzeug.exceptions import HTTPException

from forum.kernel.blobs import StoreTrouble
from forum.kernel.db import db
from forum.kernel.errors import DomainError, Invalid, NotAllowed, NotFound, Refused
from forum.web.hypermedia import wants_fragment
from forum.web.paging import NoSuchPage
from forum.web.typed import typed

log = structlog.get_logger(__name__)

STATUS: dict[type[DomainError], int] = {NotFound: 404, NotAllowed: 403, Refused: 409, Invalid: 422}


def request_id() -> str:
    """The id under which this request is logged, made at first use."""
    if "request_id" not in g:
        g.request_id = uuid.uuid4().hex[:12]
    return str(g.request_id)


def words_for(status: int) -> tuple[str, str]:
    """A heading and a sentence that says what to do, for an HTTP status."""
    known = {
        400: (_("That request could not be read"), _("Go back, reload the page and try again.")),
        401: (_("Please sign in"), _("This page is for members.")),
        403: (_("That is not open to you"), _("Ask a facilitator or moderator if you think it should be.")),
        404: (
            _("There is nothing here"),
            _("The address may be mistyped, or the page may not be open to you. Try the search."),
        ),
        405: (_("That cannot be done this way"), _("Go back and use the buttons of the page.")),
        409: (_("That cannot be done now"), _("Go back to see how things stand.")),
        413: (_("That is too large"), _("Shorten the text, or split it in two, and send it again.")),
        422: (_("Something needs correcting"), _("Go back and correct what is marked.")),
        429: (_("That was a little fast"), _("Wait a minute, then try again.")),
        500: (
            _("Something went wrong on our side"),
            _("Nothing you sent was half-saved. Try again; if it happens again, tell us the number below."),
        ),
        503: (_("We are catching our breath"), _("The forum is being worked on. Try again in a few minutes.")),
    }
    return known.get(status, known[500] if status >= 500 else known[400])


def way_back() -> str:
    """The page of ours whose form was refused, if the browser says which it was; else nothing."""
    came_from = urlsplit(request.referrer or "")
    if request.method != "POST" or came_from.netloc != request.host:
        return ""
    path = "/" + came_from.path.lstrip("/\\")  # two strokes would begin the address of another site
    return f"{path}?{came_from.query}" if came_from.query else path


def error_page(status: int, sentence: str = "", *, first_page: bool = False) -> tuple[str, int]:
    """The page for this status.

    Args:
        sentence: replaces the general advice when the domain said something better.
        first_page: whether to lead back to the first page of a list.
    """
    try:
        return _render(status, sentence, first_page), status
    except SQLAlchemyError:  # nobody can be recognised without a database: answer as to a visitor
        db.session.rollback()
        g._login_user = AnonymousUserMixin()
        return _render(status, sentence, first_page), status


def _render(status: int, sentence: str, first_page: bool) -> str:
    heading, advice = words_for(status)
    return render_template(
        "errors/error.html",
        status=status,
        heading=heading,
        sentence=sentence or advice,
        request_id=request_id(),
        typed=typed(status),
        first_page=first_page,
        way_back=way_back(),
    )


def refused_part(sentence: str) -> Response:
    """To htmx, which puts what comes with 422 where the form stood: the form stays, and the page says what is wrong."""
    answer = Response(render_template("errors/_refusal.html", sentence=sentence), 422)
    answer.headers["HX-Retarget"], answer.headers["HX-Reswap"] = "#notice", "innerHTML"
    return answer


def init_app(app: Flask) -> None:
    """Give every way of failing its page."""

    @app.errorhandler(DomainError)
    def domain_error(error: DomainError) -> ResponseReturnValue:
        db.session.rollback()
        status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
        if status == 422 and wants_fragment():
            return refused_part(str(error) or words_for(status)[1])
        return error_page(status, str(error), first_page=isinstance(error, NoSuchPage))

    @app.errorhandler(StoreTrouble)
    def files_out_of_reach(error: StoreTrouble) -> ResponseReturnValue:
        db.session.rollback()
        log.error("the store of files cannot be used", request_id=request_id(), trouble=str(error))
        return error_page(503, _("Files cannot be reached at the moment. Try again in a few minutes."))

    @app.errorhandler(CSRFError)
    def stale_form(error: CSRFError) -> ResponseReturnValue:
        return error_page(
            400, _("This form was open too long or came from elsewhere. Go back, reload the page and send it again.")
        )

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> ResponseReturnValue:
        if error.code is not None and 300 <= error.code < 400:
            return error.get_response()
        body, status = error_page(error.code or 500)
        return body, status, {k: v for k, v in error.get_headers() if k in ("Allow", "Retry-After")}

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> ResponseReturnValue:
        db.session.rollback()
        log.exception("request failed", request_id=request_id(), path=request.path)
        if app.config["PROPAGATE_EXCEPTIONS"]:
            raise error
        return error_page(503 if isinstance(error, OperationalError) else 500)
