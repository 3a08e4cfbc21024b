"""Pages of recommendations, and of the meetings and congresses that made them."""

from __future__ import annotations

from dataclasses import fields

from flask import Blueprint
from flask.typing import ResponseReturnValue

from forum.accounts.likeness import shared_as_it_is
from forum.accounts.session import reader
from forum.catalogue.pages import by_reference
from forum.community.queries import all_regions, all_themes
from forum.entries.queries import tags_of
from forum.meetings.queries import all_congresses, get_congress, get_meeting, meetings_in
from forum.meetings.structured import structured
from forum.recommendations import words
from forum.recommendations.queries import (
    RecommendationFilters,
    facets,
    get_recommendation,
    neighbours_of,
    recommendations_in,
    trace_of,
)
from forum.threads.queries import latest_threads
from forum.web.filters import from_address
from forum.web.hypermedia import page
from forum.web.paging import asked_page, no_such_page

bp = Blueprint("recommendations", __name__)
FEW = 5
#: The list as members share it, with any filters.
LIST_OF_RECOMMENDATIONS = shared_as_it_is(
    "/recommendations", "page", *(field.name for field in fields(RecommendationFilters))
)


@bp.app_context_processor
def vocabulary() -> dict[str, object]:
    return {"recommendation_words": words}


@bp.get("/recommendations")
def index() -> ResponseReturnValue:
    """What was asked for, narrowed by the filters in the address; each filter says how much it would leave."""
    filters = from_address(RecommendationFilters)
    return page(
        "recommendations/index.html",
        fragment="found",
        recommendations=no_such_page(recommendations_in(reader=reader(), filters=filters, page=asked_page())),
        filters=filters,
        facets=facets(filters, reader=reader()),
        region_names={region.slug: region for region in all_regions()},
        theme_names={theme.slug: theme for theme in all_themes()},
    )


@bp.get("/recommendations/<reference>")
@by_reference
def show(reference: str) -> ResponseReturnValue:
    """One recommendation: what it says, who said so where, to whom, and what is being said about it."""
    recommendation = get_recommendation(reference, reader=reader())
    return page(
        "recommendations/show.html",
        recommendation=recommendation,
        tags=tags_of([recommendation.id])[recommendation.id],
        neighbours=neighbours_of(recommendation, reader=reader()),
        threads=latest_threads(reader=reader(), about_id=recommendation.id, size=FEW),
    )


@bp.get("/recommendations/<reference>/trace")
@by_reference
def trace(reference: str) -> ResponseReturnValue:
    """Where a recommendation comes from and what it led to, step by step."""
    recommendation = get_recommendation(reference, reader=reader())
    return page(
        "recommendations/trace.html",
        recommendation=recommendation,
        trace=trace_of(recommendation.id, reader=reader()),
    )


@bp.get("/meetings/<reference>")
@by_reference
def of_meeting(reference: str) -> ResponseReturnValue:
    """One meeting: its facts, how sure they are, and what it asked for."""
    meeting = get_meeting(reference, reader=reader())
    return page(
        "meetings/show.html",
        meeting=meeting,
        structured=structured,
        tags=tags_of([meeting.id])[meeting.id],
        recommendations=recommendations_in(reader=reader(), meeting_id=meeting.id, size=200),
        threads=latest_threads(reader=reader(), about_id=meeting.id, size=FEW),
    )


@bp.get("/congresses/<reference>")
@by_reference
def of_congress(reference: str) -> ResponseReturnValue:
    """One congress: its facts, its place between the one before and the one after, its meetings, what it asked for."""
    congress = get_congress(reference, reader=reader())
    return page(
        "congresses/show.html",
        congress=congress,
        structured=structured,
        congresses=all_congresses(reader=reader()),
        regions=all_regions(),
        meetings=meetings_in(reader=reader(), congress_id=congress.id, size=500),
        recommendations=recommendations_in(reader=reader(), congress_id=congress.id, size=200),
        threads=latest_threads(reader=reader(), about_id=congress.id, size=FEW),
    )
