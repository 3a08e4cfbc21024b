"""Describing a resource anew, with what its files say of themselves as a help; and its earlier descriptions."""

from __future__ import annotations

from typing import Any

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from forum.access.rules import Can, authorize
from forum.accounts.session import member, reader, sign_in_required
from forum.entries.models import Visibility
from forum.kernel.db import db
from forum.kernel.errors import Invalid
from forum.library import operations
from forum.library.forms import ResourceForm, audience_of
from forum.library.history import changes_of
from forum.library.likeness import looks_like
from forum.library.models import Reading, Resource
from forum.library.queries import files_of, get_resource
from forum.library.receiving import title_from
from forum.library.views.audiences import chosen_audience, offer_audiences
from forum.library.views.blueprint import bp
from forum.library.views.sharing import blame
from forum.web.hypermedia import page, see_other


@bp.get("/library/<int:resource_id>/edit")
@sign_in_required
def edit(resource_id: int) -> ResponseReturnValue:
    """The form of a resource."""
    resource = get_resource(resource_id, reader=member())
    authorize(member(), Can.EDIT_RESOURCE, resource)
    values = ResourceForm.filled_with(resource)
    audience = audience_of(resource)
    form = ResourceForm(data={**values, "audience": audience, "version": resource.version})
    if audience == Visibility.DRAFT and "fill" in request.args:
        fill_in(form, suggested_for(resource), only_empty=True)
    return _form_page(resource, form)


@bp.post("/library/<int:resource_id>/edit")
@sign_in_required
def save(resource_id: int) -> ResponseReturnValue:
    """Describe it anew, or take over what a file says and go on with the form."""
    resource = get_resource(resource_id, reader=member())
    authorize(member(), Can.EDIT_RESOURCE, resource)
    form = ResourceForm(request.form, data=ResourceForm.filled_with(resource))
    offer_audiences(form, resource)
    if "use" in request.form:
        fill_in(form, suggested_for(resource), only=request.form["use"])
        return _form_page(resource, form)
    if not form.validate():
        return _form_page(resource, form, status=422)
    visibility, group = chosen_audience(form, resource)
    was_draft = resource.visibility is Visibility.DRAFT
    if was_draft and visibility is not Visibility.DRAFT and "another" not in request.form:
        alike = looks_like(form.title.data or "", form.url.data or "", reader=member(), but=resource.id)
        if alike:
            return _form_page(resource, form, alike=alike, status=422)
    try:
        with db.session.begin_nested():
            operations.edit(
                resource,
                form.description(),
                by=member(),
                what_changed=form.what_changed.data or "",
                version=form.version.data,
            )
            operations.publish(resource, visibility=visibility, group=group, by=member())
    except Invalid as error:
        blame(form, error)
        return _form_page(resource, form, status=422)
    flash(_("It is in the library now.") if was_draft else _("That is saved."), "success")
    return see_other(f"/library/{resource.id}")


@bp.get("/library/<int:resource_id>/suggested")
@sign_in_required
def suggested(resource_id: int) -> ResponseReturnValue:
    """What the files of a resource say of themselves, as soon as they were read; asked again and again until then."""
    resource = get_resource(resource_id, reader=member())
    authorize(member(), Can.EDIT_RESOURCE, resource)
    return page(
        "library/suggested.html",
        fragment="suggested",
        resource=resource,
        file_says=differing(resource),
        reading=still_reading(resource),
    )


@bp.get("/library/<int:resource_id>/versions")
def versions(resource_id: int) -> ResponseReturnValue:
    """What a resource was described as before, and what changed each time."""
    resource = get_resource(resource_id, reader=reader())
    return page("library/versions.html", resource=resource, changes=changes_of(resource))


def suggested_for(resource: Resource) -> dict[str, Any]:
    """What the files say, in the names of the form; where two say different things, the first is believed."""
    found: dict[str, Any] = {}
    languages: list[str] = []
    for file in files_of(resource):
        said = file.suggested
        found.setdefault("title", said.get("title"))
        found.setdefault("people", "\n".join(said.get("authors", ())))
        found.setdefault("issued", said.get("issued"))
        if (language := file.language or said.get("language")) and language not in languages:
            languages.append(language)
    return {name: value for name, value in {**found, "languages": languages}.items() if value}


def differing(resource: Resource) -> dict[str, Any]:
    """What the files say otherwise than the description does."""
    now = ResourceForm.filled_with(resource)
    said = suggested_for(resource)
    if set(said.get("languages", ())) <= set(now["languages"]):
        said.pop("languages", None)
    return {name: value for name, value in said.items() if value != now[name]}


def still_reading(resource: Resource) -> bool:
    return any(file.reading in (Reading.WAITING, Reading.READING) for file in files_of(resource))


def fill_in(form: ResourceForm, said: dict[str, Any], *, only: str = "", only_empty: bool = False) -> None:
    """Put what the files say into the form."""
    for name, value in said.items():
        field = form[name]
        if (only and only not in (name, "all")) or (only_empty and field.data and not _guessed(form, name)):
            continue
        field.data = value


def _guessed(form: ResourceForm, name: str) -> bool:
    """Whether the title is still the one a file's name gave it: `fill` is asked for drafts of one file alone."""
    return name == "title" and form.title.data == title_from(request.args.get("fill", ""))


def _form_page(
    resource: Resource, form: ResourceForm, *, alike: list[Resource] | None = None, status: int = 200
) -> ResponseReturnValue:
    offer_audiences(form, resource)
    return page(
        "library/edit.html",
        status=status,
        resource=resource,
        form=form,
        alike=alike or [],
        file_says=differing(resource),
        reading=still_reading(resource),
    )
