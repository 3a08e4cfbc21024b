"""What a browser may send about a resource: shape only."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

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
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from forum.community.forms import countries_by_name
from forum.community.models import Group
from forum.community.queries import all_regions, all_themes
from forum.entries.models import Visibility
from forum.entries.words import language_name
from forum.kernel.dates import first_day, in_our_digits
from forum.kernel.i18n import _
from forum.kernel.text import cleaned
from forum.library import words
from forum.library.models import Contribution, Licence, Resource
from forum.library.operations import Description, Person
from forum.library.operations.describing import description_of
from forum.web.languages import NAMES, chosen

TOO_LONG = _("Please keep this below %(max)d letters.")
#: Languages resources are offered to be in: those of the site first, then the most written in what members share.
LANGUAGES = (
    *NAMES,
    *[
        "de",
        "it",
        "nl",
        "ru",
        "uk",
        "tr",
        "fa",
        "ur",
        "hi",
        "bn",
        "ne",
        "th",
        "vi",
        "km",
        "lo",
        "my",
        "id",
        "ms",
        "fil",
        "zh",
        "ja",
        "ko",
        "sw",
        "am",
        "so",
        "ha",
        "yo",
        "rw",
        "ln",
        "mg",
        "wo",
        "ht",
        "qu",
        "ay",
        "gn",
    ],
)
#: After a name, what somebody did, where it was not writing it.
DID = re.compile(r"^(?P<name>.+?)\s*\((?P<did>[^()]+)\)$")
EDITORS = (
    "editor ed. ed eds. eds éd. éds. éditeur éditrice editora org. orgs. organizador organizadora محرر محررة تحرير"
)
TRANSLATORS = "translator transl. trans. tr. trad. traductor traductora traducteur traductrice tradutor tradutora مترجم مترجمة ترجمة"
DEEDS = {
    **dict.fromkeys(EDITORS.split(), Contribution.EDITOR),
    **dict.fromkeys(TRANSLATORS.split(), Contribution.TRANSLATOR),
}


def tidy(value: str | None) -> str:
    """What was typed, without spaces around it and without signs no text holds."""
    return cleaned(value or "").strip()


def one_line(value: str | None) -> str:
    return " ".join(tidy(value).split())


def lines_of(typed: str | None) -> list[str]:
    return [line for line in (one_line(line) for line in (typed or "").splitlines()) if line]


def whole_address(value: str | None) -> str:
    """An address as people paste it, with the https:// they left out."""
    typed = tidy(value)
    return f"https://{typed}" if typed and "://" not in typed and "." in typed.split("/")[0] else typed


def an_address(_form: Form, field: Field) -> None:
    """A validator: http or https, with a host."""
    if field.data:
        try:
            parts = urlsplit(field.data)
            sound = parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"\s", field.data)
        except ValueError:
            sound = False
        if not sound:
            raise ValidationError(_("Write the whole address, beginning with https://."))


def a_date(_form: Form, field: Field) -> None:
    """A validator: YYYY, YYYY-MM or YYYY-MM-DD."""
    if field.data:
        try:
            first_day(field.data)
        except ValueError:
            raise ValidationError(
                _("Write a year (2019), a month (2019-11) or a day (2019-11-04), or leave it empty.")
            ) from None


def names_fit(_form: Form, field: Field) -> None:
    """A validator of people and organisations, one a line."""
    found = lines_of(field.data)
    if len(found) > 60 or any(len(line) > 200 for line in found):
        raise ValidationError(_("Write one name on each line, at most 60 of them, each below 200 letters."))


def titles_fit(_form: Form, field: Field) -> None:
    found = lines_of(field.data)
    if len(found) > 20 or any(len(line) > Resource.TITLE_LENGTH for line in found):
        raise ValidationError(_("Write one title on each line, at most 20 of them, each below 400 letters."))


def many(label: Any, coerce: Any = str, **options: Any) -> SelectMultipleField:
    """Checkboxes."""
    return SelectMultipleField(
        label,
        coerce=coerce,
        choices=[],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        **options,
    )


