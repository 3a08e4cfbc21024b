"""Pages that are found by their reference: any case leads there, and an unknown one offers what is nearest."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from forum.accounts.session import reader
from forum.catalogue.queries import nearest
from forum.kernel.errors import NotFound
from forum.web.hypermedia import page

View = Callable[[str], ResponseReturnValue]
POSSIBLE = re.compile(r"[A-Za-z0-9-]{1,40}")


def by_reference(view: View) -> View:
    """Lead any spelling of a reference to its one address, and an unknown one to a page with the nearest."""

    @wraps(view)
    def find_it(reference: str) -> ResponseReturnValue:
        if not POSSIBLE.fullmatch(reference):
            return unknown_reference(reference)
        if reference != reference.upper() and request.method == "GET" and request.endpoint:
            there = url_for(request.endpoint, reference=reference.upper())
            asked = urlencode(list(request.args.items(multi=True)))
            return redirect(f"{there}?{asked}" if asked else there, 301)
        try:
            return view(reference)
        except NotFound:
            return unknown_reference(reference)

    return find_it


def unknown_reference(reference: str) -> ResponseReturnValue:
    """Nothing has this reference, or nothing this reader may see: say so, and offer what it may have meant."""
    shown = "".join(letter for letter in reference if letter.isprintable())[:40]
    found = nearest(shown, reader=reader()) if POSSIBLE.fullmatch(shown) else []
    return page("catalogue/unknown.html", status=404, reference=shown, nearest=found)
