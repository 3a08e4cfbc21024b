"""Addresses of files to take along."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from forum.accounts.session import reader, sign_in_required
from forum.citing.formats import FORMATS
from forum.collections.queries import get_collection
from forum.entries.models import Entry
from forum.exports.citations import citable_of, cited_as
from forum.exports.lists import DIRECTORY, LISTS, of_citing, of_collection, of_group, of_people_in
from forum.exports.sending import sent
from forum.groups.queries import get_group
from forum.instruments.queries import get_instrument
from forum.kernel.errors import NotFound
from forum.library.queries import get_resource
from forum.meetings.queries import get_congress, get_meeting
from forum.recommendations.queries import get_recommendation
from forum.web.limits import limited

bp = Blueprint("exports", __name__)
bp.add_app_template_global(cited_as)
EXPORTING = "60 per minute"
ONE_OF = "any(bib, ris, json):form"


@bp.get(f"/library/<int:resource_id>.<{ONE_OF}>")
def resource(resource_id: int, form: str) -> ResponseReturnValue:
    """One resource, for a reference manager."""
    return _cited(get_resource(resource_id, reader=reader()), form)


@bp.get(f"/recommendations/<reference>.<{ONE_OF}>")
def recommendation(reference: str, form: str) -> ResponseReturnValue:
    """One recommendation, for a reference manager."""
    return _cited(get_recommendation(reference, reader=reader()), form)


@bp.get(f"/meetings/<reference>.<{ONE_OF}>")
def meeting(reference: str, form: str) -> ResponseReturnValue:
    """One meeting, for a reference manager."""
    return _cited(get_meeting(reference, reader=reader()), form)


@bp.get(f"/congresses/<reference>.<{ONE_OF}>")
def congress(reference: str, form: str) -> ResponseReturnValue:
    """One congress, for a reference manager."""
    return _cited(get_congress(reference, reader=reader()), form)


@bp.get("/exports/<name>.<form>")
@limited(EXPORTING, reading_too=True)
def listed(name: str, form: str) -> ResponseReturnValue:
    """A list with the filters of its page, as a file of rows or for a reference manager."""
    if name not in LISTS:
        raise NotFound
    return sent(name, LISTS[name], form)


@bp.get("/exports/collections/<int:collection_id>.<form>")
@limited(EXPORTING, reading_too=True)
def collection(collection_id: int, form: str) -> ResponseReturnValue:
    """A collection as a file, without what its reader may not see."""
    found = get_collection(collection_id, reader=reader())
    return sent(f"collection-{collection_id}", of_collection(found), form)


@bp.get("/exports/groups/<slug>.<form>")
@limited(EXPORTING, reading_too=True)
def group(slug: str, form: str) -> ResponseReturnValue:
    """What is talked about in a group, as a file."""
    found = get_group(slug, reader=reader())
    return sent(f"group-{found.slug}", of_group(found), form)


@bp.get("/exports/groups/<slug>/members.<form>")
@limited(EXPORTING, reading_too=True)
@sign_in_required
def people(slug: str, form: str) -> ResponseReturnValue:
    """The people of a group as a file, for members only, as the directory is."""
    found = get_group(slug, reader=reader())
    return sent(f"members-of-{found.slug}", of_people_in(found), form)


@bp.get("/exports/instruments/<code>.<form>")
@limited(EXPORTING, reading_too=True)
def citing(code: str, form: str) -> ResponseReturnValue:
    """Who cites an instrument, as a file of rows or for a reference manager."""
    found = get_instrument(code)
    return sent(f"cites-{found.code}", of_citing(found), form)


@bp.get("/exports/members.<form>")
@limited(EXPORTING, reading_too=True)
@sign_in_required
def members(form: str) -> ResponseReturnValue:
    """The directory as a file: what each chose to show, and for members only, since it is all of them at once."""
    return sent("members", DIRECTORY, form)


def _cited(entry: Entry, form: str) -> Response:
    thing, chosen = citable_of(entry), FORMATS[form]
    answer = Response(chosen.write([thing]), content_type=f"{chosen.media_type}; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{thing.key}.{form}"'
    return answer


def export_address(name: str, form: str) -> str:
    """Of the list one is looking at, with its filters, as a file: every page of it, so no page is named."""
    asked = [(key, value) for key, value in request.args.items(multi=True) if key not in ("page", "lang")]
    return f"/exports/{name}.{form}" + (f"?{urlencode(asked)}" if asked else "")


bp.add_app_template_global(export_address)
