"""Pages travel compressed. A low level: most of the gain, little of the time."""

from __future__ import annotations

import gzip

from flask import Flask, Response, request

SMALLEST = 1024  # bytes; below, the gain fits in a packet anyway
LEVEL = 3
TEXT = ("text/", "application/json", "application/atom+xml", "application/ld+json", "image/svg+xml")


def init_app(app: Flask) -> None:
    """Compress text for whoever can read it so.

    A compressed page that holds both a secret and words of an attacker's choosing leaks the secret by its length
    (BREACH). Our session cookie is SameSite=Lax, so no other site can make a member's browser ask in their name.
    """

    @app.after_request
    def compress(response: Response) -> Response:
        if response.status_code == 303:  # nobody reads what it says, and it says little
            return response
        text = (response.mimetype or "").startswith(TEXT)
        if not text or response.direct_passthrough or response.is_streamed or "Content-Encoding" in response.headers:
            return response
        response.vary.add("Accept-Encoding")
        if response.status_code in (204, 206, 304) or len(body := response.get_data()) < SMALLEST:
            return response
        if request.accept_encodings["gzip"] <= 0:
            return response
        response.set_data(gzip.compress(body, LEVEL, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
        etag, weak = response.get_etag()
        if etag is not None and not weak:
            response.set_etag(etag, weak=True)
        return response
