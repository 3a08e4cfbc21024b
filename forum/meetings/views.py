"""Pages of congresses and meetings."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from forum.accounts.session import reader
from forum.community.queries import all_regions
from forum.entries import words as entry_words
from forum.kernel.dates import when
from forum.meetings import words, world
from forum.meetings.calendar import calendar_of
from forum.meetings.queries import (
    MeetingFilters,
    MeetingRow,
    all_congresses,
    count_without_month,
    meeting_counts,
    meetings_in,
)
from forum.web.filters import from_address
from forum.web.hypermedia import page
from forum.web.paging import asked_page, no_such_page

bp = Blueprint("meetings", __name__)

bp.add_app_template_global(when)
bp.add_app_template_global(entry_words.said)
bp.add_app_template_global(entry_words.language_name)


@bp.app_context_processor
def vocabulary() -> dict[str, object]:
    return {"meeting_words": words, "entry_words": entry_words}


@bp.get("/congresses")
def congresses() -> ResponseReturnValue:
    """From the first congress to the one nobody has announced yet."""
    return page("congresses/index.html", congresses=all_congresses(reader=reader()))


@bp.get("/meetings")
def index() -> ResponseReturnValue:
    """All meetings by year, on a map and as a list, narrowed by the filters in the address."""
    filters = from_address(MeetingFilters)
    found = no_such_page(meetings_in(reader=reader(), filters=filters, page=asked_page()))
    return page(
        "meetings/index.html",
        fragment="found",
        meetings=found,
        filters=filters,
        regions=all_regions(),
        counts=meeting_counts(reader=reader()),
        not_in_calendar=lambda: count_without_month(reader=reader(), filters=filters),
        world=world,
        by_year=by_year,
    )


def by_year(meetings: Iterable[MeetingRow]) -> list[tuple[int | None, list[MeetingRow]]]:
    """The meetings in the order they come, a group for each year; None is the year of those without a date."""
    return [(year, list(group)) for year, group in groupby(meetings, key=lambda meeting: meeting.year)]


@bp.get("/meetings.ics")
def calendar() -> ResponseReturnValue:
    """The same meetings for a calendar program, narrowed by the same filters."""
    found = meetings_in(reader=reader(), filters=from_address(MeetingFilters), size=10_000)
    return Response(calendar_of(found.items), mimetype="text/calendar")
