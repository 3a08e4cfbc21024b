"""Flask-Security, made ours: our mail, our session list, our admission rules, and no commit of its own.

The traps this file answers are listed in docs/decisions/accounts.md.
"""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, request, session
from flask_login import current_user, logout_user
from flask_security import Security, SQLAlchemyUserDatastore
from flask_security.signals import user_authenticated
from sqlalchemy import select

from forum.accounts.models import LoginSession, Member, Passkey, Role
from forum.kernel import clock
from forum.kernel.db import db


class Datastore(SQLAlchemyUserDatastore):
    """Finds and keeps members; leaves committing to the one transaction of the request."""

    def commit(self) -> None:
        db.session.flush()


CONFIGURATION: dict[str, Any] = {
    "SECURITY_DATETIME_FACTORY": clock.now,
    "SECURITY_JOIN_USER_ROLES": False,  # there are none to join: see Member.roles
    "SECURITY_LOGIN_URL": "/sign-in",
    "SECURITY_LOGOUT_URL": "/sign-out",
    "SECURITY_LOGOUT_METHODS": ["POST"],
    "SECURITY_REGISTER_URL": "/sign-up",
    "SECURITY_RESET_URL": "/reset",
    "SECURITY_CONFIRM_URL": "/confirm",
    "SECURITY_RETURN_GENERIC_RESPONSES": True,
    "SECURITY_PASSWORD_LENGTH_MIN": 10,
    "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False},
}


def _on_authenticated(app: Flask, user: Member, **_: Any) -> None:
    """Keep a row for this browser, so that the member can see it and end it."""
    row = LoginSession(member_id=user.id, browser=(request.user_agent.string or "")[:255])
    db.session.add(row)
    db.session.flush()
    session["sid"] = row.id


def _end_dead_sessions() -> None:
    """A session whose row is gone, or whose member may no longer take part, is over."""
    if request.endpoint == "static" or "_user_id" not in session or not current_user.is_authenticated:
        return
    alive = select(LoginSession.id).where(
        LoginSession.id == session.get("sid", ""), LoginSession.member_id == current_user.id
    )
    if db.session.scalar(alive) is None or not current_user.is_admitted:
        logout_user()
        session.clear()


def _navigate_for_htmx(response: Response) -> Response:
    """A redirect answered to htmx would put the sign-in page inside a fragment: make it a full navigation."""
    if "HX-Request" in request.headers and response.status_code in (301, 302, 303):
        there = response.headers.pop("Location")
        response.status_code = 204
        response.set_data(b"")
        response.headers["HX-Redirect"] = there
    return response


def init_app(app: Flask) -> None:
    """Set up sign-in and everything around it."""
    for name, value in CONFIGURATION.items():
        app.config.setdefault(name, value)
    datastore = Datastore(db, Member, Role, Passkey)
    app.extensions["forum.security"] = Security(app, datastore)
    user_authenticated.connect(_on_authenticated, app, weak=False)
    app.before_request(_end_dead_sessions)
    app.after_request(_navigate_for_htmx)
