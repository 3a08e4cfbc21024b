"""Flask-Security, made ours: our pages, our mail, our session list, our admission rules, and no commit of its own.

The traps this file answers are listed in docs/decisions/accounts.md.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Flask, Response, current_app, g, redirect, render_template, request, session
from flask_login import current_user, logout_user, user_logged_out
from flask_security import MailUtil, Security, SQLAlchemyUserDatastore, password_changed, password_reset
from flask_security.confirmable import confirm_email_token_status
from flask_security.signals import change_email_confirmed, user_authenticated, user_confirmed, user_registered
from flask_security.utils import do_flash, get_message, set_request_attr
from sqlalchemy import and_, bindparam, select
from wtforms import Form

from forum.accounts import credentials, operations, wording
from forum.accounts.forms import SignInForm, SignUpForm
from forum.accounts.models import LoginSession, Member, Passkey, Role
from forum.kernel import clock, letters, mail
from forum.kernel.db import db
from forum.kernel.loaded import Loaded, Whole
from forum.kernel.mail.deliveries import was_paused
from forum.web.limits import address, limited
from forum.web.transactions import WRITING_GETS

SECURITY_PAGE = "/me/settings/security"

CONFIGURATION: dict[str, Any] = {
    "SECURITY_DATETIME_FACTORY": clock.now,
    "SECURITY_JOIN_USER_ROLES": False,  # there are none to join: see Member.roles
    "SECURITY_REGISTERABLE": True,
    "SECURITY_CONFIRMABLE": True,
    "SECURITY_RECOVERABLE": True,
    "SECURITY_CHANGEABLE": True,
    "SECURITY_CHANGE_EMAIL": True,
    "SECURITY_TWO_FACTOR": True,
    "SECURITY_TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
    "SECURITY_TWO_FACTOR_RESCUE_EMAIL": False,
    "SECURITY_MULTI_FACTOR_RECOVERY_CODES": True,
    "SECURITY_WEBAUTHN": True,
    "SECURITY_WAN_ALLOW_AS_FIRST_FACTOR": True,
    "SECURITY_WAN_ALLOW_AS_MULTI_FACTOR": False,
    "SECURITY_WAN_ALLOW_USER_HINTS": False,
    "SECURITY_WAN_SIGNIN_WITHIN": timedelta(minutes=5),
    "SECURITY_LOGIN_URL": "/sign-in",
    "SECURITY_LOGOUT_URL": "/sign-out",
    "SECURITY_LOGOUT_METHODS": ["POST"],
    "SECURITY_REGISTER_URL": "/sign-up",
    "SECURITY_RESET_URL": "/reset",
    "SECURITY_CONFIRM_URL": "/confirm",
    "SECURITY_VERIFY_URL": "/sign-in/again",
    "SECURITY_CHANGE_URL": "/me/settings/password",
    "SECURITY_CHANGE_EMAIL_URL": "/me/settings/email",
    "SECURITY_TWO_FACTOR_SETUP_URL": "/me/settings/two-step",
    "SECURITY_TWO_FACTOR_TOKEN_VALIDATION_URL": "/sign-in/code",
    "SECURITY_TWO_FACTOR_RESCUE_URL": "/sign-in/rescue",
    "SECURITY_TWO_FACTOR_SELECT_URL": "/sign-in/method",
    "SECURITY_MULTI_FACTOR_RECOVERY_CODES_URL": "/me/settings/recovery-codes",
    "SECURITY_MULTI_FACTOR_RECOVERY_URL": "/sign-in/recovery-code",
    "SECURITY_WAN_REGISTER_URL": "/me/settings/passkeys",
    "SECURITY_WAN_DELETE_URL": "/me/settings/passkeys/remove",
    "SECURITY_WAN_SIGNIN_URL": "/sign-in/passkey",
    "SECURITY_WAN_VERIFY_URL": "/sign-in/again/passkey",
    "SECURITY_POST_REGISTER_VIEW": "/sign-up/done",
    "SECURITY_POST_CONFIRM_VIEW": "/sign-in",
    "SECURITY_POST_CHANGE_VIEW": SECURITY_PAGE,
    "SECURITY_POST_CHANGE_EMAIL_VIEW": SECURITY_PAGE,
    "SECURITY_CHANGE_EMAIL_ERROR_VIEW": SECURITY_PAGE,
    "SECURITY_TWO_FACTOR_POST_SETUP_VIEW": SECURITY_PAGE,
    "SECURITY_WAN_POST_REGISTER_VIEW": SECURITY_PAGE,
    "SECURITY_RETURN_GENERIC_RESPONSES": True,
    "SECURITY_PASSWORD_CONFIRM_REQUIRED": False,
    "SECURITY_PASSWORD_LENGTH_MIN": 10,
    "SECURITY_PASSWORD_SCHEMES": ["argon2", "pbkdf2_sha512"],
    # OWASP's second choice: 19 MiB, two passes. Password Storage Cheat Sheet, Argon2id
    "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": {
        "argon2__memory_cost": 19 * 1024,
        "argon2__time_cost": 2,
        "argon2__parallelism": 1,
    },
    "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False},
    "SECURITY_EMAIL_PLAINTEXT": False,  # `OutboxMail` writes the letters, in their reader's language
    "SECURITY_EMAIL_HTML": False,
    "SECURITY_FRESHNESS": timedelta(minutes=30),
    "SECURITY_FRESHNESS_GRACE_PERIOD": timedelta(minutes=10),
    "SECURITY_API_ENABLED_METHODS": ["session"],
    "SECURITY_STATIC_FOLDER": None,
    "SECURITY_CLI_USERS_NAME": None,  # its commands know none of our rules; ours is `forum member`
    "SECURITY_CLI_ROLES_NAME": None,
    "PERMANENT_SESSION_LIFETIME": timedelta(days=60),
    "SESSION_REFRESH_EACH_REQUEST": False,
}


class Datastore(SQLAlchemyUserDatastore):
    """Finds and keeps members; leaves committing to the one transaction of the request."""

    def commit(self) -> None:
        db.session.flush()


class OutboxMail(MailUtil):
    """Promises every account mail in the transaction, from our templates, in the member's language."""

    def send_mail(
        self, template: str, subject: str, recipient: Any, sender: Any, body: Any, html: Any, **context: Any
    ) -> None:
        values = {name: _at_home(value) if name.endswith("link") else value for name, value in context.items()}
        user: Member = context["user"]
        mail.promise(
            letters.write(f"{template}.txt", to=str(recipient), language=user.language, member_id=user.id, **values)
        )


