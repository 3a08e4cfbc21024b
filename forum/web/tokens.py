"""The token by which a form shows that our own page sent it: Flask-WTF's, but looked into once for all forms that bear it."""

from __future__ import annotations

import hmac
from functools import lru_cache

from flask import Flask, current_app, g, request, session
from flask_wtf import CSRFProtect
from flask_wtf.csrf import same_origin
from itsdangerous import BadData, URLSafeTimedSerializer

from forum.web.sessions import AS_MANY

FIELD = "csrf_token"


class Tokens(CSRFProtect):  # type: ignore[misc]
    """Lets through what is plainly ours, and leaves everything else to Flask-WTF, which knows what to say of it."""

    def protect(self, apply_exemptions: bool = False) -> None:
        """Refuse a form that is not ours.

        Args:
            apply_exemptions: whether some views take forms from elsewhere.
        """
        if request.method == "POST" and self._is_ours() and self._comes_from_here():
            g.csrf_valid = True  # as Flask-WTF says it
            return
        super().protect(apply_exemptions)

    @staticmethod
    def _is_ours() -> bool:
        borne, own = request.form.get(FIELD), session.get(FIELD)
        if not borne or not own:
            return False
        try:
            return hmac.compare_digest(own, _said(str(current_app.secret_key), borne))
        except BadData:
            return False

    @staticmethod
    def _comes_from_here() -> bool:
        return not request.is_secure or same_origin(request.referrer or "", f"https://{request.host}/")


@lru_cache(16)
def signer(key: str) -> URLSafeTimedSerializer:
    """What signs these tokens, as `flask_wtf.csrf` makes its own for each."""
    return URLSafeTimedSerializer(key, salt="wtf-csrf-token")


@lru_cache(AS_MANY)  # a token is good as long as its session is
def _said(key: str, token: str) -> str:
    return str(signer(key).loads(token))


def init_app(app: Flask) -> CSRFProtect:
    return Tokens(app)
