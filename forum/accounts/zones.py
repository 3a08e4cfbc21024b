"""Time zones as people look for them: by country and city in their own language, with the clock there to recognise it by."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale
from babel.core import get_global
from babel.dates import format_time, get_timezone_location

from forum.kernel.alphabet import looked_up

#: Languages whose names of places are kept: those the forum speaks, and some to spare.
KEPT = 16

#: What somebody has who was never asked: mails come by this clock until they, their browser or their country say better.
NOT_SAID = "UTC"
#: CLDR's territory of zones that are offsets and no place.
NOWHERE = "ZZ"


def is_zone(name: str) -> bool:
    """Whether this machine knows a time zone of this name (an IANA name)."""
    return name in _there()


def zone_said(name: str | None) -> str:
    """The zone somebody's browser says it lives in, under the name of today; NOT_SAID where it says nothing we know."""
    known = get_global("zone_aliases").get(name or "", name or "")
    return known if is_zone(known) else NOT_SAID


def zone_of_country(code: str, at: datetime) -> str | None:
    """The time zone of a country all of which has the same clock all year; None where one has to choose.

    Args:
        code: ISO 3166-1 alpha-2, in capitals.
        at: the year that counts.
    """
    zones = [zone for zone in get_global("territory_zones").get(code, ()) if is_zone(zone)]
    months = [datetime(at.year, month, 15, tzinfo=UTC) for month in range(1, 13)]
    clocks = {tuple(month.astimezone(ZoneInfo(zone)).utcoffset() for month in months) for zone in zones}
    return zones[0] if len(clocks) == 1 else None


def zones_by_country(language: str, now: datetime, *, besides: str = "") -> list[tuple[str, str]]:
    """Choices: (IANA name, "Argentina · Buenos Aires · 09:05"), sorted by country; what is not on any map first.

    Args:
        language: of the reader.
        now: the moment whose time of day is shown.
        besides: a zone that must be among them under whatever name it has: what the member chose before.
    """
    known = _places(language)
    shown = {zone for zone, _country, _city in known}
    others = (zone for zone in dict.fromkeys((NOT_SAID, besides)) if is_zone(zone) and zone not in shown)
    first = [(zone, "", zone.replace("_", " ")) for zone in others]
    clocks: dict[timedelta | None, str] = {}  # 418 zones have some forty clocks, and each takes Babel long to write
    choices = []
    for zone, country, city in (*first, *known):
        there = now.astimezone(ZoneInfo(zone))
        clock = clocks.get(there.utcoffset()) or clocks.setdefault(there.utcoffset(), _clock(there, language))
        choices.append((zone, _label(country, city, clock)))
    return choices


def zone_in_words(zone: str, language: str, now: datetime) -> str:
    """A zone as it stands among the choices: "Argentina · Buenos Aires · 09:05"; as it is where nobody knows it."""
    if not is_zone(zone):
        return zone
    country = _countries().get(zone, "")
    locale = Locale.parse(language)
    place = _place(zone, country, locale) if country in locale.territories else ("", zone.replace("_", " "))
    return _label(*place, _clock(now.astimezone(ZoneInfo(zone)), language))


@cache
def _there() -> frozenset[str]:
    """The zones of this machine; to list them walks through its folders for some milliseconds."""
    return frozenset(available_timezones())


@cache
def _countries() -> dict[str, str]:
    """For each zone that is a place, the country it lies in (ISO 3166-1 alpha-2)."""
    countries = ((country, zones) for country, zones in get_global("territory_zones").items() if country != NOWHERE)
    return {zone: country for country, zones in countries for zone in zones if is_zone(zone)}


@lru_cache(KEPT)
def _places(language: str) -> tuple[tuple[str, str, str], ...]:
    """(zone, country, city) of all in one language, sorted as one looks them up."""
    locale = Locale.parse(language)
    known = (
        (zone, *_place(zone, country, locale))
        for zone, country in _countries().items()
        if country in locale.territories
    )
    return tuple(sorted(known, key=lambda place: (looked_up(place[1]), looked_up(place[2]))))


def _place(zone: str, country: str, locale: Locale) -> tuple[str, str]:
    return locale.territories[country], get_timezone_location(zone, locale=locale, return_city=True)


def _clock(there: datetime, language: str) -> str:
    return format_time(there, "short", locale=language)


def _label(country: str, city: str, clock: str) -> str:
    return " · ".join(dict.fromkeys(part for part in (country, city, clock) if part))
