"""What members are still writing."""

from __future__ import annotations

from typing import Any

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from forum.accounts.session import member, sign_in_required
from forum.kernel.errors import Invalid, NotFound
from forum.threads import operations
from forum.threads.forms import DraftForm
from forum.threads.queries import draft_for, drafts_of
from forum.threads.views.blueprint import bp
from forum.web.hypermedia import page, see_other, wants_fragment


@bp.get("/me/drafts")
@sign_in_required
def drafts() -> ResponseReturnValue:
    """Everything the member is still writing."""
    return page("threads/drafts.html", drafts=[(d, place_url(d.place)) for d in drafts_of(member())])


@bp.post("/drafts")
@sign_in_required
def save_draft() -> ResponseReturnValue:
    """Keep what is in a form. A tab that does not know the latest version gets a notice, and a choice."""
    form = DraftForm(request.form)
    if not form.validate():
        raise Invalid(_("This draft does not say which form it belongs to."))
    place, version = form.place.data or "", form.draft_version.data or 0
    back = place_url(place)
    try:
        saved = operations.save_draft(
            place,
            title=form.title.data or "",
            body=form.body.data or "",
            version=version if form.draft_overwrite.data is None else form.draft_overwrite.data,
            by=member(),
        )
    except Invalid as too_long:
        return _not_saved(form, version, sentence=str(too_long))
    if saved.conflict:
        return _not_saved(form, version, saved=saved, kept=draft_for(place, reader=member()))
    if wants_fragment():
        return page("threads/draft.html", fragment="draft", form=form, saved=saved, kept=None, version=0, sentence="")
    flash(_("Your draft is saved. Only you can see it."), "success")
    return see_other(back)


def _not_saved(form: DraftForm, version: int, **more: Any) -> ResponseReturnValue:
    """The text is still in the tab; say why it is not in the draft, beside it."""
    context = {"saved": None, "kept": None, "sentence": "", **more}
    return page("threads/draft.html", fragment="draft", status=422, form=form, version=version, **context)


@bp.post("/drafts/discard")
@sign_in_required
def discard_draft() -> ResponseReturnValue:
    place = request.form.get("place", "")
    back = place_url(place)
    operations.discard_draft(place, by=member())
    flash(_("The draft is gone."), "success")
    return see_other("/me/drafts" if "list" in request.form else back)


def place_url(place: str) -> str:
    """The page of the form a draft belongs to.

    Raises:
        NotFound: no form has this name.
    """
    kind, _colon, where = place.partition(":")
    thread, _dot, number = where.partition(".")
    if place == "new":
        return "/threads/new"
    if kind == "thread" and _is_id(thread) and not number:
        return f"/threads/{thread}/replies"
    if kind == "post" and _is_id(thread) and _is_id(number):
        return f"/threads/{thread}/posts/{number}/edit"
    raise NotFound


def _is_id(written: str) -> bool:
    return written.isascii() and written.isdigit() and len(written) < 10
