"""Passwords, one-time codes and passkeys: where Flask-Security's defaults are not ours."""

from __future__ import annotations

from typing import Any

from flask import current_app, has_request_context, request
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_security import PasswordUtil, WebauthnUtil
from flask_security import Totp as FlaskSecurityTotp
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from forum.accounts import passwords
from forum.accounts.models import Member
from forum.kernel.db import pause


class Passwords(PasswordUtil):
    """Long enough, not absurdly long, and not what anyone would try first."""

    def validate(self, password: str, is_register: bool, **about: Any) -> tuple[list[str] | None, str]:
        normal = self.normalize(password)
        shortest, longest = passwords.LENGTH_MIN, passwords.LENGTH_MAX
        if len(normal) < shortest:
            wrong = ngettext("Use at least one character.", "Use at least %(num)s characters.", shortest)
        elif len(normal) > longest:
            wrong = ngettext("Use one character at most.", "Use %(num)s characters at most.", longest)
        elif passwords.is_common(normal, self._known(**about)):
            wrong = _("Many people would try this one first. Three or four words of your own are easy to remember.")
        else:
            return None, normal
        return [wrong], normal

    @staticmethod
    def _known(user: Member | None = None, **typed: Any) -> list[str]:
        given = (user.name, user.handle, user.email) if user else (typed.get(k) for k in ("name", "handle", "email"))
        return [current_app.config["SITE_NAME"], *(text for text in given if text)]


class Totp(FlaskSecurityTotp):
    """Remembers the last code used: without these two methods, a code read over a shoulder works again."""

    def get_last_counter(self, user: Any) -> int | None:
        return user.tf_last_counter

    def set_last_counter(self, user: Any, tmatch: Any) -> None:
        user.tf_last_counter = tmatch.counter


class Passkeys(WebauthnUtil):
    """The phone or laptop at hand will do. The library asks for a roaming key on USB as first factor."""

    def authenticator_selection(self, user: Any, usage: str) -> AuthenticatorSelectionCriteria:
        return AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        )

    def user_verification(self, user: Any, usage: list[str]) -> UserVerificationRequirement:
        return UserVerificationRequirement.REQUIRED


#: Where a password is hashed after reading and before writing. They let go of SQLite's write lock for it.
HASHES_BEFORE_IT_WRITES = frozenset(
    f"security.{name}"
    for name in ("login", "register", "forgot_password", "reset_password", "change_password", "verify")
)


class Unhurried:
    """A passlib context whose slow half runs outside any transaction: hundreds of milliseconds, no lock held."""

    def __init__(self, context: Any) -> None:
        self._context = context

    def __getattr__(self, name: str) -> Any:
        return getattr(self._context, name)

    def hash(self, *args: Any, **kwargs: Any) -> str:
        self._let_go()
        return self._context.hash(*args, **kwargs)

    def verify(self, *args: Any, **kwargs: Any) -> bool:
        self._let_go()
        return self._context.verify(*args, **kwargs)

    @staticmethod
    def _let_go() -> None:
        if has_request_context() and request.endpoint in HASHES_BEFORE_IT_WRITES:
            pause()
