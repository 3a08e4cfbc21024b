"""What a browser may send about the community's words: shape only."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from forum.glossary.models import TermSuggestion
from forum.kernel.i18n import _


class ConceptForm(FlaskForm):
    """A concept's terms, one on each line, the preferred one first; a field for each language is added by `languages`."""

    discouraged = TextAreaField(
        _("Terms no longer used, in any language, one on each line"), [Optional(), Length(max=4000)]
    )
    broader = StringField(_("Broader concept"), [Optional(), Length(max=300)])
    related = TextAreaField(_("Related concepts, one on each line"), [Optional(), Length(max=2000)])
    theme = SelectField(_("Theme"), coerce=int)
    note = TextAreaField(_("What it means here, and what it does not"), [Optional(), Length(max=4000)])
    reason = StringField(_("Why do you change it?"), [Length(max=300)])
    version = IntegerField(_("Version"), [Optional()])


def lines(words: list[str]) -> str:
    return "\n".join(words)


class RetireForm(FlaskForm):
    replaced_by = StringField(_("The concept that means this now, if there is one"), [Optional(), Length(max=300)])
    reason = StringField(_("Why?"), [Length(max=300)])
    version = HiddenField()


class SuggestionForm(FlaskForm):
    words = TextAreaField(_("What should be different?"), [Length(max=TermSuggestion.LENGTH)])


class DecisionForm(FlaskForm):
    answer = StringField(_("A word to whoever suggested it"), [Optional(), Length(max=500)])
