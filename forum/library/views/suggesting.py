"""Suggesting an edit, and the queue of those who answer."""

from __future__ import annotations

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from forum.access.rules import Can, authorize
from forum.accounts.session import member, sign_in_required
from forum.kernel.errors import Invalid
from forum.library import operations
from forum.library.forms import SuggestionForm
from forum.library.history import get_suggestion, open_suggestions, suggested_differences, suggestions_by
from forum.library.models import Resource
from forum.library.queries import get_resource
from forum.library.views.blueprint import bp
from forum.web.hypermedia import page, see_other
from forum.web.limits import limited


@bp.get("/library/<int:resource_id>/suggest")
@sign_in_required
def suggest(resource_id: int) -> ResponseReturnValue:
    """The form to suggest another description."""
    resource = get_resource(resource_id, reader=member())
    authorize(member(), Can.SUGGEST_EDIT, resource)
    return _form_page(resource, SuggestionForm(data=SuggestionForm.filled_with(resource)))


@bp.post("/library/<int:resource_id>/suggest")
@sign_in_required
@limited("30 per hour")
def send_suggestion(resource_id: int) -> ResponseReturnValue:
    """Send it to whoever may change the resource."""
    resource = get_resource(resource_id, reader=member())
    form = SuggestionForm(request.form, data=SuggestionForm.filled_with(resource))
    if not form.validate():
        return _form_page(resource, form, status=422)
    try:
        operations.suggest(resource, form.description(), reason=form.what_changed.data or "", by=member())
    except Invalid as error:
        form[error.field or "title"].errors = [str(error)]
        return _form_page(resource, form, status=422)
    flash(_("Thank you. Somebody will look at it, and you will hear by mail what became of it."), "success")
    return see_other(f"/library/{resource.id}")


@bp.get("/library/suggestions")
@sign_in_required
def suggestions() -> ResponseReturnValue:
    """What waits for this member's answer, and what they suggested themselves."""
    return _queue()


@bp.post("/library/suggestions/<int:suggestion_id>/accept")
@sign_in_required
def accept(suggestion_id: int) -> ResponseReturnValue:
    """Make the change."""
    suggestion = get_suggestion(suggestion_id, reader=member())
    operations.accept(suggestion, by=member(), answer=request.form.get("answer", ""))
    flash(_("The change is made, and its author is told."), "success")
    return see_other("/library/suggestions")


@bp.post("/library/suggestions/<int:suggestion_id>/decline")
@sign_in_required
def decline(suggestion_id: int) -> ResponseReturnValue:
    """Leave it as it is, with a reason."""
    suggestion = get_suggestion(suggestion_id, reader=member())
    try:
        operations.decline(suggestion, by=member(), answer=request.form.get("answer", ""))
    except Invalid as error:
        return _queue(about=suggestion_id, error=str(error), status=422)
    flash(_("It stays as it is, and its author is told why."), "success")
    return see_other("/library/suggestions")


def _queue(*, about: int = 0, error: str = "", status: int = 200) -> ResponseReturnValue:
    waiting = [(row, suggested_differences(row)) for row in open_suggestions(reader=member())]
    return page(
        "library/suggestions.html",
        waiting=waiting,
        mine=suggestions_by(member()),
        about=about,
        error=error,
        status=status,
    )


def _form_page(resource: Resource, form: SuggestionForm, *, status: int = 200) -> ResponseReturnValue:
    return page("library/suggest.html", status=status, resource=resource, form=form)
