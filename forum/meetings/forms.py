"""What a browser may send about congresses and meetings: shape only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, IntegerField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.validators import URL, InputRequired, Length, NumberRange
from wtforms.validators import Optional as MayBeEmpty

from forum.community.forms import countries_by_name
from forum.community.queries import all_regions
from forum.kernel.dates import first_day, in_our_digits
from forum.kernel.i18n import _
from forum.meetings import words
from forum.meetings.models import Congress, Meeting
from forum.web.languages import chosen
from forum.web.presentation import is_language

TOO_LONG = _("Please keep this below %(max)d letters.")


def plain(text: str | None) -> str:
    """What was typed, without spaces around it and without signs no text holds."""
    return "".join(letter for letter in text or "" if letter.isprintable() or letter in "\n\t").strip()


def partial_date(form: FlaskForm, field: Field) -> None:
    """A validator: YYYY, YYYY-MM or YYYY-MM-DD."""
    if field.data:
        try:
            first_day(field.data)
        except ValueError:
            raise ValidationError(
                _("Write a year (2029), a month (2029-05) or a day (2029-05-31), or leave it empty.")
            ) from None


def not_before_the_beginning(form: Any, field: Field) -> None:
    """A validator of an end: not before its beginning, as far as both are known."""
    start, end = form.start_date.data, field.data
    if start and end and end[: len(start)] < start[: len(end)]:
        raise ValidationError(_("The end cannot be before the beginning."))


def text(label: Any, most: int, **options: Any) -> StringField:
    return StringField(label, filters=[plain], validators=[Length(max=most, message=TOO_LONG)], **options)


def lines(label: Any, **options: Any) -> TextAreaField:
    """Several texts, one a line."""
    return TextAreaField(label, filters=[plain], validators=[Length(max=5000, message=TOO_LONG)], **options)


def split(typed: str | None) -> list[str]:
    return [line.strip() for line in (typed or "").splitlines() if line.strip()]


def known_languages(form: FlaskForm, field: Field) -> None:
    """A validator: codes of languages, with spaces between."""
    for code in codes(field.data):
        if not is_language(code):
            raise ValidationError(
                _("“%(typed)s” is no code of a language. Write en, es or fr, with spaces between.", typed=code)
            )


def codes(typed: str | None) -> list[str]:
    return (typed or "").lower().replace(",", " ").split()


class InOrder(FlaskForm):
    """A form of the record shows its fields as one fills them in, whichever form brings them: what it is, the facts, where that was read."""

    FIRST = ("title", "number", "theme", "stage", "meetings_label", "congress_id", "meeting_kind", "region_id", "state")
    LAST = ("summary", "conflicts", "outcome_document", "source_url", "note", "verified")

    def __iter__(self) -> Iterator[Field]:
        return iter(sorted(super().__iter__(), key=self._place_of))

    def _place_of(self, field: Field) -> int:
        if field.name in self.FIRST:
            return self.FIRST.index(field.name) - len(self.FIRST)
        return self.LAST.index(field.name) + 1 if field.name in self.LAST else 0


class EventForm(InOrder):
    """What congresses and meetings have in common."""

    title = StringField(
        _("Title"),
        filters=[plain],
        validators=[
            InputRequired(_("Give it the title its organisers use.")),
            Length(max=Meeting.TITLE_LENGTH, message=TOO_LONG),
        ],
    )
    start_date = StringField(
        _("Beginning"),
        filters=[plain, in_our_digits],
        validators=[partial_date],
        description=_("As far as it is known: 2029, 2029-05 or 2029-05-31."),
    )
    end_date = StringField(
        _("End"), filters=[plain, in_our_digits], validators=[partial_date, not_before_the_beginning]
    )
    city = text(_("City"), 120)
    country_code = SelectField(_("Country"), default="")
    venue = text(_("Venue"), 200)
    format = SelectField(_("How people meet"), default="", choices=[("", _("Not known")), *words.FORMATS.items()])
    organisers = lines(_("Organisers"), description=_("One a line."))
    languages = StringField(
        _("Languages"),
        filters=[plain],
        validators=[Length(max=200, message=TOO_LONG), known_languages],
        description=_("As codes with spaces between: en es fr."),
    )
    participants_count = IntegerField(_("Participants"), validators=[MayBeEmpty(), NumberRange(0, 1_000_000)])
    outcome_document = text(_("Outcome document"), 1000)
    source_url = StringField(
        _("Source"),
        filters=[plain],
        validators=[
            MayBeEmpty(),
            Length(max=2000, message=TOO_LONG),
            URL(message=_("Write the whole address, beginning with https://.")),
        ],
        description=_("The address of the page these facts were read in."),
    )
    note = lines(_("Note"))
    verified = BooleanField(_("I have read the main facts in the source"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country_code.choices = [("", _("Not known")), *countries_by_name(chosen())]

    def facts(self) -> dict[str, Any]:
        """What was sent, as columns."""
        return {
            "title": self.title.data,
            "organisers": split(self.organisers.data),
            "languages": codes(self.languages.data),
            "participants_count": self.participants_count.data,
            "verified": self.verified.data,
            **{
                name: self[name].data or None
                for name in ("start_date", "end_date", "city", "country_code", "venue", "format")
            },
            **{name: self[name].data or None for name in ("outcome_document", "source_url", "note")},
        }


def as_typed(event: Congress | Meeting) -> dict[str, Any]:
    """The lists of an event as the form shows them; everything else it reads from the row."""
    return {"organisers": "\n".join(event.organisers), "languages": " ".join(event.languages)}


class CongressForm(EventForm):
    number = IntegerField(
        _("Number"), validators=[InputRequired(_("Say which congress it is: 7 for the seventh.")), NumberRange(1, 999)]
    )
    theme = lines(_("Theme"))
    stage = SelectField(_("Stage"), choices=list(words.STAGES.items()))
    meetings_label = SelectField(_("Its meetings are called"), choices=list(words.MEETINGS_LABELS.items()))
    conflicts = lines(_("Where sources disagree"), description=_("One a line."))

    def facts(self) -> dict[str, Any]:
        return {
            **super().facts(),
            "number": self.number.data,
            "theme": self.theme.data or None,
            "stage": self.stage.data,
            "meetings_label": self.meetings_label.data,
            "conflicts": split(self.conflicts.data),
        }


class MeetingForm(EventForm):
    congress_id = SelectField(_("Prepares"), coerce=int)
    meeting_kind = SelectField(_("Kind"), choices=list(words.KINDS.items()))
    state = SelectField(_("State"), choices=list(words.STATES.items()))
    region_id = SelectField(_("Region"), coerce=int)
    summary = lines(_("What happened"))

    def __init__(self, *args: Any, congresses: list[Congress], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.region_id.choices = [(region.id, region.label(chosen())) for region in all_regions()]
        self.congress_id.choices = [(0, _("No congress"))] + [
            (congress.id, f"{congress.reference} · {congress.title}") for congress in congresses
        ]

    def facts(self) -> dict[str, Any]:
        return {
            **super().facts(),
            "congress_id": self.congress_id.data or None,
            "meeting_kind": self.meeting_kind.data,
            "state": self.state.data,
            "region_id": self.region_id.data,
            "summary": self.summary.data or "",
        }
