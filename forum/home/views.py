"""Pages that gather from everywhere."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from forum.accounts.models import Member
from forum.accounts.session import reader
from forum.community.queries import all_regions
from forum.home.queries import latest_record, my_groups
from forum.home.shared import for_all_members
from forum.kernel.dates import when
from forum.threads.queries import Standing, latest_threads
from forum.web.hypermedia import page
from forum.web.sharing.places import now_making

bp = Blueprint("home", __name__)
THREADS_FOR_VISITORS = 6


@bp.get("/")
def show() -> ResponseReturnValue:
    """What this is and what moves; to a member, what is new for them."""
    who = reader()
    return welcome() if who is None else what_is_new(who)


def welcome() -> ResponseReturnValue:
    recommendations, meetings = latest_record(reader=None)
    return page(
        "home/show.html",
        threads=latest_threads(reader=None, size=THREADS_FOR_VISITORS).items,
        recommendations=recommendations,
        meetings=meetings,
        regions=all_regions(),
        dates=when,
    )


def what_is_new(who: Member) -> ResponseReturnValue:
    if made := now_making():
        return page("home/mine.html", dates=when, **for_all_members(made))
    threads = latest_threads(reader=who, state=Standing.MINE).items
    recommendations, meetings = latest_record(reader=who)
    mine, suggested = my_groups(reader=who)
    return page(
        "home/mine.html",
        unread=[thread for thread in threads if thread.unread],
        earlier=[thread for thread in threads if not thread.unread],
        recommendations=recommendations,
        meetings=meetings,
        mine=mine,
        suggested=suggested,
        dates=when,
    )


@bp.get("/about")
def about() -> ResponseReturnValue:
    """What this is, for whom, and how to follow it from elsewhere."""
    return page("home/about.html")
