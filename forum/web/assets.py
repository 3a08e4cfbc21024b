"""Static files: read, compressed and fingerprinted once, served from memory, kept by browsers for a year."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from flask import Flask, Response, request
from werkzeug.exceptions import NotFound
from werkzeug.security import safe_join

DAY, YEAR = timedelta(days=1), timedelta(days=365)
COMPRESSIBLE = ("text/", "application/javascript", "application/json", "image/svg+xml")


@dataclass(frozen=True)
class Asset:
    """One static file as we send it."""

    body: bytes
    packed: bytes | None  # gzip, where it pays
    version: str
    mimetype: str
    changed: int  # of the file, in nanoseconds; a later one makes us read again


class Assets:
    """The static folder, remembered."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._known: dict[str, Asset] = {}

    def get(self, name: str) -> Asset | None:
        """The file of this name below the folder, or None."""
        path = safe_join(str(self.folder), name)
        if path is None:
            return None
        try:
            changed = Path(path).stat().st_mtime_ns
            known = self._known.get(name)
            if known is None or known.changed != changed:
                known = self._known[name] = read(Path(path), changed)
        except (OSError, ValueError):  # not there, a folder, or a name no file can have
            return None
        return known

    def url(self, name: str) -> str:
        """Its address with a fingerprint, so that it can be kept for a year and yet never be stale."""
        asset = self.get(name)
        return f"/static/{name}?v={asset.version}" if asset else f"/static/{name}"


def read(path: Path, changed: int) -> Asset:
    body = path.read_bytes()
    mimetype = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    packed = gzip.compress(body, 9, mtime=0) if mimetype.startswith(COMPRESSIBLE) else None
    version = hashlib.sha256(body).hexdigest()[:10]
    return Asset(body, packed, version, mimetype, changed)


def init_app(app: Flask) -> None:
    """Serve the static folder from memory, and give templates `static(name)`."""
    assets = Assets(Path(app.static_folder or ""))
    app.jinja_env.globals["static"] = assets.url

    def serve(filename: str) -> Response:
        asset = assets.get(filename)
        if asset is None:
            raise NotFound
        packed = asset.packed is not None and request.accept_encodings["gzip"] > 0
        response = Response(asset.packed if packed else asset.body, mimetype=asset.mimetype)
        if packed:
            response.headers["Content-Encoding"] = "gzip"
        response.vary.add("Accept-Encoding")
        response.set_etag(f"{asset.version}-gz" if packed else asset.version)
        response.cache_control.public = True
        response.cache_control.max_age = 600
        if request.args.get("v") == asset.version:
            response.cache_control.max_age = int(YEAR.total_seconds())
            response.cache_control.immutable = True
        response.make_conditional(request)
        return response

    def icon() -> Response:
        """Where feed readers and old browsers look for it, unasked; pages name the drawing itself."""
        response = serve("favicon.ico")
        response.cache_control.max_age = int(DAY.total_seconds())
        return response

    app.view_functions["static"] = serve
    app.add_url_rule("/favicon.ico", "favicon", icon)
