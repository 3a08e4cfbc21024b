"""What I sent by mail; "was this you?"; what moderators decide; and how to write by mail."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from flask import Blueprint, flash, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from forum.access.rules import Can, authorize
from forum.accounts.forms import RefuseForm
from forum.accounts.session import member, reader, sign_in_required
from forum.community.belonging import groups_to_post_in
from forum.inbound import operations, words
from forum.inbound.belonging import Stands
from forum.inbound.holding import about, say, say_of, shown
from forum.inbound.models import MailLine, MailWords
from forum.inbound.orders import Order, words_for
from forum.inbound.queries import (
    for_operators,
    get_held,
    get_received,
    held_mails,
    lately_refused,
    mine_held,
    question_of,
    received_of,
    words_of,
)
from forum.kernel.errors import Invalid, Refused
from forum.notifications.addresses import answering_domain, group_address
from forum.web.hypermedia import page, see_other
from forum.web.paging import asked_page, no_such_page

bp = Blueprint("inbound", __name__)
P = ParamSpec("P")
#: What can be ordered by mail, in the order the help tells it.
TOLD = (Order.FOLLOW, Order.MUTE, Order.STOP, Order.LATER, Order.DONE, Order.UNDO, Order.HELP, Order.JOIN)


def for_judges(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Let only those in who may decide about mail of others."""

    @wraps(view)
    def at_the_desk(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        authorize(member(), Can.JUDGE_MAIL)
        return view(*args, **kwargs)

    return sign_in_required(at_the_desk)


@bp.get("/me/mail/received")
@sign_in_required
def received() -> ResponseReturnValue:
    """Everything I sent by mail, and what became of it."""
    mails = no_such_page(received_of(member(), number=asked_page()))
    return page("inbound/received.html", mails=mails, words=words, domain=answering_domain())


@bp.get("/me/mail/received/<int:received_id>")
@sign_in_required
def show(received_id: int) -> ResponseReturnValue:
    return page("inbound/show.html", mail=get_received(received_id, reader=member()), words=words)


@bp.post("/me/mail/received/<int:received_id>/open")
@sign_in_required
def open_in_form(received_id: int) -> ResponseReturnValue:
    """Go on with the words of a mail in the form they belong in."""
    try:
        place = operations.into_draft(_asked_words(received_id), by=member())
    except (Invalid, Refused) as trouble:
        flash(str(trouble), "error")
        return see_other(f"/me/mail/received/{received_id}")
    kind, _colon, where = place.partition(":")
    return see_other(f"/threads/{where}/replies" if kind == "thread" else f"/threads/new?group={where}")


@bp.post("/me/mail/received/<int:received_id>/join")
@sign_in_required
def join_and_open(received_id: int) -> ResponseReturnValue:
    """Join the group that refused my words, and go on with them there; where somebody must answer first, they wait."""
    if operations.join_for(_asked_words(received_id), by=member()) is Stands.INSIDE:
        return open_in_form(received_id)
    return see_other(f"/me/mail/received/{received_id}")


def _asked_words(received_id: int) -> MailWords | MailLine:
    """Those of the line a button names, or of the whole mail."""
    return words_of(received_id, line=request.form.get("line", 0, type=int), reader=member())


@bp.post("/me/mail/received/<int:received_id>/sure")
@sign_in_required
def say_here(received_id: int) -> ResponseReturnValue:
    """Whether a mail that waits is mine. Who is signed in need not look for the mail that asks. The first word holds."""
    said, held = request.form.get("answer"), mine_held(received_id, reader=member())
    if held and said in ("yes", "no"):
        say_of(held, was_theirs=said == "yes")
        gone = _("You said no. It was thrown away, and nothing of it was posted.")
        flash(_("It is being posted.") if said == "yes" else gone, "success")
    return see_other(f"/me/mail/received/{received_id}")


@bp.get("/me/mail/sure/<token>")
def sure(token: str) -> ResponseReturnValue:
    """What waits for a word. Opening the page decides nothing: mail scanners open every link."""
    question = question_of(token)
    waiting = [shown(held.received) for held in about(question)]
    return page("inbound/sure.html", question=question, waiting=waiting, token=token)


@bp.post("/me/mail/sure/<token>")
def answer_sure(token: str) -> ResponseReturnValue:
    if (said := request.form.get("answer")) in ("yes", "no"):
        say(question_of(token), was_theirs=said == "yes")
    return see_other(f"/me/mail/sure/{token}")


@bp.get("/moderation/mail")
@for_judges
def queue() -> ResponseReturnValue:
    return _queue(RefuseForm())


@bp.post("/moderation/mail/<int:received_id>/pass")
@for_judges
def pass_on(received_id: int) -> ResponseReturnValue:
    operations.pass_on(get_held(received_id), by=member())
    flash(_("It is being posted."), "success")
    return see_other("/moderation/mail")


@bp.post("/moderation/mail/<int:received_id>/refuse")
@for_judges
def refuse(received_id: int) -> ResponseReturnValue:
    held, form = get_held(received_id), RefuseForm()
    if not form.validate_on_submit():
        return _queue(form, concerning=received_id, status=422)
    operations.turn_down(held, reason=form.reason.data or "", by=member())
    flash(_("It is not posted, and its member is told why by mail."), "success")
    return see_other("/moderation/mail")


def _queue(form: RefuseForm, *, concerning: int | None = None, status: int = 200) -> ResponseReturnValue:
    return page(
        "inbound/queue.html",
        status=status,
        waiting=held_mails(),
        counts=lately_refused(),
        to_operators=for_operators(),
        form=form,
        concerning=concerning,
        words=words,
    )


@bp.get("/help/mail")
def help_page() -> ResponseReturnValue:
    """How to take part without opening the site."""
    asking = reader()
    groups = groups_to_post_in(asking) if asking and answering_domain() else []
    return page(
        "inbound/help.html",
        domain=answering_domain(),
        groups=[(group, group_address(group.slug)) for group in groups],
        orders=[(order, *words_for(order, get_locale().language)) for order in TOLD],
    )
