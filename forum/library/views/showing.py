"""The library as a list, and one resource with all that is known of it."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from forum.access.rules import Can, may
from forum.accounts.session import reader
from forum.community.queries import all_regions, all_themes, country_coded
from forum.entries.queries import tags_of
from forum.kernel.dates import when
from forum.library.history import open_suggestions
from forum.library.holdings import may_have_files
from forum.library.queries import ResourceFilters, files_and_earlier, get_resource, latest_resources, resource_choices
from forum.library.ties import ties_of
from forum.library.views.blueprint import bp
from forum.library.views.editing import differing, still_reading
from forum.library.views.files import address_of
from forum.web.filters import from_address
from forum.web.hypermedia import page
from forum.web.paging import asked_page, no_such_page


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
    """One resource: what it is, where it is, its files, and how far its description was checked."""
    me = reader()
    resource = get_resource(resource_id, reader=me)
    mine = may(me, Can.EDIT_RESOURCE, resource)
    files, earlier = files_and_earlier(resource)
    return page(
        "library/show.html",
        resource=resource,
        tags=tags_of([resource.id])[resource.id],
        files=files,
        earlier=earlier,
        ties=ties_of(resource, reader=me),
        countries=[country_coded(code) for code in resource.countries],
        address_of=address_of,
        when=when,
        may_have=may_have_files(resource, me),
        mine=mine,
        waiting=len(open_suggestions(reader=me, resource=resource)) if me is not None and mine else 0,
        file_says=differing(resource) if mine else {},
        reading=mine and still_reading(resource),
    )