def _at_home(link: str | None) -> str:
    """The link on our own address, whatever the request's Host header said."""
    path = (link or "").removeprefix(request.host_url)
    return f"{current_app.config['BASE_URL'].rstrip('/')}/{path}" if path else ""


def shown_with_status(template: str, **context: Any) -> Any:
    """A page of Flask-Security: 422 when one of its forms came back with errors, so that nothing is committed."""
    forms = (value for value in context.values() if isinstance(value, Form))
    wrong = request.method == "POST" and any(form.errors or form.form_errors for form in forms)
    return render_template(template, **context), 422 if wrong else 200


def on_registered(app: Flask, user: Member, form_data: dict[str, Any], **_: Any) -> None:
    db.session.flush()
    operations.arrive(user, token=form_data.get("invitation"), sign_up=app.config["SIGN_UP"])


def on_confirmed(app: Flask, user: Member, **_: Any) -> None:
    operations.confirm(user)


def on_authenticated(app: Flask, user: Member, **_: Any) -> None:
    """Keep a row for this browser, so that the member can see it and end it."""
    row = LoginSession(member_id=user.id, browser=(request.user_agent.string or "")[:255])
    db.session.add(row)
    db.session.flush()
    session["sid"] = row.id


def on_signed_out(app: Flask, **_: Any) -> None:
    if (sid := session.pop("sid", None)) and (row := db.session.get(LoginSession, sid)):
        db.session.delete(row)


def on_password_changed(app: Flask, user: Member, **_: Any) -> None:
    """Whoever knew the old one is out, in every browser but this."""
    operations.end_sessions(user, but=session.get("sid") if current_user == user else None)


def on_address_changed(app: Flask, user: Member, old_email: str, **_: Any) -> None:
    """The old address hears of it, in case it was not its owner who asked."""
    mail.promise(
        letters.write(
            "accounts/mail/address_changed.txt",
            to=old_email,
            language=user.language,
            member_id=user.id,
            name=user.name,
            new=user.email,
        )
    )


_MEMBER = Whole(Member, without=["mf_recovery_codes"])  # a list that can be changed: few pages look at it
_WHO = Loaded(
    lambda: (
        select(*_MEMBER.columns, LoginSession.id, was_paused(Member.email))
        .outerjoin(LoginSession, and_(LoginSession.id == bindparam("sid"), LoginSession.member_id == Member.id))
        .where(Member.fs_uniquifier == bindparam("who"))
    ),
    _MEMBER,
)


