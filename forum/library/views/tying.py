"""Tying a resource to what it bears on."""

from __future__ import annotations

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from forum.access.rules import Can, authorize
from forum.accounts.session import member, sign_in_required
from forum.catalogue.asked import Asked, asked_entries
from forum.catalogue.queries import suggest as suggest_entries
from forum.entries.models import Relation
from forum.library import operations
from forum.library.models import Resource
from forum.library.operations.tying import RELATIONS
from forum.library.queries import get_resource
from forum.library.ties import get_tie, ties_of
from forum.library.views.blueprint import bp
from forum.web.hypermedia import page, see_other


@bp.get("/library/<int:resource_id>/ties")
@sign_in_required
def ties(resource_id: int) -> ResponseReturnValue:
    """What a resource is tied to, and the form to tie it to more."""
    resource = get_resource(resource_id, reader=member())
    authorize(member(), Can.EDIT_RESOURCE, resource)
    return _form_page(resource, Asked([], []))


@bp.post("/library/<int:resource_id>/ties")
@sign_in_required
def tie(resource_id: int) -> ResponseReturnValue:
    """Tie it to the entries that were typed, or go on with the form."""
    resource = get_resource(resource_id, reader=member())
    authorize(member(), Can.EDIT_RESOURCE, resource)
    typed = request.form.get("add") or request.form.get("about", "")[:600]
    about = asked_entries(typed, reader=member())
    if "find" in request.form:
        return _form_page(resource, about, typed=typed)
    relation = request.form.get("relation", "")
    if about.unknown or not about.found or relation not in set(RELATIONS):
        return _form_page(resource, about, typed=typed, status=422)
    for entry in about.found:
        operations.tie(resource, Relation(relation), entry.id, by=member())
    flash(_("They are tied."), "success")
    return see_other(f"/library/{resource.id}/ties")


@bp.post("/library/<int:resource_id>/ties/<int:link_id>/untie")
@sign_in_required
def untie(resource_id: int, link_id: int) -> ResponseReturnValue:
    """Take a tie back."""
    resource = get_resource(resource_id, reader=member())
    authorize(member(), Can.EDIT_RESOURCE, resource)
    operations.untie(resource, get_tie(resource, link_id), by=member())
    flash(_("They are no longer tied."), "success")
    return see_other(f"/library/{resource.id}/ties")


def _form_page(resource: Resource, about: Asked, *, typed: str = "", status: int = 200) -> ResponseReturnValue:
    looked_for = request.form.get("q", "") if "find" in request.form else ""
    return page(
        "library/ties.html",
        status=status,
        resource=resource,
        ties=ties_of(resource, reader=member()),
        relations=RELATIONS,
        relation=request.form.get("relation", RELATIONS[0].value),
        about=about,
        typed=typed,
        words=looked_for,
        suggestions=suggest_entries(looked_for, reader=member()) if looked_for else [],
        missing=status == 422 and not about.found and not about.unknown,
    )
