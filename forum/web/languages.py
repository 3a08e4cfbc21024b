"""Which language and time zone a page is in: chosen, else the member's own, else what the browser asks for."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask, Response, current_app, g, has_request_context, request, session
from flask_babel import Babel
from flask_login import current_user

from forum.kernel.i18n import direction
from forum.web.cookies import LANGUAGE
from forum.web.sharing.places import now_making

NAMES = {"en": "English", "es": "Español", "fr": "Français", "ar": "العربية", "pt": "Português"}


def offered() -> list[str]:
    """The languages this site offers, as BCP 47 tags, in the order of the setting."""
    return list(current_app.config["LANGUAGES"])


def chosen() -> str:
    """The language of this response."""
    if not has_request_context():
        return "en"
    if "language" not in g:
        g.language = _choose()
    return str(g.language)


def _choose() -> str:
    languages = offered()
    for asked in (request.args.get("lang"), request.cookies.get(LANGUAGE)):
        if asked in languages:
            return asked
    if "_user_id" in session and current_user.is_authenticated and current_user.language in languages:
        return str(current_user.language)
    return request.accept_languages.best_match(languages) or languages[0]


def time_zone() -> str:
    """The reader's own time zone, as an IANA name; UTC for visitors."""
    if made := now_making():
        return made.time_zone
    if has_request_context() and "_user_id" in session and current_user.is_authenticated:
        return str(current_user.time_zone)
    return "UTC"


def init_app(app: Flask) -> None:
    """Set up translation. One Babel per app: the object caches catalogues, and a shared one mixes apps up."""
    Babel(app, locale_selector=chosen, timezone_selector=time_zone)

    @app.after_request
    def remember_the_choice(response: Response) -> Response:
        asked = request.args.get("lang", "")
        if asked in app.config["LANGUAGES"] and request.cookies.get(LANGUAGE) != asked:
            response.set_cookie(LANGUAGE, asked, max_age=timedelta(days=365), samesite="Lax", httponly=True)
        return response

    @app.context_processor
    def words() -> dict[str, object]:
        language = chosen()
        return {"language": language, "direction": direction(language), "languages": NAMES, "text_direction": direction}
