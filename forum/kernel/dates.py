"""Dates the record knows only in part, shown in the reader's language: a day, a month, a year, or not known."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from functools import lru_cache
from unicodedata import decimal

from babel import Locale
from babel.dates import format_interval, format_skeleton
from flask_babel import get_locale
from flask_babel import gettext as _

from forum.kernel import clock

PARTIAL = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
SKELETONS = {4: "y", 7: "yMMMM", 10: "yMMMMd"}


def in_our_digits(typed: str) -> str:
    """A date as it is kept: ٢٠١٩ as 2019. Programs that read what we export know no other digits."""
    return "".join(str(decimal(sign)) if sign.isdecimal() else sign for sign in typed)


def first_day(text: str) -> date:
    """The first day a partial date may mean.

    Args:
        text: YYYY, YYYY-MM or YYYY-MM-DD.

    Raises:
        ValueError: it is none of these, or there is no such day.
    """
    found = PARTIAL.fullmatch(text)
    if not found:
        raise ValueError(text)
    year, month, day = found.groups()
    return date(int(year), int(month or 1), int(day or 1))


def instant(text: str | None) -> datetime | None:
    """Its first instant, which orders lists; None when nothing is known."""
    if not text:
        return None
    day = first_day(text)
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def is_exact(text: str | None) -> bool:
    """Whether the day itself is known."""
    return bool(text) and len(text or "") == 10


def when(start: str | None, end: str | None = None) -> str:
    """The dates of an event as a reader would write them: "6–7 June 2019", "October 2019", "date not known"."""
    if not start:
        return _("until %(date)s, beginning not known", date=_one(end)) if end else _("date not known")
    if not end or end == start:
        return _one(start)
    if len(start) == len(end):
        return _days(start, end, get_locale())
    return f"{_one(start)} – {_one(end)}"


@lru_cache(2048)
def _days(start: str, end: str, locale: Locale) -> str:
    return str(format_interval(first_day(start), first_day(end), SKELETONS[len(start)], locale=locale))


def _one(text: str | None) -> str:
    return _day(text or "", get_locale())


@lru_cache(2048)
def _day(text: str, locale: Locale) -> str:
    return str(format_skeleton(SKELETONS[len(text)], first_day(text), locale=locale))


def is_far_off(text: str | None) -> bool:
    """Whether a partial date lies beyond next year: nothing published bears one, whoever wrote it mistyped."""
    return (year_of(text) or 0) > clock.now().year + 1


def year_of(text: str | None) -> int | None:
    """The year of a partial date."""
    return int(text[:4]) if text else None
