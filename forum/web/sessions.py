"""What a browser's session cookie says: Flask's own, but looked into once for all requests that bear it."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from datetime import datetime
from functools import lru_cache
from typing import Any

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from itsdangerous import BadSignature, URLSafeTimedSerializer

from forum.kernel import clock

AS_MANY = 500  # cookies each process need not look into again: less than 1 MB


class Sessions(SecureCookieSessionInterface):
    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """As Flask does it; what a cookie says never changes, how old it is is asked each time."""
        cookie = request.cookies.get(self.get_cookie_name(app))
        if not cookie:
            return self.session_class()
        try:
            said, signed = self.verified(app, cookie)
        except BadSignature:
            return self.session_class()
        age = int(clock.now().timestamp()) - int(signed.timestamp())
        if not 0 <= age <= app.permanent_session_lifetime.total_seconds():
            return self.session_class()
        return self.session_class({name: _own(value) for name, value in said.items()})

    def verified(self, app: Flask, cookie: str) -> tuple[Mapping[str, Any], datetime]:
        """What a cookie of ours says, not to be changed, and when it was signed.

        Raises:
            BadSignature: it is none of ours.
        """
        return self._looked_into(self.get_signing_serializer(app), cookie)

    @lru_cache(AS_MANY)  # noqa: B019 (one of us for each application, which lives as long as the process)
    def _looked_into(self, signer: URLSafeTimedSerializer, cookie: str) -> tuple[Mapping[str, Any], datetime]:
        said, signed = signer.loads(cookie, return_timestamp=True)
        return said, signed

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer:
        return self._signing_with(app, str(app.secret_key), tuple(app.config["SECRET_KEY_FALLBACKS"] or ()))

    @lru_cache(16)  # noqa: B019 (likewise)
    def _signing_with(self, app: Flask, _key: str, _older: tuple[str, ...]) -> URLSafeTimedSerializer:
        """Keys may be changed while we run: each set of them has its own."""
        signer = super().get_signing_serializer(app)
        assert signer is not None, "a site without a secret key keeps nobody signed in"
        return signer


def _own(value: Any) -> Any:
    """This request's own: a view may add to a list it finds in its session."""
    return value if isinstance(value, str | int | float | None) else deepcopy(value)


def init_app(app: Flask) -> None:
    app.session_interface = Sessions()
