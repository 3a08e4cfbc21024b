"""Looking after a thread: close, pin, move, call it something else."""

from __future__ import annotations

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from forum.access.rules import Can, authorize
from forum.accounts.session import member, sign_in_required
from forum.catalogue.asked import asked_entries
from forum.threads import operations
from forum.threads.forms import MoveForm, TitleForm
from forum.threads.models import Thread
from forum.threads.queries import all_groups, filed, get_thread
from forum.threads.views.blueprint import bp
from forum.threads.views.choices import offer_tags
from forum.web.hypermedia import page, see_other
from forum.web.languages import chosen


@bp.post("/threads/<int:thread_id>/close")
@sign_in_required
def close(thread_id: int) -> ResponseReturnValue:
    operations.close(_found(thread_id), by=member())
    return _done(thread_id, _("The thread is closed."))


@bp.post("/threads/<int:thread_id>/reopen")
@sign_in_required
def reopen(thread_id: int) -> ResponseReturnValue:
    operations.reopen(_found(thread_id), by=member())
    return _done(thread_id, _("The thread is open again."))


@bp.post("/threads/<int:thread_id>/pin")
@sign_in_required
def pin(thread_id: int) -> ResponseReturnValue:
    operations.pin(_found(thread_id), by=member())
    return _done(thread_id, _("The thread is pinned to the top of its group."))


@bp.post("/threads/<int:thread_id>/unpin")
@sign_in_required
def unpin(thread_id: int) -> ResponseReturnValue:
    operations.unpin(_found(thread_id), by=member())
    return _done(thread_id, _("The thread is no longer pinned."))


@bp.route("/threads/<int:thread_id>/move", methods=["GET", "POST"])
@sign_in_required
def move(thread_id: int) -> ResponseReturnValue:
    """Move a thread to another group."""
    thread = _found(thread_id)
    authorize(member(), Can.MOVE, thread)
    groups, form = {g.slug: g for g in all_groups()}, MoveForm(request.form)
    form.group.choices = [(slug, g.label(chosen())) for slug, g in groups.items() if g.id != thread.group_id]
    if request.method == "GET" or not form.validate():
        return page("threads/move.html", thread=thread, form=form, status=200 if request.method == "GET" else 422)
    operations.move(thread, to=groups[form.group.data], by=member())
    return _done(thread_id, _("The thread has moved."))


@bp.route("/threads/<int:thread_id>/edit", methods=["GET", "POST"])
@sign_in_required
def retitle(thread_id: int) -> ResponseReturnValue:
    """Change the title, and what a thread is filed under."""
    thread = _found(thread_id)
    authorize(member(), Can.RETITLE, thread)
    now = filed(thread, reader=member())
    form = TitleForm(
        request.form,
        title=thread.title,
        language=thread.language,
        about=", ".join(e.reference or str(e.id) for e in now.about),
        regions=[r.id for r in now.regions],
        themes=[t.id for t in now.themes],
    )
    offer_tags(form)
    about = asked_entries(form.about.data or "", reader=member())
    valid = request.method == "POST" and form.validate()
    if not valid or about.unknown:
        status = 200 if request.method == "GET" else 422
        return page("threads/edit.html", thread=thread, form=form, about=about, status=status)
    operations.retitle(
        thread,
        title=form.title.data or "",
        language=form.language.data,
        regions=form.regions.data or [],
        themes=form.themes.data or [],
        about=[e.id for e in about.found],
        by=member(),
    )
    return see_other(f"/threads/{thread_id}")


def _found(thread_id: int) -> Thread:
    return get_thread(thread_id, reader=member()).thread


def _done(thread_id: int, sentence: str) -> ResponseReturnValue:
    flash(sentence, "success")
    return see_other(f"/threads/{thread_id}")
