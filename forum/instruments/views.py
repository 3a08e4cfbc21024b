"""Pages of the legal texts people cite."""

from __future__ import annotations

from itertools import groupby

from flask import Blueprint
from flask.typing import ResponseReturnValue

from forum.accounts.session import reader
from forum.instruments import queries, vocabulary, words
from forum.instruments.forms import CitingFilters
from forum.instruments.linking import parts_of
from forum.instruments.vocabulary import Instrument, all_instruments
from forum.web.filters import from_address
from forum.web.hypermedia import page
from forum.web.paging import asked_page, no_such_page

bp = Blueprint("instruments", __name__, url_prefix="/instruments")
bp.add_app_template_global(parts_of, "law_in")
bp.add_app_template_global(queries.law_of)


@bp.get("")
def index() -> ResponseReturnValue:
    """All instruments by their kind, each with how many entries cite it."""
    by_kind = [
        (vocabulary.KINDS[kind], list(some)) for kind, some in groupby(sorted_by_kind(), key=lambda found: found.kind)
    ]
    return page("instruments/index.html", by_kind=by_kind, counts=queries.counts_by_instrument(reader=reader()))


def sorted_by_kind() -> list[Instrument]:
    """The instruments, those of a kind together, otherwise in the order of the vocabulary."""
    order = list(vocabulary.KINDS)
    return sorted(all_instruments().values(), key=lambda found: order.index(found.kind))


@bp.get("/<code>")
def show(code: str) -> ResponseReturnValue:
    """One instrument: where it is, which of its provisions are cited, and by whom."""
    instrument = queries.get_instrument(code)
    filters = from_address(CitingFilters)
    citing = queries.citing(instrument, kind=filters.only, provision=filters.number, page=asked_page(), reader=reader())
    return page(
        "instruments/show.html",
        fragment="found",
        instrument=instrument,
        filters=filters,
        citing=no_such_page(citing),
        kinds=queries.kinds_citing(instrument, provision=filters.number, reader=reader()),
        kind_words=words.CITING,
        order=queries.CITING,
        provisions=queries.provisions_of(instrument, reader=reader()),
        document=queries.resources_that_are([instrument.source or ""], reader=reader()).get(instrument.source or ""),
    )
