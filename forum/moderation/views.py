"""The moderators' desk: newcomers who wait for an answer."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from flask import Blueprint, flash
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from forum.access.rules import Can, authorize, may
from forum.accounts import operations
from forum.accounts.forms import RefuseForm
from forum.accounts.models import Member
from forum.accounts.queries import inviters_of, members_waiting
from forum.accounts.session import member, sign_in_required
from forum.kernel.db import db
from forum.kernel.errors import NotFound
from forum.kernel.mail import held_mails
from forum.web.hypermedia import page, see_other

bp = Blueprint("moderation", __name__)
P = ParamSpec("P")


def for_moderators(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Let only those in who may admit newcomers; visitors sign in first, members are told it is not theirs."""

    @wraps(view)
    def at_the_desk(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        authorize(member(), Can.APPROVE_MEMBERS)
        return view(*args, **kwargs)

    return sign_in_required(at_the_desk)


@bp.get("/moderation")
@for_moderators
def index() -> ResponseReturnValue:
    return _queue(RefuseForm())


@bp.post("/moderation/members/<int:member_id>/approve")
@for_moderators
def approve(member_id: int) -> ResponseReturnValue:
    newcomer = _newcomer(member_id)
    operations.approve(newcomer, by=member())
    flash(_("%(name)s has been admitted and is told by mail.", name=newcomer.name))
    return see_other("/moderation")


@bp.post("/moderation/members/<int:member_id>/refuse")
@for_moderators
def refuse(member_id: int) -> ResponseReturnValue:
    newcomer, form = _newcomer(member_id), RefuseForm()
    if not form.validate_on_submit():
        return _queue(form, about=member_id, status=422)
    operations.refuse(newcomer, by=member(), reason=form.reason.data or "")
    flash(_("%(name)s has been refused and is told why by mail.", name=newcomer.name))
    return see_other("/moderation")


def _newcomer(member_id: int) -> Member:
    found = db.session.get(Member, member_id)
    if found is None or found.confirmed_at is None or found.erased_at is not None:
        raise NotFound
    return found


def _queue(form: RefuseForm, *, about: int | None = None, status: int = 200) -> ResponseReturnValue:
    waiting = members_waiting()
    return page(
        "moderation/index.html",
        waiting=waiting,
        inviters=inviters_of(waiting),
        form=form,
        about=about,
        mail_held=held_mails() if may(member(), Can.OVERSEE_MAIL) else 0,
        status=status,
    )
