"""The list of conversations."""

from flask import request
from flask.typing import ResponseReturnValue

from forum.accounts.session import reader
from forum.catalogue.queries import find_entry, nearest
from forum.community.queries import all_regions, all_themes
from forum.threads.forms import Filters
from forum.threads.queries import Standing
from forum.threads.views.blueprint import bp
from forum.threads.views.rows import threads_shown
from forum.web.hypermedia import page
from forum.web.paging import asked_page, no_such_page


@bp.get("/threads")
def index() -> ResponseReturnValue:
    """All threads the reader may see, latest activity first, narrowed by the filters in the address."""
    filters, regions, themes = Filters.from_address(request.args), all_regions(), all_themes()
    about = find_entry(filters.about, reader=reader()) if filters.about else None
    conditions = filters.conditions(
        regions={r.slug: r.id for r in regions},
        themes={t.slug: t.id for t in themes},
        about_id=about.id if about else None,
    )
    found = threads_shown(page=asked_page(), **conditions)
    no_such_page(found)
    return page(
        "threads/index.html",
        fragment="found",
        threads=found,
        filters=filters,
        about=about,
        alike=nearest(filters.about, reader=reader()) if filters.about and about is None else [],
        regions=regions,
        themes=themes,
        standings=list(Standing) if reader() else [Standing.OPEN, Standing.CLOSED],
    )
