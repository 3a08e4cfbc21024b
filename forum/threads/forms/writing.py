"""Forms in which members write."""

from __future__ import annotations

import secrets
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import (
    Field,
    Form,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from forum.kernel.text import cleaned
from forum.threads.models import Post, Thread
from forum.web.languages import NAMES

#: What a decoder puts where bytes were no UTF-8.
UNREADABLE = "\ufffd"


def tidy(value: str | None) -> str:
    """Without what no person types, and without space at the end."""
    return cleaned(value or "").rstrip()


def readable(_form: Form, field: Field) -> None:
    """Refuse text that came broken rather than keep it broken."""
    if UNREADABLE in (field.data or ""):
        raise ValidationError(
            _("Some characters did not arrive whole. Correct those shown as %(sign)s.", sign=UNREADABLE)
        )


def language_field() -> SelectField:
    return SelectField(_("Language"), choices=list(NAMES.items()))


def body_field() -> TextAreaField:
    return TextAreaField(
        _("Text"),
        filters=[tidy],
        validators=[
            DataRequired(_("Write something first.")),
            Length(
                max=Post.BODY_LENGTH,
                message=_("This is longer than 30,000 characters. Split it in two, or share it as a resource."),
            ),
            readable,
        ],
    )


def title_field() -> StringField:
    return StringField(
        _("Title"),
        filters=[tidy, str.strip],
        validators=[
            DataRequired(_("Give it a title.")),
            Length(max=Thread.TITLE_LENGTH, message=_("Give the thread a title of at most 200 characters.")),
            readable,
        ],
    )


def choices_field(label: Any) -> SelectMultipleField:
    """Checkboxes for ids."""
    return SelectMultipleField(
        label, coerce=int, choices=[], widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )


class Submitted(Form):
    """A form that carries a token of its own, so that sending it twice does its deed once."""

    submission = HiddenField(default=lambda: secrets.token_urlsafe(16))
    draft_version = IntegerField(widget=HiddenInput(), default=0, validators=[Optional()])


class ReplyForm(Submitted):
    body = body_field()
    language = language_field()
    shown = IntegerField(widget=HiddenInput(), default=0, validators=[Optional()])  # the last post on the page


class EditForm(Form):
    body = body_field()
    language = language_field()
    version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
    draft_version = IntegerField(widget=HiddenInput(), default=0, validators=[Optional()])


class TitleForm(Form):
    title = title_field()
    language = language_field()
    about = StringField(_("About"), filters=[tidy, str.strip], validators=[Length(max=600), readable])
    regions = choices_field(_("Regions"))
    themes = choices_field(_("Themes"))


class ThreadForm(TitleForm, Submitted):
    group = SelectField(_("Group"), validators=[InputRequired(_("Choose a group."))])
    body = body_field()


class MoveForm(Form):
    group = SelectField(_("Group"), validators=[InputRequired(_("Choose a group."))])


class DraftForm(Form):
    """Nothing here can be wrong enough to lose a draft over; the operation says what is too long."""

    place = StringField(validators=[InputRequired(), Length(max=60)])
    title = StringField(filters=[tidy])
    body = StringField(filters=[tidy])
    draft_version = IntegerField(default=0, validators=[Optional()])
    draft_overwrite = IntegerField(validators=[Optional()])
