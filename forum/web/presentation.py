"""How dates, numbers and languages are said to the reader: filters and words for every template."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from urllib.parse import quote, urlencode

from babel import Locale, UnknownLocaleError
from flask import Flask, current_app, g, request
from flask_babel import format_date, format_decimal, format_time, format_timedelta, ngettext

from forum.kernel import clock
from forum.kernel.i18n import _
from forum.web.languages import chosen

RECENT = timedelta(days=7)
UNITS = ("", _("%(size)s kB"), _("%(size)s MB"), _("%(size)s GB"), _("%(size)s TB"))


def ago(moment: datetime) -> str:
    """A moment in the words of a conversation: "3 hours ago" within a week, else its date."""
    age = clock.now() - moment
    if age < timedelta(minutes=1):
        age = timedelta(minutes=1)
    return str(format_timedelta(-age, add_direction=True) if age < RECENT else format_date(moment, "medium"))


def exact(moment: datetime) -> str:
    """A moment to the minute, in the reader's time zone."""
    return f"{format_date(moment, 'medium')}, {format_time(moment, 'short')}"


def number(value: int | float) -> str:
    """A number with the reader's digits and separators."""
    return str(format_decimal(value))


def size(count: int) -> str:
    """So many bytes in the reader's language: "3.4 MB", "3,4 Mo"; in thousands, as the SI means these units.

    In words of ours: CLDR, as Babel has it, knows no Arabic bytes, and says "2 kB" but "1 kByte" in Portuguese.
    """
    power = next((power for power in range(len(UNITS)) if count < 999.5 * 1000**power), len(UNITS) - 1)
    if not power:
        return str(ngettext("%(num)s byte", "%(num)s bytes", count))
    value = count / 1000**power
    return str(UNITS[power]) % {"size": number(round(value, 1 if value < 9.95 else 0))}


@lru_cache(maxsize=512)
def _language_name(tag: str, reader: str) -> str:
    try:
        return Locale.parse(tag, sep="-").get_display_name(reader) or tag
    except (UnknownLocaleError, ValueError):  # nobody says dates in it, but it may have a name: Aymara, Mossi, Fijian
        return Locale.parse(reader).languages.get(tag, Locale("en").languages.get(tag, tag))


def language_name(tag: str) -> str:
    """The name of a language (a BCP 47 tag) in the reader's language; the tag itself when nobody knows it."""
    return _language_name(tag, chosen())


def is_language(tag: str) -> bool:
    """Whether a tag is one of a language somebody knows. Not told by its name: Fon is "fon" in Spanish."""
    return _language_name(tag, "en") != tag


def in_language(tag: str) -> str:
    """The address of this page in another language, its other arguments kept."""
    if "address_without_language" not in g:  # a page says it for every language, in its head, top and foot
        arguments = request.args.to_dict(flat=False) if request.method == "GET" else {}
        arguments.pop("lang", None)
        others = f"{urlencode(arguments, doseq=True)}&" if arguments else ""
        g.address_without_language = f"{quote(request.path)}?{others}"
    return f"{g.address_without_language}lang={quote(tag)}"


def init_app(app: Flask) -> None:
    """Give these words to every template."""
    app.jinja_env.filters.update(ago=ago, exact=exact, number=number, size=size, language_name=language_name)
    app.jinja_env.globals.update(in_language=in_language, language_name=language_name, has_page=has_page)


def has_page(endpoint: str) -> bool:
    """Whether this site has such a page (an endpoint's name), so that a link can wait for it."""
    return endpoint in current_app.view_functions
