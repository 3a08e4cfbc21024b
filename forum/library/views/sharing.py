"""Sharing a resource: the form, files that wait for it, and what is here already."""

from __future__ import annotations

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from forum.accounts.session import member, sign_in_required
from forum.entries.models import Visibility
from forum.kernel.db import db
from forum.kernel.errors import Invalid
from forum.library import operations
from forum.library.forms import ResourceForm
from forum.library.likeness import looks_like
from forum.library.models import Resource
from forum.library.operations import AlreadyHere
from forum.library.receiving import MEGABYTES, title_from
from forum.library.views.audiences import chosen_audience, offer_audiences
from forum.library.views.blueprint import bp
from forum.library.views.taking import Sent, take_files_in
from forum.web.hypermedia import page, see_other
from forum.web.limits import limited
from forum.web.uploads import takes_files


@bp.get("/library/new")
@sign_in_required
def new() -> ResponseReturnValue:
    """The form to share a file, an address, or both."""
    form = ResourceForm(
        language=member().language, url=request.args.get("url", "")[:2000], title=request.args.get("title", "")[:400]
    )
    return _form_page(form, Sent())


@bp.post("/library/new")
@takes_files
@sign_in_required
@limited("60 per hour")
def share() -> ResponseReturnValue:
    """Share it, or go on with the form; files that came are kept either way."""
    sent = take_files_in()
    form = ResourceForm(request.form)
    offer_audiences(form)
    guessed = _guess_the_title(form, sent)
    if sent.only_took_in:
        return _form_page(form, sent)
    valid = form.validate() and not guessed
    if not valid or sent.errors:
        if guessed:
            form.title.errors = [_("We took this from the file's name. Put it right, then share it.")]
        return _form_page(form, sent, status=422)
    draft = "first" in request.form
    alike = looks_like(form.title.data or "", form.url.data or "", reader=member())
    if alike and not draft and "another" not in request.form:
        return _form_page(form, sent, alike=alike, status=422)
    visibility, group = chosen_audience(form)
    try:
        with db.session.begin_nested():
            resource = operations.share(
                form.description(),
                by=member(),
                visibility=Visibility.DRAFT if draft else visibility,
                group=group,
                files=sent.pending,
            )
    except AlreadyHere as found:
        sent.here.append(found)
        sent.errors.append(str(found))
        return _form_page(form, sent, status=422)
    except Invalid as error:
        if error.field == "files":
            sent.errors.append(str(error))
        else:
            blame(form, error)
        return _form_page(form, sent, status=422)
    if draft:
        return see_other(f"/library/{resource.id}/edit")
    flash(_("Thank you. It is in the library now."), "success")
    return see_other(f"/library/{resource.id}")


@bp.post("/library/uploads")
@takes_files
@sign_in_required
@limited("240 per hour")
def upload() -> ResponseReturnValue:
    """Take in files ahead of their form; answers with the list of those that wait. The way of static/upload.js."""
    sent = take_files_in()
    status = 422 if sent.errors else 200
    return page("library/waiting.html", fragment="waiting", sent=sent, status=status, most=MEGABYTES)


@bp.get("/library/alike")
@sign_in_required
def alike() -> ResponseReturnValue:
    """What looks like the title or address typed so far."""
    but = request.args.get("but", "")
    found = looks_like(
        request.args.get("title", "")[: Resource.TITLE_LENGTH],
        request.args.get("url", "")[:2000],
        reader=member(),
        but=int(but) if but.isascii() and but.isdigit() else None,
    )
    return page("library/alike.html", fragment="alike", found=found)


def blame(form: ResourceForm, error: Invalid) -> None:
    """Put what the domain found wrong beside its field."""
    field = getattr(form, error.field or "title", form.title)
    field.errors = [*field.errors, str(error)]


def _guess_the_title(form: ResourceForm, sent: Sent) -> bool:
    """Begin with the name of the first file where nobody gave a title; tells whether it did, and they should look."""
    if form.title.data or not sent.pending:
        return False
    form.title.data = title_from(sent.pending[0].name)
    form.title.raw_data = [form.title.data]
    return "first" not in request.form


def _form_page(
    form: ResourceForm, sent: Sent, *, alike: list[Resource] | None = None, status: int = 200
) -> ResponseReturnValue:
    offer_audiences(form)
    return page("library/new.html", status=status, form=form, sent=sent, alike=alike or [], most=MEGABYTES)
