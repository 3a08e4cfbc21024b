"""Addresses of files to take along."""

from __future__ import annotations

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from forum.accounts.session import reader
from forum.citing.formats import FORMATS
from forum.entries.models import Entry
from forum.exports.citations import citable_of, cited_as
from forum.library.queries import get_resource
from forum.meetings.queries import get_congress, get_meeting
from forum.recommendations.queries import get_recommendation

bp = Blueprint("exports", __name__)
bp.add_app_template_global(cited_as)
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


def _cited(entry: Entry, form: str) -> Response:
    thing, chosen = citable_of(entry), FORMATS[form]
    answer = Response(chosen.write([thing]), content_type=f"{chosen.media_type}; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{thing.key}.{form}"'
    return answer
