"""The searches a member keeps."""

from __future__ import annotations

from flask import Blueprint, flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from forum.accounts.session import member, sign_in_required
from forum.search.across import Wishes, widened
from forum.search.facets import address, filters_in, in_words, kinds
from forum.search.query import cleaned, parse
from forum.searches import operations
from forum.searches.letters import member_of
from forum.searches.models import SavedSearch
from forum.searches.queries import found_by, get_search, searches_of
from forum.web.hypermedia import page, see_other

bp = Blueprint("searches", __name__)


@bp.get("/me/searches")
@sign_in_required
def index() -> ResponseReturnValue:
    """Everything I keep, and how much of it is news."""
    return page("searches/index.html", kept=searches_of(member()), most=SavedSearch.MOST, address=address)


@bp.post("/me/searches")
@sign_in_required
def keep() -> ResponseReturnValue:
    """Keep the search whose words and filters were sent."""
    asked = request.form.to_dict(flat=False)
    question, filters, wishes = cleaned(request.form.get("q", "")), filters_in(asked), Wishes.of(asked).parameters
    name = cleaned(request.form.get("name", "")) or in_words(question, filters, reader=member())
    operations.keep(question, filters, by=member(), name=name, wishes=wishes)
    flash(_("Kept. You will hear when there is something new."), "success")
    return see_other("/me/searches")


@bp.get("/me/searches/<int:search_id>")
@sign_in_required
def show(search_id: int) -> ResponseReturnValue:
    """What one of them found, the latest first."""
    search = get_search(search_id, reader=member())
    query, _across = widened(parse(search.question, [member().language]), search.question, Wishes.of(search.wishes))
    found = found_by(search, reader=member(), tokens=query.tokens())
    return page("searches/show.html", search=search, found=found, kinds=kinds(), address=address)


@bp.post("/me/searches/<int:search_id>")
@sign_in_required
def change(search_id: int) -> ResponseReturnValue:
    """Another name, or mail or none."""
    search = get_search(search_id, reader=member())
    operations.change(search, name=cleaned(request.form.get("name", "")), mails="mails" in request.form)
    flash(_("That is remembered."), "success")
    return see_other(f"/me/searches/{search.id}")


@bp.post("/me/searches/<int:search_id>/seen")
@sign_in_required
def seen(search_id: int) -> ResponseReturnValue:
    """I have looked at what it found."""
    operations.look(get_search(search_id, reader=member()))
    return see_other("/me/searches")


@bp.post("/me/searches/<int:search_id>/delete")
@sign_in_required
def delete(search_id: int) -> ResponseReturnValue:
    """Keep it no longer."""
    operations.let_go(get_search(search_id, reader=member()))
    flash(_("That search is kept no longer."), "success")
    return see_other("/me/searches")


@bp.get("/searches/stop/<token>")
def ask_to_stop(token: str) -> ResponseReturnValue:
    """Opening the page changes nothing: mail scanners open every link."""
    if member_of(token) is None:
        return page("notifications/stops_nothing.html", status=404)
    return page("searches/stop.html", token=token, done=False)


@bp.post("/searches/stop/<token>")
def stop(token: str) -> ResponseReturnValue:
    """Stop mail about kept searches: for mail programs too, which bear neither cookie nor form token. RFC 8058."""
    if (whose := member_of(token)) is None:
        return page("notifications/stops_nothing.html", status=404)
    operations.stop_mail(whose)
    return page("searches/stop.html", token=token, done=True)
