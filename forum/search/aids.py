"""What helps to ask: words while one types, and a description with which a browser can search here by itself."""

from __future__ import annotations

import json

from flask import Blueprint, Response, current_app, render_template, request
from flask.typing import ResponseReturnValue

from forum.accounts.models import Member
from forum.accounts.session import reader
from forum.catalogue.queries import suggest as entries_called
from forum.search import analysis, engine
from forum.search.audience import keys_of
from forum.search.engine import Engine, NotReady
from forum.search.patience import patiently
from forum.search.query import cleaned
from forum.web.hypermedia import page, wants_fragment
from forum.web.limits import limited

bp = Blueprint("aids", __name__)
SUGGESTING = "240 per minute"
SHORTEST = 2  # letters of a word before anything is suggested
AS_MANY = 8


@bp.get("/search/suggest")
@limited(SUGGESTING, reading_too=True)
def suggestions() -> ResponseReturnValue:
    """Questions that begin as this one does, and entries called so: options for the box, or JSON for a browser.

    The JSON is that of OpenSearch Suggestions 1.1: what was typed, completions, descriptions, addresses.
    """
    typed = cleaned(request.args.get("q", ""))
    completions = complete(engine.current(), typed, reader=reader())
    named = entries_called(typed, reader=reader()) if len(typed) > SHORTEST else []
    if wants_fragment():
        return page("search/suggest.html", fragment="options", completions=completions, named=named)
    base = current_app.config["BASE_URL"]
    lines = [(words, "", f"{base}/search") for words in completions]
    lines += [(entry.title, entry.reference or "", f"{base}{entry.url}") for entry in named]
    answer = [typed, *([line[i] for line in lines[:AS_MANY]] for i in range(3))]
    return Response(json.dumps(answer, ensure_ascii=False), mimetype="application/x-suggestions+json")


@bp.get("/opensearch.xml")
def description() -> ResponseReturnValue:
    """OpenSearch 1.1, so that a browser can add this site to its search engines."""
    body = render_template("search/opensearch.xml")
    return Response(body, mimetype="application/opensearchdescription+xml")


def complete(chosen: Engine, typed: str, *, reader: Member | None) -> list[str]:
    """What was typed, with its last word completed by words of what this reader may see."""
    if not typed or typed[-1].isspace() or typed.endswith(('"', "*")):
        return []
    begun = list(analysis.words(typed))
    if not begun or begun[-1][2] != len(typed) or len(analysis.fold(begun[-1][0])) < SHORTEST:
        return []
    word, start, _end = begun[-1]
    try:
        with patiently():
            found = chosen.suggest(analysis.fold(word), keys=keys_of(reader), limit=AS_MANY)
    except NotReady:
        return []
    return [typed[:start] + full for full in found if full != analysis.fold(word)]
