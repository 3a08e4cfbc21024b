"""What no browser sends by itself and no database keeps: NUL characters in addresses and forms."""

from flask import Flask, abort, request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict

NUL = "\x00"


def _without_nul(values: MultiDict[str, str]) -> ImmutableMultiDict[str, str]:
    return ImmutableMultiDict(
        [(name.replace(NUL, ""), value.replace(NUL, "")) for name, value in values.items(multi=True)]
    )


def init_app(app: Flask) -> None:
    """Take NUL out of whatever was sent, before anything reads it. PostgreSQL refuses it, with an error of its own."""

    @app.before_request
    def keep_nul_out() -> None:
        if NUL in request.path:
            abort(404)
        if b"%00" in request.query_string:
            request.args = _without_nul(request.args)
        if request.method == "POST" and any(NUL in part for pair in request.form.items(multi=True) for part in pair):
            request.form = _without_nul(request.form)
