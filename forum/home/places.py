"""Regions and themes: what the community has for each of them, gathered from every slice."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue

from forum.accounts.session import reader
from forum.community.queries import (
    all_regions,
    all_themes,
    countries_in,
    in_alphabetical_order,
    region_called,
    theme_called,
)
from forum.home.tallies import PlaceTally, tally_of_regions, tally_of_themes
from forum.kernel.errors import NotFound
from forum.library.queries import latest_resources
from forum.meetings.queries import meetings_in
from forum.recommendations.queries import recommendations_in
from forum.threads.queries import latest_threads
from forum.web.hypermedia import page
from forum.web.languages import chosen

bp = Blueprint("places", __name__)
FEW = 5


@bp.get("/regions")
def regions() -> ResponseReturnValue:
    """All regions, with how much there is for each."""
    return page("places/regions.html", regions=all_regions(), tallies=tally_of_regions(reader=reader()))


@bp.get("/themes")
def themes() -> ResponseReturnValue:
    """All themes, with how much there is for each."""
    return page("places/themes.html", themes=all_themes(), tallies=tally_of_themes(reader=reader()))


@bp.get("/regions/<slug>")
def region(slug: str) -> ResponseReturnValue:
    """One region: its countries, and the latest of everything filed under it."""
    found = region_called(slug)
    if found is None:
        raise NotFound
    return page(
        "places/region.html",
        region=found,
        countries=in_alphabetical_order(countries_in(found.id), chosen()),
        tally=tally_of_regions(reader=reader()).get(found.id, PlaceTally()),
        **everything_in(region_id=found.id),
    )


@bp.get("/themes/<slug>")
def theme(slug: str) -> ResponseReturnValue:
    """One theme: what it means, and the latest of everything filed under it."""
    found = theme_called(slug)
    if found is None:
        raise NotFound
    return page(
        "places/theme.html",
        theme=found,
        tally=tally_of_themes(reader=reader()).get(found.id, PlaceTally()),
        **everything_in(theme_id=found.id),
    )


def everything_in(**where: Any) -> dict[str, Any]:
    """The latest threads, recommendations, meetings and resources of a region or theme."""
    return {
        "threads": latest_threads(reader=reader(), size=FEW, **where),
        "recommendations": recommendations_in(reader=reader(), size=FEW, **where),
        "meetings": meetings_in(reader=reader(), size=FEW, **where),
        "resources": latest_resources(reader=reader(), size=FEW, **where),
    }
