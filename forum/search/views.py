"""One box for everything."""

import time

import structlog
from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from forum.accounts.session import reader
from forum.catalogue.queries import get_entry
from forum.entries.titles import titles_of
from forum.kernel.errors import NotFound
from forum.search import engine
from forum.search.across import Wishes
from forum.search.asked import folder, note
from forum.search.engine import Sort
from forum.search.facets import address, facets_of, filters_in, kinds
from forum.search.queries import Answer, search
from forum.search.query import cleaned
from forum.search.similar import more_like
from forum.search.using import concept_called, speaking_of
from forum.search.within import place_called
from forum.web.hypermedia import page
from forum.web.languages import chosen
from forum.web.limits import SEARCHING, limited
from forum.web.paging import asked_page, no_such_page

log = structlog.get_logger(__name__)
bp = Blueprint("search", __name__)


@bp.get("/search")
@limited(SEARCHING, reading_too=True)
def show() -> ResponseReturnValue:
    """Before a question: what can be asked. After it: what was found, and what it divides into."""
    if "like" in request.args:
        return alike(request.args.get("like", default=0, type=int))
    if "using" in request.args:
        return using(request.args["using"])
    typed = cleaned(request.args.get("q", ""))
    asked_for = request.args.to_dict(flat=False)
    filters, wishes = filters_in(asked_for), Wishes.of(asked_for)
    kept = {**filters, **wishes.parameters}
    sort = Sort.DATE if request.args.get("sort") == "date" else Sort.RELEVANCE
    asked = bool(typed or any(filters.values()))
    began = time.monotonic()
    answer = asked and search(
        engine.current(),
        typed,
        reader=reader(),
        language=chosen(),
        filters=filters,
        sort=sort,
        page=asked_page(),
        wishes=wishes,
    )
    if answer and not answer.catching_up:
        if not answer.found.hurried:
            no_such_page(answer.page)
        if asked_page() == 1 and not filters["within"]:
            remember(typed, answer, time.monotonic() - began)
    return page(
        "search/show.html",
        fragment="found",
        typed=typed,
        was_long=len(request.args.get("q", "")) > len(typed) + 100,
        filters=kept,
        narrowed=any(filters.values()),
        sort=sort.value,
        answer=answer,
        facets=facets_of(answer.found, typed, kept, sort.value, reader=reader()) if answer else [],
        within=[place_called(key, reader=reader(), language=chosen()) for key in filters["within"]],
        kinds=kinds(),
        address=address,
        wished=lambda other: address(typed, {**filters, **other.parameters}, sort.value),
        language=chosen(),
    )


def remember(typed: str, answer: Answer, seconds: float) -> None:
    """Note what was asked, for `/search/health`; a disk that cannot take it is no reason to fail."""
    whole = answer.total if answer.all_words is None else answer.all_words
    try:
        note(folder(), typed, total=whole, seconds=seconds)
    except OSError:
        log.warning("what was asked could not be noted", exc_info=True)


def using(slug: str) -> ResponseReturnValue:
    """What speaks of a concept, as a page of its own or as a part of the concept's page."""
    concept = concept_called(slug)
    found, total = speaking_of(engine.current(), concept, reader=reader())
    return page(
        "search/using.html",
        fragment="using",
        concept=concept,
        found=found,
        total=total,
        kinds=kinds(),
        language=chosen(),
    )


def alike(entry_id: int) -> ResponseReturnValue:
    """What resembles one entry, as a page of its own or as a part of the entry's page."""
    entry = titles_of([get_entry(entry_id, reader=reader()).id]).get(entry_id)
    if entry is None:  # a reply has no title of its own to find others by
        raise NotFound
    return page(
        "search/alike.html",
        fragment="alike",
        entry=entry,
        alike=more_like(engine.current(), entry.id, reader=reader()),
        kinds=kinds(),
    )