class DescriptionForm(Form):
    """What a resource is. Suggesting a change uses it as it is."""

    title = StringField(
        _("Title"),
        filters=[one_line],
        validators=[
            InputRequired(_("Give it its title.")),
            Length(max=Resource.TITLE_LENGTH, message=TOO_LONG),
        ],
    )
    language = SelectField(_("Language of this title and summary"), choices=list(NAMES.items()))
    alternative_titles = TextAreaField(_("Other titles"), filters=[tidy], validators=[titles_fit])
    people = TextAreaField(_("People"), filters=[tidy], validators=[names_fit])
    organisations = TextAreaField(_("Organisations as authors"), filters=[tidy], validators=[names_fit])
    publisher = StringField(_("Publisher"), filters=[one_line], validators=[Length(max=300, message=TOO_LONG)])
    issued = StringField(_("Date"), filters=[one_line, in_our_digits], validators=[a_date])
    type = SelectField(_("Type"), default="report")
    licence = SelectField(_("Licence"), default=Licence.UNKNOWN.value, choices=list(words.LICENCES.items()))
    languages = SelectMultipleField(_("Languages it is in"))
    regions = many(_("Regions"), int)
    themes = many(_("Themes"), int)
    countries = SelectMultipleField(_("Countries"))
    populations = many(_("Whom it is about"))
    abstract = TextAreaField(_("Summary"), filters=[tidy], validators=[Length(max=10_000, message=TOO_LONG)])
    url = StringField(
        _("Address"), filters=[whole_address], validators=[Length(max=2000, message=TOO_LONG), an_address]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = chosen()
        self.regions.choices = [(r.id, r.label(language)) for r in all_regions()]
        self.themes.choices = [(t.id, t.label(language)) for t in all_themes()]
        self.countries.choices = countries_by_name(language)
        self.populations.choices = list(words.POPULATIONS.items())
        self.type.choices = _with_known(words.TYPES, self.type.object_data)
        known = dict.fromkeys((*LANGUAGES, *(self.languages.object_data or ())))
        self.languages.choices = [(code, language_name(code)) for code in known]
        if (written := self.language.object_data) and written not in NAMES:
            self.language.choices = [*NAMES.items(), (written, language_name(written))]

    @staticmethod
    def filled_with(resource: Resource) -> dict[str, Any]:
        """A resource as its form shows it."""
        found = description_of(resource)
        values = {name: getattr(found, name) for name in Description.__dataclass_fields__ if name != "people"}
        values |= {name: list(values[name]) for name in ("languages", "regions", "themes", "countries", "populations")}
        return {
            **values,
            "licence": found.licence.value,
            "alternative_titles": "\n".join(found.alternative_titles),
            "people": "\n".join(_as_line(p) for p in found.people if not p.is_organisation),
            "organisations": "\n".join(_as_line(p) for p in found.people if p.is_organisation),
        }

    def description(self) -> Description:
        """What was sent, in the words of the operations."""
        return Description(
            title=self.title.data or "",
            type=self.type.data,
            alternative_titles=tuple(lines_of(self.alternative_titles.data)),
            people=(
                *(_person(line) for line in lines_of(self.people.data)),
                *(_person(line, is_organisation=True) for line in lines_of(self.organisations.data)),
            ),
            publisher=self.publisher.data or "",
            issued=self.issued.data or "",
            licence=Licence(self.licence.data),
            language=self.language.data,
            languages=tuple(self.languages.data or ()),
            regions=tuple(self.regions.data or ()),
            themes=tuple(self.themes.data or ()),
            countries=tuple(self.countries.data or ()),
            populations=tuple(self.populations.data or ()),
            abstract=self.abstract.data or "",
            url=self.url.data or "",
        )


class ResourceForm(DescriptionForm):
    """A resource of one's own: who may read it, and, once it is there, what is being changed."""

    audience = SelectField(_("Who may read it"), default=Visibility.PUBLIC.value)
    what_changed = StringField(
        _("What did you change?"), filters=[one_line], validators=[Length(max=500, message=TOO_LONG)]
    )
    version = IntegerField(widget=HiddenInput(), validators=[Optional()])

    def offer_audiences(self, groups: list[Group], *, drafts: bool) -> None:
        """Let it be read by everybody, by members, by one of these groups, or for now by nobody else."""
        language = chosen()
        kinds = [Visibility.PUBLIC, Visibility.MEMBERS, *([Visibility.DRAFT] if drafts else [])]
        names = [(kind.value, words.VISIBILITIES[kind.value]) for kind in kinds]
        mine = [(f"group:{g.slug}", _("Members of the group “%(group)s”", group=g.label(language))) for g in groups]
        self.audience.choices = names[:2] + mine + names[2:]


class SuggestionForm(DescriptionForm):
    """Another description, and how one knows."""

    what_changed = TextAreaField(
        _("How do you know?"),
        filters=[tidy],
        validators=[
            InputRequired(_("Say in a few words how you know.")),
            Length(max=500, message=TOO_LONG),
        ],
    )


class FileForm(Form):
    replaces = HiddenField()
    language = SelectField(_("Language of the file"), default="")
    note = StringField(_("Note"), filters=[one_line], validators=[Length(max=500, message=TOO_LONG)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.language.choices = [("", _("Found by itself")), *((code, language_name(code)) for code in LANGUAGES)]


def audience_of(resource: Resource) -> str:
    """Who may read a resource, as the form says it."""
    if resource.visibility is Visibility.GROUP and resource.group is not None:
        return f"group:{resource.group.slug}"
    return resource.visibility.value


def _with_known(names: dict[str, Any], known: str | None) -> list[tuple[str, Any]]:
    return [*names.items(), *([(known, known)] if known and known not in names else [])]


def _person(line: str, *, is_organisation: bool = False) -> Person:
    found = DID.match(line)
    deed = DEEDS.get(found["did"].casefold()) if found else None
    if found and deed:
        return Person(found["name"], deed, is_organisation)
    return Person(line, Contribution.AUTHOR, is_organisation)


def _as_line(person: Person) -> str:
    return person.name if person.contribution is Contribution.AUTHOR else f"{person.name} ({person.contribution.value})"
