"""How I hear from the forum: when the digest comes, what it would say, what it said, and how it stops."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, flash, request
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, format_date
from flask_babel import gettext as _

from forum.accounts.session import member, sign_in_required
from forum.accounts.zones import NOT_SAID, zone_in_words
from forum.kernel import clock
from forum.kernel.errors import Invalid, NotFound
from forum.notifications import operations, tokens
from forum.notifications.choosing import group_choices, tag_choices, take
from forum.notifications.duties import duties_of
from forum.notifications.estimating import usual_at_once
from forum.notifications.following import take_follows, what_is_followed
from forum.notifications.forms import FREQUENCIES, LEVELS, MailForm
from forum.notifications.models import Frequency
from forum.notifications.preparing import letter_of, look
from forum.notifications.queries import digest_of, estimates, latest_digests
from forum.notifications.stopping import what_it_stops
from forum.notifications.tokens import Purpose, Token
from forum.web.hypermedia import page, see_other
from forum.web.languages import chosen
from forum.web.paging import asked_page, no_such_page

bp = Blueprint("notifications", __name__)
STOPPING = {each for each in Purpose if each.name.startswith("STOP_")}
MONDAY = date(2024, 1, 1)


@bp.route("/me/settings/mail", methods=["GET", "POST"])
@sign_in_required
def mail() -> ResponseReturnValue:
    """When the digest comes, how much of each group is in it, and what that means in mails and kilobytes."""
    form = _form()
    if request.method == "GET" or not form.validate():
        return _page(form)
    try:
        operations.choose_mail(
            by=member(),
            frequency=Frequency(form.frequency.data),
            hour=form.hour.data,
            weekday=form.weekday.data,
            paused_until=form.paused_until.data,
            discreet=form.discreet.data,
            at_once=form.at_once.data,
        )
    except Invalid as wrong:
        form.paused_until.errors = [str(wrong)]
        return _page(form)
    take(member(), request.form)
    take_follows(member(), request.form)
    flash(_("Saved."), "success")
    return see_other("/me/settings/mail")


def _form() -> MailForm:
    choice = operations.peek(member())
    form = MailForm(request.form if request.method == "POST" else None, obj=choice)
    if request.method == "GET":
        form.frequency.data = choice.frequency.value
    form.weekday.choices = [(day, format_date(date(2024, 1, 1 + day), "EEEE")) for day in range(7)]
    return form


def _page(form: MailForm) -> ResponseReturnValue:
    return page(
        "notifications/mail.html",
        here=zone_in_words(member().time_zone, chosen(), clock.now()),
        is_here_known=member().time_zone != NOT_SAID,
        put_off_until=operations.put_off_until(member()),
        form=form,
        status=422 if form.errors else 200,
        groups=group_choices(member(), chosen()),
        tags=tag_choices(member(), chosen()),
        follows=what_is_followed(member()),
        at_once=usual_at_once(member()),
        estimates=lambda: estimates(reader=member()),
        frequencies=dict(FREQUENCIES),
        choice=operations.peek(member()),
        digests=latest_digests(reader=member(), limit=10),
    )


@bp.get("/me/follows")
@sign_in_required
def follows() -> ResponseReturnValue:
    """All that I follow: found by words and level, and changed."""
    asked = {"words": request.args.get("q", ""), "level": request.args.get("level", "")}
    found = no_such_page(what_is_followed(member(), **asked, number=asked_page()))
    return page("notifications/follows.html", fragment="found", follows=found, asked=asked, levels=LEVELS)


@bp.post("/me/follows")
@sign_in_required
def change_follows() -> ResponseReturnValue:
    take_follows(member(), request.form)
    flash(_("Saved."), "success")
    return see_other(f"/me/follows?{request.query_string.decode('latin-1')}".rstrip("?"))


@bp.get("/me/settings/mail/preview")
@sign_in_required
def preview() -> ResponseReturnValue:
    """The next digest as it would be if it came now; with ?part=html as the mail program would show it."""
    choice = operations.peek(member())
    with force_locale(member().language):
        prepared = look(member(), choice, until=clock.now())
    letter = letter_of(member(), choice, prepared, key="preview") if prepared.is_worth_a_mail else None
    if request.args.get("part") == "html" and letter:
        return _alone(letter.html)
    return page("notifications/preview.html", letter=letter, choice=choice)


def _alone(html: str) -> Response:
    """A mail's HTML by itself, for a frame that can do nothing."""
    policy = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return Response(html, headers={"Content-Security-Policy": policy, "Cache-Control": "private, no-store"})


@bp.get("/me/digests/<day>")
@sign_in_required
def digest(day: str) -> ResponseReturnValue:
    """Everything of the window of one digest, as it can be seen now."""
    try:
        found, lines = digest_of(date.fromisoformat(day), reader=member())
    except ValueError:
        raise NotFound from None
    return page("notifications/digest.html", digest=found, lines=lines, duties=duties_of(member(), at=found.until))


@bp.post("/me/settings/mail/start")
@sign_in_required
def start_again() -> ResponseReturnValue:
    operations.start_again(by=member())
    flash(_("Mail comes again."), "success")
    return see_other("/me/settings/mail")


@bp.post("/me/settings/mail/remind")
@sign_in_required
def remind_again() -> ResponseReturnValue:
    operations.remind_again(by=member())
    flash(_("The digest tells again what waits for you."), "success")
    return see_other("/me/settings/mail")


@bp.get("/unsubscribe/<token>")
def unsubscribe(token: str) -> ResponseReturnValue:
    """What one click would stop. Opening the page changes nothing: mail scanners open every link."""
    if (found := _read(token)) is None:
        return page("notifications/stops_nothing.html", status=404)
    return page("notifications/unsubscribe.html", token=token, what=what_it_stops(found, chosen()), state="", was="")


@bp.post("/unsubscribe/<token>")
def stop(token: str) -> ResponseReturnValue:
    """Stop it: for mail programs too, which bear neither cookie nor form token (RFC 8058). Or let it come again after all."""
    if (found := _read(token)) is None:
        return page("notifications/stops_nothing.html", status=404)
    state, was = "stopped", ""
    if "undo" in request.form:
        state = "resumed"
        operations.resume(found, request.form.get("was", ""))
    else:
        was = operations.stop(found)
    what = what_it_stops(found, chosen())
    return page("notifications/unsubscribe.html", token=token, what=what, state=state, was=was)


def _read(token: str) -> Token | None:
    """What a link stops; nothing where it was cut off on its way."""
    found = tokens.read(token)
    return found if found and found.purpose in STOPPING else None
