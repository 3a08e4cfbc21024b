"""One's own page, and one's own data: to look at, to take along, to erase."""

from __future__ import annotations

import json

from flask import Blueprint, Response, flash, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import logout_user
from flask_security import auth_required
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from forum.accounts.forms import EraseForm
from forum.accounts.session import member, sign_in_required
from forum.community.directory import portrait_of
from forum.community.models import Group, Membership
from forum.community.operations import leave
from forum.home.along import everything_about
from forum.kernel.db import db
from forum.web.hypermedia import page, see_other

bp = Blueprint("me", __name__)


@bp.get("/me")
@sign_in_required
def show() -> ResponseReturnValue:
    group = selectinload(Membership.group)
    names = (group.joinedload(Group.region), group.joinedload(Group.theme))  # a group may be called after either
    mine = select(Membership).where(Membership.member_id == member().id).options(*names)
    return page(
        "me/show.html",
        person=portrait_of(member().handle, reader=member()),
        memberships=db.session.scalars(mine.order_by(Membership.requested_at)).all(),
    )


@bp.get("/me/settings/account")
@sign_in_required
def account() -> ResponseReturnValue:
    return page("me/account.html", form=EraseForm())


@bp.get("/me/export.json")
@sign_in_required
def export() -> ResponseReturnValue:
    body = json.dumps(everything_about(member()), ensure_ascii=False, indent=2)
    return Response(
        body,
        mimetype="application/json",
        headers={
            "Content-Disposition": f'attachment; filename="{member().handle}.json"',
            "Cache-Control": "private, no-store",
        },
    )


@bp.post("/me/settings/account/erase")
@auth_required("session", within=30, grace=10)
def erase() -> ResponseReturnValue:
    form = EraseForm()
    if not form.validate_on_submit():
        return page("me/account.html", form=form, status=422)
    leave(member())
    session.pop("sid", None)
    logout_user()
    flash(_("Your account is erased. What you said stays, without your name. Thank you for having been here."))
    return see_other("/")
