"""What a browser may send about a recommendation: shape only."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.validators import URL, InputRequired, Length
from wtforms.validators import Optional as MayBeEmpty

from forum.community.forms import Several
from forum.community.queries import all_themes
from forum.kernel.i18n import _
from forum.library.forms import LANGUAGES
from forum.meetings.forms import TOO_LONG, InOrder, lines, plain
from forum.recommendations import words
from forum.recommendations.models import Basis, Recommendation
from forum.recommendations.operations import Evidence, Wording
from forum.web.languages import chosen
from forum.web.presentation import language_name


class EvidenceForm(InOrder):
    """What may be put right about a recommendation that is adopted."""

    source_url = StringField(
        _("Source"),
        filters=[plain],
        validators=[
            MayBeEmpty(),
            Length(max=2000, message=TOO_LONG),
            URL(message=_("Write the whole address, beginning with https://.")),
        ],
    )
    note = lines(_("Note"))
    verified = BooleanField(_("I have read this in the source"))

    def evidence(self) -> Evidence:
        """What was sent, in the words of the operations."""
        return Evidence(self.source_url.data or None, self.note.data or None, bool(self.verified.data))


class RecommendationForm(EvidenceForm):
    title = StringField(
        _("Title"),
        filters=[plain],
        validators=[
            InputRequired(_("Give it a short title.")),
            Length(max=Recommendation.TITLE_LENGTH, message=TOO_LONG),
        ],
    )
    text = TextAreaField(
        _("Wording"),
        filters=[plain],
        validators=[
            InputRequired(_("Write what was asked for, as it was said.")),
            Length(max=Recommendation.TEXT_LENGTH, message=TOO_LONG),
        ],
    )
    language = SelectField(_("Language"), default="en")
    basis = SelectField(_("Basis"), choices=list(words.BASES.items()))
    addressed_to = Several(_("Addressed to"), choices=list(words.ADDRESSEES.items()))
    theme_ids = Several(_("Themes"), coerce=int)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = dict.fromkeys((*LANGUAGES, *filter(None, [self.language.object_data])))
        self.language.choices = [(code, language_name(code)) for code in known]
        self.theme_ids.choices = [(theme.id, theme.label(chosen())) for theme in all_themes()]

    def wording(self) -> Wording:
        """What was sent, in the words of the operations."""
        return Wording(
            title=self.title.data or "",
            text=self.text.data or "",
            basis=Basis(self.basis.data),
            theme_ids=self.theme_ids.data or (),
            addressed_to=self.addressed_to.data or (),
            language=self.language.data or "en",
            source_url=self.source_url.data or None,
            note=self.note.data or None,
            verified=bool(self.verified.data),
        )
