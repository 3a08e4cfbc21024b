"""Noticing that a text is filed under another language than it seems to be in; never in anybody's way."""

from flask import current_app
from flask_babel import gettext as _

from forum.entries.words import language_name
from forum.kernel.languages import guess

CERTAIN = 0.8


def other_language(text: str, filed: str) -> str:
    """What to say to whoever just posted this, "" when nothing speaks against the language they chose."""
    seems, sure = guess(text)
    if sure < CERTAIN or seems == filed or seems not in current_app.config["LANGUAGES"]:
        return ""
    return _(
        "This looks like %(seems)s; it is filed as %(filed)s. Edit it to change that.",
        seems=language_name(seems),
        filed=language_name(filed),
    )
