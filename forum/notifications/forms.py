"""What a browser may send about mail: shape only."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, SelectField
from wtforms.validators import Optional

from forum.kernel.i18n import _
from forum.notifications.models import Frequency, Weight

FREQUENCIES = [
    (Frequency.DAILY.value, _("Every day")),
    (Frequency.WEEKDAYS.value, _("Monday to Friday")),
    (Frequency.WEEKLY.value, _("Once a week")),
    (Frequency.FORTNIGHTLY.value, _("Every two weeks")),
    (Frequency.NEVER.value, _("Never")),
]
WEIGHTS = [
    (Weight.FIRST.value, _("First")),
    (Weight.NORMAL.value, _("Like the others")),
    (Weight.TITLES.value, _("Titles only")),
    (Weight.NEVER.value, _("Never")),
]


class MailForm(FlaskForm):
    """When the digest comes; the weights of groups come as weight-<group slug>."""

    frequency = SelectField(_("How often"), choices=FREQUENCIES)
    hour = SelectField(_("At about"), coerce=int, choices=[(hour, f"{hour:02}:00") for hour in range(24)])
    weekday = SelectField(_("On which day, if not every day"), coerce=int, choices=[(day, "") for day in range(7)])
    paused_until = DateField(_("Nothing until"), [Optional()])
    discreet = BooleanField(_("Discreet: mails say how many things are new, and nothing else"))
