"""What a browser's session cookie says: Flask's own, but for what signs it, which is made once and not twice a request."""

from __future__ import annotations

from functools import lru_cache

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer


class Sessions(SecureCookieSessionInterface):
    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        return self._signing_with(app, str(app.secret_key), tuple(app.config["SECRET_KEY_FALLBACKS"] or ()))

    @lru_cache(16)  # noqa: B019 (one of us for each application, which lives as long as the process)
    def _signing_with(self, app: Flask, _key: str, _older: tuple[str, ...]) -> URLSafeTimedSerializer | None:
        """Keys may be changed while we run: each set of them has its own."""
        return super().get_signing_serializer(app)


def init_app(app: Flask) -> None:
    app.session_interface = Sessions()
