"""Regions, countries, themes and professions: few, read on every page, changed once a year. Kept in the process."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from forum.community.models import Country, CountryAlsoIn, Profession, Region, Theme, country_name
from forum.kernel.alphabet import looked_up
from forum.kernel.db import db


@dataclass(frozen=True)
class Word:
    """A region, country, theme or profession as plain values: free of any session, cheap in a loop."""

    id: int
    slug: str
    labels: Mapping[str, str]

    def label(self, language: str) -> str:
        """The name in this language, or in English where no translation is known."""
        return self.labels.get(language) or self.labels["en"]


@dataclass(frozen=True)
class RegionWord(Word):
    verified: bool = False
    note: str | None = None


@dataclass(frozen=True)
class CountryWord(Word):
    """Its slug is the ISO 3166-1 code in lower case; `id` numbers it within this list only."""

    code: str = ""
    region_id: int = 0
    also_in: frozenset[int] = frozenset()

    def label(self, language: str) -> str:
        return country_name(self.code, self.labels, language)

    def is_in(self, region_id: int) -> bool:
        return region_id == self.region_id or region_id in self.also_in


@dataclass(frozen=True)
class ThemeWord(Word):
    definition: str = ""
    verified: bool = False
    note: str | None = None


@dataclass(frozen=True)
class ProfessionWord(Word):
    family: str = ""
    is_child_role: bool = False


W = TypeVar("W", bound=Word)
KEEP_SECONDS = 60.0


class Kept(Generic[W]):
    """A short list that is read once and kept for a minute; this process's own changes are seen at once."""

    def __init__(self, read: Callable[[], list[W]]) -> None:
        self.read = read
        self.until = 0.0
        self.rows: list[W] = []

    def __call__(self) -> list[W]:
        if time.monotonic() >= self.until:
            self.rows = self.read()
            self.until = time.monotonic() + (KEEP_SECONDS if self.rows else 0)
        return self.rows

    def forget(self) -> None:
        self.until = 0.0


def _read_regions() -> list[RegionWord]:
    found = db.session.execute(
        select(Region.id, Region.slug, Region.labels, Region.verified, Region.verified_note).order_by(
            Region.position, Region.id
        )
    )
    return [RegionWord(*row) for row in found]


def _read_countries() -> list[CountryWord]:
    also: dict[str, set[int]] = {}
    for code, region_id in db.session.execute(select(CountryAlsoIn.country_code, CountryAlsoIn.region_id)):
        also.setdefault(code, set()).add(region_id)
    found = db.session.execute(select(Country.code, Country.labels, Country.region_id).order_by(Country.code))
    return [
        CountryWord(number, code.lower(), labels, code, region_id, frozenset(also.get(code, ())))
        for number, (code, labels, region_id) in enumerate(found, 1)
    ]


def _read_themes() -> list[ThemeWord]:
    found = db.session.execute(
        select(Theme.id, Theme.slug, Theme.labels, Theme.definition, Theme.verified, Theme.verified_note).order_by(
            Theme.position, Theme.id
        )
    )
    return [ThemeWord(*row) for row in found]


def _read_professions() -> list[ProfessionWord]:
    found = db.session.execute(
        select(Profession.id, Profession.slug, Profession.labels, Profession.family, Profession.is_child_role).order_by(
            Profession.position, Profession.id
        )
    )
    return [ProfessionWord(*row) for row in found]


all_regions: Kept[RegionWord] = Kept(_read_regions)
all_countries: Kept[CountryWord] = Kept(_read_countries)
all_themes: Kept[ThemeWord] = Kept(_read_themes)
all_professions: Kept[ProfessionWord] = Kept(_read_professions)

KEPT_FROM: dict[type[Any], Kept[Any]] = {
    Region: all_regions,
    Country: all_countries,
    Theme: all_themes,
    Profession: all_professions,
}


def in_alphabetical_order(words: Iterable[W], language: str) -> list[W]:
    """These words as a reader of this language looks them up; regions and themes have an order of their own instead."""
    return sorted(words, key=lambda word: looked_up(word.label(language)))


def region_called(slug: str) -> RegionWord | None:
    """The region with this slug, or None."""
    return next((region for region in all_regions() if region.slug == slug), None)


def theme_called(slug: str) -> ThemeWord | None:
    """The theme with this slug, or None."""
    return next((theme for theme in all_themes() if theme.slug == slug), None)


def country_coded(code: str) -> CountryWord | None:
    """The country with this ISO 3166-1 code in any case, or None."""
    return next((country for country in all_countries() if country.code == code.upper()), None)


def countries_in(region_id: int) -> list[CountryWord]:
    """The countries of a region, those whose main region is another one included; by code."""
    return [country for country in all_countries() if country.is_in(region_id)]


def forget_words() -> None:
    """Read every list anew at its next use."""
    for kept in KEPT_FROM.values():
        kept.forget()


@event.listens_for(Session, "after_flush")
def _forget_what_changed(session: Session, _context: Any) -> None:
    for row in (*session.new, *session.dirty, *session.deleted):
        if type(row) in KEPT_FROM:
            KEPT_FROM[type(row)].forget()
