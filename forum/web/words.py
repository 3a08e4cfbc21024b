"""Sentences and dates for templates, each worked out once per language and kept in the process.

A page says some seventy sentences and twenty dates. flask-babel looks up the context, the domain, the locale and the
catalogue for every one; here the locale alone is asked for, so that `force_locale` (letters) still holds.
"""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel import Locale
from babel.support import NullTranslations, Translations
from flask import Flask, g
from flask_babel import format_date, format_datetime, get_locale, get_timezone, get_translations
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup


class Sentences:
    """What one language says, as far as it was asked for: as bounded as the sentences in our own source."""

    def __init__(self) -> None:
        self.plain: dict[str, Markup] = {}  # without values, ready for a page
        self.said: dict[tuple[str, int], str] = {}  # with the form that fits a count
        self.form: dict[int, int] = {}  # which form fits a small count


_languages: dict[str, Sentences] = {}


def _ours() -> Sentences:
    """The sentences of this moment's language, found once per request or `force_locale`."""
    # flask-babel keeps the locale of the moment in this namespace; its own get_locale takes ten times as long
    moment = getattr(g._get_current_object(), "_flask_babel", None) if g else None
    locale = getattr(moment, "babel_locale", None) or get_locale()
    known: tuple[Any, Sentences] | None = getattr(moment, "forum_sentences", None)
    if known is not None and known[0] is locale:
        return known[1]
    found = _languages.setdefault(str(locale), Sentences())
    if moment is not None:
        moment.forum_sentences = (locale, found)
    return found


def _said(ours: Sentences, one: str, many: str | None = None, count: int = 0) -> str:
    """The sentence from the catalogue; the plural form that fits the count."""
    if many is None:
        form, found = -1, ours.said.get((one, -1))
        if found is None:
            found = ours.said[one, form] = get_translations().ugettext(one)
        return found
    known = ours.form.get(count)
    if known is None:
        catalogue = get_translations()
        known = catalogue.plural(count) if hasattr(catalogue, "plural") else int(count != 1)
        if 0 <= count <= 1000:
            ours.form[count] = known
    if (one, known) not in ours.said:
        ours.said[one, known] = get_translations().ungettext(one, many, count)
    return ours.said[one, known]


@pass_eval_context
def gettext(context: EvalContext, sentence: str, **values: Any) -> str:
    """`_("…")` in a template: the sentence, with its values escaped where the template escapes."""
    ours = _ours()
    if context.autoescape and not values:
        known = ours.plain.get(sentence)
        if known is None:
            known = ours.plain[sentence] = Markup(_said(ours, sentence)) % {}  # noqa: S704
        return known
    found = _said(ours, sentence)
    return (Markup(found) if context.autoescape else found) % values  # noqa: S704 (ours, from the catalogue)


@pass_eval_context
def ngettext(context: EvalContext, one: str, many: str, count: int, **values: Any) -> str:
    """`ngettext("%(num)s post", "%(num)s posts", n)` in a template; `num` is the count."""
    found = _said(_ours(), one, many, count)
    values.setdefault("num", count)
    return (Markup(found) if context.autoescape else found) % values  # noqa: S704


@lru_cache(16)
def catalogue(language: str) -> NullTranslations:
    """What a language says, for who fills a page before there is a request: `catalogue(…).ngettext(one, many, n)`."""
    folder = Path(__file__).resolve().parent.parent / "translations"
    return Translations.load(str(folder), [language])


@lru_cache(4096)
def _date(moment: date, form: str | None, rebase: bool, _locale: Locale, _zone: tzinfo) -> str:
    return str(format_date(moment, form, rebase))


@lru_cache(4096)
def _datetime(moment: datetime, form: str | None, rebase: bool, _locale: Locale, _zone: tzinfo) -> str:
    return str(format_datetime(moment, form, rebase))


def dateformat(moment: date, form: str | None = None, rebase: bool = True) -> str:
    """The day of a moment, as the reader's language writes it, in their time zone."""
    if isinstance(moment, datetime):  # no zone's day begins within a quarter of an hour
        moment = moment.replace(minute=moment.minute // 15 * 15, second=0, microsecond=0)
    return _date(moment, form, rebase, get_locale(), get_timezone())


def datetimeformat(moment: datetime, form: str | None = None, rebase: bool = True) -> str:
    """A moment, as the reader's language writes it, in their time zone."""
    return _datetime(moment, form, rebase, get_locale(), get_timezone())


def init_app(app: Flask) -> None:
    """Take flask-babel's place in templates; everything else of it stays."""
    app.jinja_env.globals.update(_=gettext, gettext=gettext, ngettext=ngettext)
    app.jinja_env.filters.update(dateformat=dateformat, datetimeformat=datetimeformat)
