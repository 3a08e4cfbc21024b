"""The lists of threads and recommendations as feeds, with the filters of the lists. Feeds show what a visitor may see."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from forum.catalogue.queries import find_entry
from forum.community.queries import all_regions, all_themes
from forum.home.atom import FeedEntry, feed
from forum.recommendations.queries import RecommendationFilters, RecommendationRow, recommendations_in
from forum.threads.forms import Filters
from forum.threads.queries import ThreadRow, latest_threads
from forum.web.filters import from_address

bp = Blueprint("feeds", __name__)
AS_MANY = 50


@bp.get("/feeds/threads.atom")
def threads() -> ResponseReturnValue:
    """The latest threads anybody may read."""
    filters = Filters.from_address(request.args)
    about = find_entry(filters.about, reader=None) if filters.about else None
    conditions = filters.conditions(
        regions={region.slug: region.id for region in all_regions()},
        themes={theme.slug: theme.id for theme in all_themes()},
        about_id=about.id if about else None,
    )
    found = latest_threads(reader=None, size=AS_MANY, **conditions)
    return answer(_("Threads"), [_of_thread(row) for row in found])


@bp.get("/feeds/recommendations.atom")
def recommendations() -> ResponseReturnValue:
    """The recommendations of the latest events."""
    found = recommendations_in(reader=None, filters=from_address(RecommendationFilters), size=AS_MANY)
    return answer(_("Recommendations"), [_of_recommendation(row) for row in found])


def answer(title: str, entries: list[FeedEntry]) -> Response:
    """The feed of these entries, at the address that was asked for."""
    site = str(current_app.config["SITE_NAME"])
    path = request.full_path.rstrip("?")
    body = feed(f"{title} · {site}", base=current_app.config["BASE_URL"], path=path, site=site, entries=entries)
    return Response(body, mimetype="application/atom+xml")


def _of_thread(row: ThreadRow) -> FeedEntry:
    return FeedEntry(
        path=f"/threads/{row.id}",
        title=row.title,
        language=row.language,
        updated=row.active_at,
        author=row.author,
        categories=tuple(tag.slug for tag in (*row.regions, *row.themes)),
    )


def _of_recommendation(row: RecommendationRow) -> FeedEntry:
    return FeedEntry(
        path=f"/recommendations/{row.reference}",
        title=f"{row.reference} · {row.title}",
        language=row.language,
        updated=row.active_at,
        author=None,
        summary=row.text,
        categories=tuple(tag.slug for tag in (*row.tags.regions, *row.tags.themes)),
    )
