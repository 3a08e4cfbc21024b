"""What no browser sends by itself and no database keeps: NUL characters in addresses and forms, and broken UTF-8."""

from functools import lru_cache
from typing import IO, Any
from urllib.parse import parse_qsl

from flask import Flask, Request, abort, request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.formparser import FormDataParser
from werkzeug.sansio.http import parse_cookie
from werkzeug.utils import cached_property

from forum.web.sessions import AS_MANY

NUL = "\x00"


def _without_nul(values: MultiDict[str, str]) -> ImmutableMultiDict[str, str]:
    return ImmutableMultiDict(
        [(name.replace(NUL, ""), value.replace(NUL, "")) for name, value in values.items(multi=True)]
    )


class Fields(FormDataParser):
    """Reads a form as Werkzeug does, but for bytes that are no UTF-8.

    Werkzeug keeps those as they were written ("%ff"), which nobody can tell from somebody who typed just that. Here they
    become U+FFFD, so that forms can say which characters did not arrive (`readable` in `forum.threads.forms`).
    """

    def parse(
        self, stream: IO[bytes], mimetype: str, content_length: int | None, options: dict[str, str] | None = None
    ) -> Any:
        if mimetype != "application/x-www-form-urlencoded":
            return super().parse(stream, mimetype, content_length, options)
        sent = stream.read().decode(errors="replace")
        return stream, self.cls(parse_qsl(sent, keep_blank_values=True, errors="replace")), self.cls()


@lru_cache(AS_MANY)
def _borne(header: str) -> ImmutableMultiDict[str, str]:
    """What a browser bears; looked into once for all its requests."""
    return ImmutableMultiDict(parse_cookie(header))


class Incoming(Request):
    form_data_parser_class = Fields

    @cached_property
    def cookies(self) -> ImmutableMultiDict[str, str]:
        return _borne(self.environ.get("HTTP_COOKIE", ""))


def init_app(app: Flask) -> None:
    """Take NUL out of whatever was sent, before anything reads it. PostgreSQL refuses it, with an error of its own."""
    app.request_class = Incoming

    @app.before_request
    def keep_nul_out() -> None:
        if NUL in request.path:
            abort(404)
        if b"%00" in request.query_string:
            request.args = _without_nul(request.args)
        if request.method == "POST" and any(NUL in part for pair in request.form.items(multi=True) for part in pair):
            request.form = _without_nul(request.form)
