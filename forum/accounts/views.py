"""Pages around one's own account that Flask-Security does not bring."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from forum.accounts import operations
from forum.accounts.browsers import browser_name
from forum.accounts.forms import CHARTER_VERSION, InviteForm, LanguageForm
from forum.accounts.models import Invitation
from forum.accounts.queries import invitations_by, sessions_of
from forum.accounts.session import member, sign_in_required
from forum.kernel.db import db
from forum.kernel.errors import NotFound
from forum.web.hypermedia import page, see_other
from forum.web.limits import limited

bp = Blueprint("accounts", __name__)


@bp.get("/sign-up/done")
def signed_up() -> ResponseReturnValue:
    return page("accounts/signed_up.html", sign_up=current_app.config["SIGN_UP"])


@bp.get("/charter")
def charter() -> ResponseReturnValue:
    return page("accounts/charter.html", version=CHARTER_VERSION)


@bp.get("/privacy")
def privacy() -> ResponseReturnValue:
    return page("accounts/privacy.html")


@bp.get("/me/settings")
@sign_in_required
def settings() -> ResponseReturnValue:
    return see_other("/me/settings/profile")


@bp.get("/me/settings/security")
@sign_in_required
def security() -> ResponseReturnValue:
    return page(
        "accounts/security.html", sessions=sessions_of(member()), here=session.get("sid"), browser_name=browser_name
    )


@bp.post("/me/settings/sessions/<session_id>/end")
@sign_in_required
def end_session(session_id: str) -> ResponseReturnValue:
    operations.end_session(session_id, by=member())
    flash(_("That browser has been signed out."))
    return see_other("/me/settings/security")


@bp.post("/me/settings/sessions/end-others")
@sign_in_required
def end_other_sessions() -> ResponseReturnValue:
    operations.end_sessions(member(), but=session.get("sid"))
    flash(_("Every other browser has been signed out."))
    return see_other("/me/settings/security")


@bp.route("/me/settings/language", methods=["GET", "POST"])
@sign_in_required
def language() -> ResponseReturnValue:
    form = LanguageForm(obj=member())
    if form.validate_on_submit():
        operations.settle_in(member(), language=form.language.data, time_zone=form.time_zone.data)
        flash(_("Saved."))
        answer = current_app.make_response(see_other("/me/settings/language"))
        answer.delete_cookie("language")  # the choice of a visitor; the member's own counts from here
        return answer
    return page("accounts/language.html", form=form, status=422 if form.errors else 200)


@bp.route("/me/invitations", methods=["GET", "POST"])
@sign_in_required
@limited("20 per hour")
def invitations() -> ResponseReturnValue:
    form, token, address = InviteForm(), None, ""
    if form.validate_on_submit():
        address, form.email.data = form.email.data or "", ""
        token = operations.invite(by=member(), email=address or None)
    made = invitations_by(member())
    status = 422 if form.errors else 200
    return page(
        "accounts/invitations.html", form=form, token=token, written_to=address, invitations=made, status=status
    )


@bp.post("/me/invitations/<int:invitation_id>/withdraw")
@sign_in_required
def withdraw_invitation(invitation_id: int) -> ResponseReturnValue:
    invitation = db.session.get(Invitation, invitation_id)
    if invitation is None or invitation.invited_by_id != member().id:
        raise NotFound
    operations.withdraw(invitation, by=member())
    return see_other("/me/invitations")
