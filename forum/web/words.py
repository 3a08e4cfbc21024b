"""Sentences and dates for templates, each worked out once per language and kept in the process.

A page says some seventy sentences and twenty dates. flask-babel looks up the context, the domain, the locale and the
catalogue for every one; here the locale alone is asked for, so that `force_locale` (letters) still holds.
"""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from functools import lru_cache
from typing import Any

from babel import Locale
from flask import Flask
from flask_babel import format_date, format_datetime, get_locale, get_timezone, get_translations
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

_sentences: dict[tuple[Any, ...], str] = {}
_plain: dict[tuple[Any, ...], Markup] = {}


def _sentence(locale: Locale, one: str, many: str | None = None, count: int = 0) -> str:
    """The sentence in this language, from the catalogue; the plural form that fits the count.

    Only sentences of the source are asked for, so what is kept is as bounded as they are.
    """
    catalogue = get_translations()
    if many is not None:
        # how a count is said depends on the count; counts are many, forms are few
        key: tuple[Any, ...] = (str(locale), one, getattr(catalogue, "plural", lambda n: int(n != 1))(count))
        if key not in _sentences:
            _sentences[key] = catalogue.ungettext(one, many, count)
        return _sentences[key]
    key = (str(locale), one)
    if key not in _sentences:
        _sentences[key] = catalogue.ugettext(one)
    return _sentences[key]


@pass_eval_context
def gettext(context: EvalContext, sentence: str, **values: Any) -> str:
    """`_("…")` in a template: the sentence, with its values escaped where the template escapes."""
    locale = get_locale()
    if context.autoescape and not values:
        known = _plain.get((locale, sentence))
        if known is None:
            known = _plain[locale, sentence] = Markup(_sentence(locale, sentence)) % {}  # noqa: S704
        return known
    found = _sentence(locale, sentence)
    return (Markup(found) if context.autoescape else found) % values  # noqa: S704 (ours, from the catalogue)


@pass_eval_context
def ngettext(context: EvalContext, one: str, many: str, count: int, **values: Any) -> str:
    """`ngettext("%(num)s post", "%(num)s posts", n)` in a template; `num` is the count."""
    found = _sentence(get_locale(), one, many, count)
    values.setdefault("num", count)
    return (Markup(found) if context.autoescape else found) % values  # noqa: S704


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
