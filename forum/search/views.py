"""One box for everything."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from forum.accounts.session import reader
from forum.search import engine
from forum.search.engine import Sort
from forum.search.facets import address, facets_of, filters_in, kinds
from forum.search.queries import search
from forum.search.query import cleaned
from forum.web.hypermedia import page
from forum.web.languages import chosen
from forum.web.limits import SEARCHING, limited
from forum.web.paging import asked_page, no_such_page

bp = Blueprint("search", __name__)


@bp.get("/search")
@limited(SEARCHING, reading_too=True)
def show() -> ResponseReturnValue:
    """Before a question: what can be asked. After it: what was found, and what it divides into."""
    typed = cleaned(request.args.get("q", ""))
    filters = filters_in(request.args.to_dict(flat=False))
    sort = Sort.DATE if request.args.get("sort") == "date" else Sort.RELEVANCE
    asked = bool(typed or any(filters.values()))
    answer = asked and search(
        engine.current(), typed, reader=reader(), language=chosen(), filters=filters, sort=sort, page=asked_page()
    )
    if answer and not answer.catching_up:
        no_such_page(answer.page)
    return page(
        "search/show.html",
        fragment="found",
        typed=typed,
        was_long=len(request.args.get("q", "")) > len(typed) + 100,
        filters=filters,
        sort=sort.value,
        answer=answer,
        facets=facets_of(answer.found, typed, filters, sort.value, reader=reader()) if answer else [],
        kinds=kinds(),
        address=address,
    )
