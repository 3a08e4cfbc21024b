"""Pages of the library."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from forum.accounts.session import reader
from forum.community.queries import all_regions, all_themes
from forum.entries.queries import tags_of
from forum.library import words
from forum.library.queries import ResourceFilters, files_of, get_resource, latest_resources, resource_choices
from forum.library.structured import structured
from forum.web.filters import from_address
from forum.web.hypermedia import page
from forum.web.paging import asked_page, no_such_page

bp = Blueprint("library", __name__)


@bp.app_context_processor
def vocabulary() -> dict[str, object]:
    return {"library_words": words}


@bp.get("/library")
def index() -> ResponseReturnValue:
    """All resources, the latest first, narrowed by the filters in the address."""
    filters = from_address(ResourceFilters)
    return page(
        "library/index.html",
        fragment="found",
        resources=no_such_page(latest_resources(reader=reader(), filters=filters, page=asked_page())),
        filters=filters,
        regions=all_regions(),
        themes=all_themes(),
        choices=resource_choices(reader=reader()),
    )


@bp.get("/library/<int:resource_id>")
def show(resource_id: int) -> ResponseReturnValue:
    """One resource: what it is, where it is, and how far its description was checked."""
    resource = get_resource(resource_id, reader=reader())
    tags = tags_of([resource.id])[resource.id]
    files = files_of(resource)
    return page("library/show.html", resource=resource, files=files, tags=tags, structured=structured)
