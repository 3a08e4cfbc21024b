"""What a browser may send about oneself."""

from __future__ import annotations

from typing import Any

from babel import Locale
from flask_babel import get_locale
from flask_wtf import FlaskForm
from wtforms import SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from forum.accounts.forms import one_line
from forum.accounts.models import Member
from forum.community.models import Profile, Shown
from forum.community.queries import (
    Word,
    all_countries,
    all_professions,
    all_regions,
    all_themes,
    in_alphabetical_order,
)
from forum.kernel.alphabet import looked_up
from forum.kernel.i18n import _
from forum.web.languages import chosen

#: Languages people may say they speak, besides those of the site. BCP 47.
SPOKEN = (
    *("en", "es", "fr", "ar", "pt", "am", "bn", "de", "fa", "ha", "hi", "id", "it", "ja", "nl", "pl", "ro"),
    *("ru", "sw", "th", "tr", "uk", "ur", "vi", "zh"),
)


def spoken() -> list[tuple[str, str]]:
    """Languages by the name the reader knows them under."""
    here = get_locale() or Locale("en")
    named = ((code, str(Locale(code).get_display_name(here))) for code in SPOKEN)
    return sorted(named, key=lambda pair: looked_up(pair[1]))


def labelled(words: list[Any], none: str = "") -> list[tuple[str, str]]:
    """Choices from regions, themes or professions, named in the reader's language."""
    language = str(get_locale() or "en").split("_")[0]
    choices = [(str(word.id), word.label(language)) for word in words if isinstance(word, Word)]
    return ([("", none)] if none else []) + choices


def countries() -> list[tuple[str, str]]:
    return [("", str(_("Not said"))), *countries_by_name(chosen())]


def countries_by_name(language: str) -> list[tuple[str, str]]:
    """Choices from all countries, as a reader of this language looks them up."""
    return [(country.code, country.label(language)) for country in in_alphabetical_order(all_countries(), language)]


def readers() -> list[tuple[str, str]]:
    return [
        (Shown.NOBODY.value, str(_("Nobody"))),
        (Shown.MEMBERS.value, str(_("Members"))),
        (Shown.EVERYONE.value, str(_("Everyone"))),
    ]


class Several(SelectMultipleField):
    """Any number of choices, each with its own box to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class ProfileForm(FlaskForm):
    name = StringField(
        _("Your name"),
        [DataRequired(_("Please tell us your name.")), Length(max=Member.NAME_LENGTH), one_line],
        render_kw={"autocomplete": "name"},
    )
    profession = SelectField(_("What you do"), choices=lambda: labelled(_adults(), str(_("Not said"))))
    organisation = StringField(_("Organisation"), [Length(max=160)], render_kw={"autocomplete": "organization"})
    country = SelectField(_("Country"), choices=countries)
    languages = Several(_("Languages you speak"), choices=spoken)
    regions = Several(_("Regions of interest"), choices=lambda: labelled(all_regions()))
    themes = Several(_("Themes of interest"), choices=lambda: labelled(all_themes()))
    about = TextAreaField(_("About you"), [Length(max=Profile.ABOUT_LENGTH)], render_kw={"rows": 6})
    shown_in_directory = SelectField(_("Who finds me in the directory"), choices=readers)
    shown_organisation = SelectField(_("Who sees my organisation"), choices=readers)
    shown_country = SelectField(_("Who sees my country"), choices=readers)
    shown_about = SelectField(_("Who sees what I say about me"), choices=readers)

    @classmethod
    def filled_from(cls, profile: Profile, member: Member) -> ProfileForm:
        """The form as it stands for this member.

        Values are named one by one: an `obj` would win over them with the rows of its relations, which no
        choice equals, and saving would then empty what was never shown.
        """
        return cls(
            name=member.name,
            profession=str(profile.profession_id or ""),
            organisation=profile.organisation,
            country=profile.country_code or "",
            languages=profile.languages,
            regions=[str(region.id) for region in profile.regions],
            themes=[str(theme.id) for theme in profile.themes],
            about=profile.about,
            shown_in_directory=profile.shown_in_directory,
            shown_organisation=profile.shown_organisation,
            shown_country=profile.shown_country,
            shown_about=profile.shown_about,
        )

    def parts(self) -> dict[str, Any]:
        """What `operations.describe` wants."""
        return {
            "name": self.name.data,
            "region_ids": [int(chosen) for chosen in self.regions.data or ()],
            "theme_ids": [int(chosen) for chosen in self.themes.data or ()],
            "profession_id": int(self.profession.data) if self.profession.data else None,
            "country_code": self.country.data or None,
            "organisation": (self.organisation.data or "").strip(),
            "languages": list(self.languages.data or ()),
            "about": (self.about.data or "").strip(),
            **{name: Shown(self[name].data) for name in self._fields if name.startswith("shown_")},
        }


def _adults() -> list[Any]:
    return [profession for profession in all_professions() if not profession.is_child_role]
