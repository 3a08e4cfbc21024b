"""Any entry: found by a reference or words, followed."""

from __future__ import annotations

from flask import Blueprint, flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from forum.access.rules import Can, authorize
from forum.accounts.session import member, reader, sign_in_required
from forum.catalogue.queries import follow_of, get_entry, suggest
from forum.entries.models import Level
from forum.entries.operations import follow, unfollow
from forum.entries.titles import titles_of
from forum.kernel.errors import Invalid
from forum.web.hypermedia import page, see_other, wants_fragment

bp = Blueprint("catalogue", __name__)


@bp.get("/entries/suggest")
def suggestions() -> ResponseReturnValue:
    """Entries by what was typed so far; `pick` makes buttons that add one to the form around them."""
    words = request.args.get("q", "")
    found = suggest(words, reader=reader())
    return page("entries/suggest.html", fragment="suggestions", found=found, words=words, pick="pick" in request.args)


@bp.get("/entries/<int:entry_id>/follow")
@sign_in_required
def show_follow(entry_id: int) -> ResponseReturnValue:
    """How much a member wants to hear about an entry, and why they hear of it."""
    entry = get_entry(entry_id, reader=member())
    return page("entries/follow.html", fragment="follow", entry=entry, follow=follow_of(entry, reader=member()))


@bp.post("/entries/<int:entry_id>/follow")
@sign_in_required
def set_follow(entry_id: int) -> ResponseReturnValue:
    """Choose a level, or stop following."""
    entry, asked = get_entry(entry_id, reader=member()), request.form.get("level", "")
    authorize(member(), Can.FOLLOW, entry)
    if asked == "none":
        unfollow(entry, by=member())
    elif asked in set(Level):
        follow(entry, by=member(), level=Level(asked))
    else:
        raise Invalid(_("Choose how much you want to hear: every post, a digest, or nothing."), "level")
    if wants_fragment():
        return page("entries/follow.html", fragment="follow", entry=entry, follow=follow_of(entry, reader=member()))
    flash(_("That is remembered."), "success")
    named = titles_of([entry.id]).get(entry.id)
    return see_other(named.url if named else f"/entries/{entry.id}/follow")
