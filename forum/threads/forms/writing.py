"""Forms in which members write."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict
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
SMALL_NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)


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


@dataclass(frozen=True)
class Reply:
    """What somebody answers.

    Args:
        submission: token of the form it came from, if it bore one.
        shown: number of the last post on the page they answered on.
    """

    body: str
    language: str
    submission: str | None
    shown: int


class ReplyForm(Submitted):
    body = body_field()
    language = language_field()
    shown = IntegerField(widget=HiddenInput(), default=0, validators=[Optional()])

    @property
    def reply(self) -> Reply:
        """What a form says in which nothing is wrong."""
        body, language = self.body.data or "", self.language.data
        return Reply(body, language, self.submission.data or None, self.shown.data or 0)


def plain_reply(sent: MultiDict[str, str]) -> Reply | None:
    """What a form says that has nothing to show again and in which nothing is wrong, as most are. What `ReplyForm` makes of it,
    but making one takes as long as writing all rows of the post; None for every other form, of which that has to judge."""
    body, language, shown = tidy(sent.get("body")), sent.get("language", ""), sent.get("shown", "0")
    fits = body.strip() and len(body) <= Post.BODY_LENGTH and UNREADABLE not in body
    if not fits or language not in NAMES or not SMALL_NUMBER.fullmatch(shown) or "submission" not in sent:
        return None
    if not SMALL_NUMBER.fullmatch(sent.get("draft_version", "0")) or "preview" in sent:
        return None
    return Reply(body, language, sent["submission"] or None, int(shown))


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
