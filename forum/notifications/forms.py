"""What a browser may send about mail: shape only."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, SelectField
from wtforms.validators import Optional

from forum.entries.models import Level
from forum.kernel.i18n import _
from forum.notifications.models import Frequency

FREQUENCIES = [
    (Frequency.DAILY.value, _("Every day")),
    (Frequency.WEEKDAYS.value, _("Monday to Friday")),
    (Frequency.WEEKLY.value, _("Once a week")),
    (Frequency.FORTNIGHTLY.value, _("Every two weeks")),
    (Frequency.NEVER.value, _("Never")),
]
#: How much of what one follows.
LEVELS = {
    Level.EVERY_POST.value: _("Every post"),
    Level.DIGEST.value: _("In the digest"),
    Level.MUTED.value: _("Nothing, even when mentioned"),
}


class MailForm(FlaskForm):
    """When mail comes; how much of what comes in fields of its own (see `choosing`)."""

    frequency = SelectField(_("How often"), choices=FREQUENCIES)
    hour = SelectField(_("At about"), coerce=int, choices=[(hour, f"{hour:02}:00") for hour in range(24)])
    weekday = SelectField(_("On which day, if not every day"), coerce=int, choices=[(day, "") for day in range(7)])
    paused_until = DateField(_("Nothing until"), [Optional()])
    at_once = BooleanField(_("Send me at once what names me, and each post of what I want every post of"))
    discreet = BooleanField(_("Discreet: mails say how many things are new, and nothing else"))
