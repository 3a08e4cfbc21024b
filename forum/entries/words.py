"""How the words that every kind of record uses are said to readers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from babel import Locale
from flask_babel import get_locale

from forum.kernel.i18n import _

FIELDS = {
    "title": _("title"),
    "kind": _("kind"),
    "city": _("place"),
    "languages": _("languages"),
    "start_date": _("beginning"),
    "end_date": _("end"),
    "year": _("year"),
    "publisher": _("publisher"),
    "abstract": _("summary"),
    "url": _("address"),
    "type": _("type"),
    "themes": _("themes"),
    "regions": _("regions"),
}
#: Why somebody follows something, by Because.
REASONS = {
    "chose": _("You chose this."),
    "started": _("Because you started it."),
    "replied": _("Because you replied."),
    "mentioned": _("Because somebody mentioned you."),
    "group": _("Because you are in its group."),
}
URL_KINDS = {
    "publisher-or-institution": _("the publisher's or institution's own page"),
    "third-party-or-mirror": _("a copy or report kept by others"),
    "mirror": _("a copy kept by others"),
}


def said(words: Mapping[str, Any], key: str | None) -> str:
    """The word for a key, or the key itself made readable where nobody has named it yet."""
    if key is None:
        return ""
    return str(words.get(key) or key.replace("_", " ").replace("-", " "))


def language_name(code: str) -> str:
    """A language in the reader's own: "es" → "Spanish". Unknown codes stay codes."""
    return str(Locale.parse(str(get_locale())).languages.get(code, code))
