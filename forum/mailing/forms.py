"""What a browser may send about mail: shape only."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from forum.kernel.i18n import _
from forum.mailing.models import MailAct


class PauseForm(FlaskForm):
    """An address, and why nothing, or something again, is to go there."""

    address = StringField(_("Address"), [InputRequired(_("Write the address.")), Length(max=254)])
    words = StringField(
        _("Why"), [InputRequired(_("Say why, for whoever looks at it later.")), Length(max=MailAct.WORDS)]
    )