def load_member(uniquifier: str) -> Member | None:
    """Who the session says is asking, and whether its row is still there, in one statement for both."""
    found = _WHO.first(who=uniquifier, sid=session.get("sid", ""))
    if found is None or not found[0].active:
        return None
    set_request_attr("fs_authn_via", "session")
    set_request_attr("fs_paa", session.get("fs_paa", 0))
    g.login_session, g.mail_may_be_paused = found[1], found[2]
    member: Member = found[0]
    return member


def end_dead_sessions() -> None:
    """A session whose row is gone, or whose member may no longer take part, is over."""
    if request.endpoint == "static" or "_user_id" not in session or not current_user.is_authenticated:
        return
    if g.get("login_session") is None or not current_user.is_admitted:
        session.pop("sid", None)
        logout_user()
        session.clear()


def navigate_for_htmx(response: Response) -> Response:
    """A redirect answered to htmx would put the sign-in page inside a fragment: make it a full navigation."""
    if "HX-Request" in request.headers and response.status_code in (301, 302, 303):
        there = response.headers.pop("Location")
        response.status_code = 204
        response.set_data(b"")
        response.headers["HX-Redirect"] = there
    return response


def typed_address() -> str:
    """The account somebody tries to enter, however many machines they try from."""
    return request.form.get("email", "").strip().casefold()[:254]


def init_app(app: Flask) -> None:
    """Set up sign-in and everything around it."""
    for name, value in (CONFIGURATION | wording.settings()).items():
        app.config.setdefault(name, value)
    app.config.setdefault("SECURITY_TOTP_ISSUER", app.config["SITE_NAME"])
    app.config.setdefault("SECURITY_WAN_RP_NAME", app.config["SITE_NAME"])
    security = Security(
        app,
        Datastore(db, Member, Role, Passkey),
        login_form=SignInForm,
        register_form=SignUpForm,
        render_template=shown_with_status,
        mail_util_cls=OutboxMail,
        password_util_cls=credentials.Passwords,
        totp_cls=credentials.Totp,
        webauthn_util_cls=credentials.Passkeys,
    )
    app.extensions["forum.security"] = security
    wording.init_app(app)
    # it would load the member in order to list their roles, of which nobody has any: see Member.roles
    app.before_request_funcs[None].remove(security.principal._on_before_request)
    security.pwd_context = credentials.Unhurried(security.pwd_context)
    security.want_json(lambda _request: False)
    app.login_manager.user_loader(load_member)  # type: ignore[attr-defined]
    app.login_manager.request_loader(None)  # type: ignore[attr-defined]  # a token would outlive our list of sessions
    listen(app)
    limit_attempts(app)
    lead_on(app)
    WRITING_GETS.update(("security.confirm_email", "security.change_email_confirm"))
    app.before_request(end_dead_sessions)
    app.after_request(navigate_for_htmx)


def listen(app: Flask) -> None:
    """Connect what Flask-Security says to what we do, in the same transaction."""
    user_registered.connect(on_registered, app, weak=False)
    user_confirmed.connect(on_confirmed, app, weak=False)
    user_authenticated.connect(on_authenticated, app, weak=False)
    user_logged_out.connect(on_signed_out, app, weak=False)
    password_changed.connect(on_password_changed, app, weak=False)
    password_reset.connect(on_password_changed, app, weak=False)
    change_email_confirmed.connect(on_address_changed, app, weak=False)


def lead_on(app: Flask) -> None:
    """A link that was opened before, by its reader or by what looks through their mail, leads on like the first time."""
    confirm = app.view_functions["security.confirm_email"]

    def once_more(token: str) -> Any:
        _expired, invalid, user = confirm_email_token_status(token)  # type: ignore[no-untyped-call]
        if invalid or user is None or user.confirmed_at is None:
            return confirm(token=token)
        do_flash(*get_message("ALREADY_CONFIRMED"))
        return redirect(current_app.config["SECURITY_POST_CONFIRM_VIEW"])

    app.view_functions["security.confirm_email"] = once_more


def limit_attempts(app: Flask) -> None:
    """Slow down guessing: per machine, and per account however many machines take part."""
    views = app.view_functions
    for name in ("login", "register", "forgot_password", "send_confirmation", "verify", "two_factor_token_validation"):
        views[f"security.{name}"] = limited("20 per minute", per=address)(views[f"security.{name}"])
    views["security.mf_recovery"] = limited("10 per minute", per=address)(views["security.mf_recovery"])
    views["security.login"] = limited("20 per 10 minutes", per=typed_address)(views["security.login"])
    for name in ("forgot_password", "send_confirmation"):
        views[f"security.{name}"] = limited("5 per hour", per=typed_address)(views[f"security.{name}"])
