"""What a browser may send about groups: shape only."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from forum.community.models import Group, GroupVisibility, Joining
from forum.groups.words import HOW_TO_JOIN, WHO_READS
from forum.kernel.i18n import _

DESCRIPTION_LENGTH = 2000
NOTE_LENGTH = 500


def _or_none(value: str | int | None) -> int | None:
    return int(value) if value not in (None, "", "None") else None


def one_line(value: str | None) -> str:
    return " ".join((value or "").split())


class ArrangeForm(FlaskForm):
    """What a group says of itself, who reads it, how one joins."""

    name = StringField(
        _("Name"),
        filters=[one_line],
        validators=[
            InputRequired(_("Give the group a name people will recognise.")),
            Length(max=Group.NAME_LENGTH, message=_("Please keep the name below %(max)d letters.")),
        ],
    )
    description = TextAreaField(
        _("What it is for"),
        validators=[Length(max=DESCRIPTION_LENGTH, message=_("Please keep this below %(max)d letters."))],
    )
    visibility = RadioField(
        _("Who can read it"),
        choices=list(WHO_READS.items()),
        coerce=GroupVisibility,
        default=GroupVisibility.PUBLIC,
    )
    joining = RadioField(_("How people join"), choices=list(HOW_TO_JOIN.items()), coerce=Joining, default=Joining.OPEN)


class FoundForm(ArrangeForm):
    """A new working group, and where on the grid it stands."""

    region = SelectField(_("Region"), coerce=_or_none, default=None)
    theme = SelectField(_("Theme"), coerce=_or_none, default=None)


class JoinForm(FlaskForm):
    note = TextAreaField(
        _("Why you would like to join"),
        validators=[Length(max=NOTE_LENGTH, message=_("Please keep this below %(max)d letters."))],
    )


class AnswerForm(FlaskForm):
    word = TextAreaField(
        _("A word to them"), validators=[Length(max=NOTE_LENGTH, message=_("Please keep this below %(max)d letters."))]
    )


class BringInForm(FlaskForm):
    handle = StringField(
        _("Member to bring in"),
        filters=[one_line],
        validators=[InputRequired(_("Write the member's handle, such as @bao."))],
    )
