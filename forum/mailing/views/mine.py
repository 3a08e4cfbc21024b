"""Why did I not get it? What became of each mail to me, and how I let mail come again."""

from __future__ import annotations

from flask import current_app, flash
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from forum.accounts.session import member, page_to_return_to, sign_in_required
from forum.kernel import mail
from forum.mailing import operations, words
from forum.mailing.queries import LOOK_BACK, days_without, mails_of
from forum.mailing.views.blueprint import bp
from forum.notifications.operations import peek
from forum.web.hypermedia import page, see_other
from forum.web.paging import asked_page, no_such_page


@bp.get("/me/mail")
@sign_in_required
def my_mail() -> ResponseReturnValue:
    """Each mail of the last two months with what became of it; and days without a digest, with the reason."""
    choice = peek(member())
    return page(
        "mailing/mine.html",
        mails=no_such_page(mails_of(member(), number=asked_page())),
        gaps=lambda: days_without(member(), choice),
        choice=choice,
        days=LOOK_BACK.days,
        words=words,
        sender=mail.office().sender.address,
        site_name=current_app.config["SITE_NAME"],
    )


@bp.post("/me/mail/lift")
@sign_in_required
def lift_my_pause() -> ResponseReturnValue:
    """The button of the banner: the next mail tries whether it arrives."""
    operations.try_again(by=member())
    flash(_("We write to %(address)s again, from the next mail on.", address=member().email), "success")
    return see_other(page_to_return_to())
