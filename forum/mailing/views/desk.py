"""How the mail does, for those who look after the site: numbers, lists, one mail, and mending."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import ParamSpec

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from forum.access.rules import Can, authorize
from forum.accounts.session import member, sign_in_required
from forum.inbound import room
from forum.kernel.errors import Invalid, NotFound, Refused
from forum.kernel.mail import Reason, State, pause_on
from forum.mailing import counting, listing, operations, words
from forum.mailing.forms import PauseForm
from forum.mailing.views.blueprint import bp
from forum.web.filters import from_address
from forum.web.hypermedia import page, see_other
from forum.web.paging import asked_page, no_such_page

P = ParamSpec("P")


def for_operators(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Let only those in who look after the mail; visitors sign in first, others are told that it is not theirs."""

    @wraps(view)
    def at_the_desk(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        authorize(member(), Can.OVERSEE_MAIL)
        return view(*args, **kwargs)

    return sign_in_required(at_the_desk)


@bp.get("/mailing")
@for_operators
def overview() -> ResponseReturnValue:
    """All of it in numbers, and first of all what somebody has to mend."""
    counts = counting.sent_counts()
    return page(
        "mailing/overview.html",
        troubles=counting.troubles(),
        states=counting.folded(counts, 0),
        reasons=[one for one in counting.folded(counts, 0, 1) if one.key[1]],
        kinds=counting.folded(counts, 2),
        deferred=sum(one.week for one in counts if one.key[0] is State.QUEUED and one.key[1]),
        oldest=counting.oldest_waiting(),
        providers=counting.providers(),
        received=counting.received_counts(),
        waiting=room.waiting(),
        room=room,
        deeds=listing.deeds(),
        words=words,
    )


@bp.get("/mailing/outgoing")
@for_operators
def outgoing() -> ResponseReturnValue:
    which = replace(from_address(listing.Which), address=request.args.get("address", "").strip()[:254])
    return page(
        "mailing/outgoing.html",
        fragment="found",
        which=which,
        mails=no_such_page(listing.outgoing(which, number=asked_page())),
        words=words,
    )


@bp.get("/mailing/<int:delivery_id>")
@for_operators
def show(delivery_id: int) -> ResponseReturnValue:
    """One mail: its way so far and its headers. What it says is nobody's business but its reader's."""
    if (delivery := listing.get(delivery_id)) is None:
        raise NotFound
    trouble, headers = "", list[tuple[str, str]]()
    try:
        headers = listing.headers_of(delivery)
    except ValueError as wrong:
        trouble = str(wrong)
    return page(
        "mailing/show.html",
        mail=delivery,
        headers=headers,
        trouble=trouble,
        pause=pause_on(delivery.recipient),
        reports=listing.reports_of(delivery.id),
        deeds=listing.deeds(delivery_id=delivery.id),
        words=words,
        over=operations.OVER,
    )


@bp.post("/mailing/<int:delivery_id>/again")
@for_operators
def send_again(delivery_id: int) -> ResponseReturnValue:
    return _do(operations.send_again, delivery_id, _("It is tried again at once."))


@bp.post("/mailing/<int:delivery_id>/stop")
@for_operators
def stop_one(delivery_id: int) -> ResponseReturnValue:
    return _do(operations.stop, delivery_id, _("It is not sent."))


def _do(deed: Callable[..., None], delivery_id: int, done: str) -> ResponseReturnValue:
    if (delivery := operations.locked(delivery_id)) is None:
        raise NotFound
    try:
        deed(delivery, by=member())
    except Refused as no:
        flash(str(no), "error")
    else:
        flash(done, "success")
    return see_other(f"/mailing/{delivery_id}")


@bp.route("/mailing/release", methods=["GET", "POST"])
@for_operators
def release() -> ResponseReturnValue:
    """Let go of all that is held for one reason; the page asks first, and says how many they are."""
    asked = request.values.get("reason", "")
    held = [one for one in counting.troubles() if one.state is State.HELD and one.reason == asked]
    if request.method == "GET":
        return page("mailing/release.html", held=held[0] if held else None, words=words)
    count = operations.release(Reason(asked), by=member()) if held else 0
    flash(ngettext("%(num)s mail goes now.", "%(num)s mails go now.", count), "success")
    return see_other("/mailing")


@bp.get("/mailing/paused")
@for_operators
def paused() -> ResponseReturnValue:
    return _paused(PauseForm(formdata=None))


def _paused(form: PauseForm, *, status: int = 200) -> ResponseReturnValue:
    search = request.args.get("q", "")[:254]
    return page(
        "mailing/paused.html",
        search=search,
        pauses=no_such_page(listing.paused(search, number=asked_page())),
        form=form,
        words=words,
        status=status,
    )


@bp.post("/mailing/paused")
@for_operators
def pause() -> ResponseReturnValue:
    """Pause an address by hand."""
    return _change(operations.pause, _("Nothing goes to %(address)s any more."))


@bp.post("/mailing/paused/lift")
@for_operators
def lift() -> ResponseReturnValue:
    return _change(operations.lift_pause, _("Mail goes to %(address)s again."))


def _change(deed: Callable[..., None], done: str) -> ResponseReturnValue:
    form = PauseForm()
    if not form.validate_on_submit():
        return _paused(form, status=422)
    try:
        deed(form.address.data or "", words=form.words.data or "", by=member())
    except Invalid as wrong:
        form[wrong.field or "address"].errors = [str(wrong)]
        return _paused(form, status=422)
    except Refused as no:
        form.address.errors = [str(no)]
        return _paused(form, status=422)
    flash(done % {"address": form.address.data}, "success")
    return see_other("/mailing/paused")
