"""Files in forms: which views take them, how much a request may weigh, and what is said of one that is too heavy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, request, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import RequestEntityTooLarge

from forum.web.errors import error_page

V = TypeVar("V", bound=Callable[..., Any])

#: Bytes of a whole request with files. Somewhat more than one file may have, so that a file slightly too large is
#: answered beside its field, with everything else that was typed.
MOST = 64 * 10**6


def takes_files(view: V) -> V:
    """Mark a view whose form carries files. Put it nearest to the function, or above: decorators pass the mark on."""
    view.takes_files = True  # type: ignore[attr-defined]
    return view


def takes_bytes(most: int) -> Callable[[V], V]:
    """Mark a view that takes a body of its own kind, from machines: as large as it says, signed in or not."""

    def mark(view: V) -> V:
        view.takes_bytes = most  # type: ignore[attr-defined]
        return view

    return mark


def init_app(app: Flask) -> None:
    """Let large requests in where files are expected, from people who have signed in.

    Must come before whatever first looks at a form, since that is when the body is read: into a temporary file, before
    the database is asked for anything, so that no transaction is open while bytes travel.
    """

    @app.before_request
    def let_files_in() -> None:
        if request.method == "POST" and _expects_files() and "_user_id" in session:
            request.max_content_length = MOST
        elif most := _view_says("takes_bytes"):
            request.max_content_length = most
            request.form, request.files = ImmutableMultiDict(), ImmutableMultiDict()  # it takes the body apart itself

    @app.errorhandler(RequestEntityTooLarge)
    def too_large(_error: RequestEntityTooLarge) -> ResponseReturnValue:
        sentence = _("Send files one by one, each below %(most)d MB. Go back: your form is still there.", most=50)
        return error_page(413, sentence if _expects_files() else "")


def _expects_files() -> bool:
    return bool(_view_says("takes_files"))


def _view_says(what: str) -> Any:
    return getattr(current_app.view_functions.get(request.endpoint or ""), what, None)
