"""What a browser may send about a collection: shape only."""

from __future__ import annotations

from wtforms import Form, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from forum.collections.models import Collection, CollectionItem
from forum.community.models import Group
from forum.entries.models import Visibility
from forum.kernel.i18n import _
from forum.kernel.text import cleaned
from forum.library.words import VISIBILITIES
from forum.web.languages import chosen

TOO_LONG = _("Please keep this below %(max)d letters.")


def tidy(value: str | None) -> str:
    return cleaned(value or "").strip()


class CollectionForm(Form):
    title = StringField(
        _("Title"),
        filters=[tidy],
        validators=[InputRequired(_("Give it a title.")), Length(max=Collection.TITLE_LENGTH, message=TOO_LONG)],
    )
    note = TextAreaField(
        _("What it is for"), filters=[tidy], validators=[Length(max=Collection.NOTE_LENGTH, message=TOO_LONG)]
    )
    audience = SelectField(_("Who may read it"), default=Visibility.PUBLIC.value)

    def offer(self, groups: list[Group]) -> None:
        """Let it be read by everybody, by members, by nobody else, or be a group's, which fills it together."""
        language = chosen()
        kinds = (Visibility.PUBLIC, Visibility.MEMBERS, Visibility.DRAFT)
        self.audience.choices = [
            *((kind.value, VISIBILITIES[kind.value]) for kind in kinds),
            *(
                (f"group:{g.slug}", _("The group “%(group)s”, which fills it together", group=g.label(language)))
                for g in groups
            ),
        ]


class ItemForm(Form):
    about = StringField(_("What to put in"), filters=[tidy], validators=[Length(max=600, message=TOO_LONG)])
    note = StringField(
        _("A word about it"), filters=[tidy], validators=[Length(max=CollectionItem.NOTE_LENGTH, message=TOO_LONG)]
    )
