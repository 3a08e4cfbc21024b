"""Files of a resource: fetched by whoever may have them, added, replaced, removed."""

from __future__ import annotations

from urllib.parse import quote

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from forum.access.rules import Can, authorize
from forum.accounts.session import member, reader, sign_in_required
from forum.library import operations
from forum.library.forms import FileForm
from forum.library.holdings import get_file, may_have_files
from forum.library.models import Resource, ResourceFile
from forum.library.queries import get_resource
from forum.library.receiving import MEGABYTES
from forum.library.views.blueprint import bp
from forum.library.views.sending import send
from forum.library.views.taking import Sent, take_files_in
from forum.web.hypermedia import page, see_other
from forum.web.limits import limited
from forum.web.transactions import keep_despite_errors
from forum.web.uploads import takes_files


def address_of(file: ResourceFile) -> str:
    """Where a file is fetched."""
    return f"/library/{file.resource_id}/files/{file.number}/{quote(file.name)}"


@bp.get("/library/<int:resource_id>/files/<int:number>/<path:name>")
def file(resource_id: int, number: int, name: str) -> ResponseReturnValue:
    """The bytes of one file, if this reader may see its resource and the licence lets us pass it on."""
    resource = get_resource(resource_id, reader=reader())
    found = get_file(resource, number)
    if not may_have_files(resource, reader()):
        return page("library/record_only.html", resource=resource, file=found, status=403)
    if name != found.name:
        return redirect(address_of(found) + ("?view" if "view" in request.args else ""), 301)
    return send(found, inline="view" in request.args)


@bp.get("/library/<int:resource_id>/files/new")
@sign_in_required
def new_file(resource_id: int) -> ResponseReturnValue:
    """The form to add files to a resource, or, with `replaces`, a later version of one."""
    resource = get_resource(resource_id, reader=member())
    authorize(member(), Can.EDIT_RESOURCE, resource)
    return _form_page(resource, FileForm(replaces=request.args.get("replaces", "")), Sent())


@bp.post("/library/<int:resource_id>/files/new")
@takes_files
@sign_in_required
@limited("120 per hour")
def add_file(resource_id: int) -> ResponseReturnValue:
    """Add the files that were sent, or go on with the form."""
    authorize(member(), Can.EDIT_RESOURCE, get_resource(resource_id, reader=member()))
    sent = take_files_in()
    resource, form = get_resource(resource_id, reader=member()), FileForm(request.form)
    keep_despite_errors()
    replaced = _replaced(resource, form)
    if not sent.pending and not sent.errors:
        sent.errors.append(_("Choose a file."))
    if sent.only_took_in or sent.errors or not form.validate():
        return _form_page(resource, form, sent, status=200 if sent.only_took_in else 422)
    for waiting in sent.pending:
        if replaced is not None:
            replaced = operations.replace_file(
                replaced, waiting, by=member(), note=form.note.data or "", language=form.language.data
            )
        else:
            operations.add_file(resource, waiting, by=member(), note=form.note.data or "", language=form.language.data)
    flash(_("It is there, and is being read: soon its pages can be searched."), "success")
    return see_other(f"/library/{resource.id}#files")


@bp.post("/library/<int:resource_id>/files/<int:number>/remove")
@sign_in_required
def remove_file(resource_id: int, number: int) -> ResponseReturnValue:
    """Take a file out of a resource."""
    found = get_file(get_resource(resource_id, reader=member()), number)
    operations.remove_file(found, by=member())
    flash(_("The file is removed."), "success")
    return see_other(f"/library/{resource_id}#files")


def _replaced(resource: Resource, form: FileForm) -> ResourceFile | None:
    typed = form.replaces.data or ""
    return get_file(resource, int(typed)) if typed.isascii() and typed.isdigit() else None


def _form_page(resource: Resource, form: FileForm, sent: Sent, *, status: int = 200) -> ResponseReturnValue:
    replaced = _replaced(resource, form)
    return page(
        "library/new_file.html",
        status=status,
        resource=resource,
        form=form,
        sent=sent,
        replaced=replaced,
        most=MEGABYTES,
    )
