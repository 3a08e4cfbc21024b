"""Regions with their countries, themes, professions, the glossary, and a group for each region and theme."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from sqlalchemy import select

from forum.community.models import Country, Group, GroupKind, Profession, Region, Theme
from forum.glossary.models import Concept
from forum.kernel.db import db
from forum.record.shapes import LANGUAGES, Record
from forum.record.tally import Tally


def load_regions(records: Sequence[Record], tally: Tally) -> dict[str, int]:
    """Regions, then countries (whose second regions must be there first). Returns region ids by slug."""
    there = {region.slug: region for region in db.session.scalars(select(Region))}
    for record in records:
        slug = record["id"]
        there[slug] = tally.put(
            "regions",
            slug,
            there.get(slug),
            partial(Region, slug=slug),
            {
                "labels": dict(record["labels"]),
                "position": record["order"],
                "verified": record["verified"],
                "verified_note": record.get("verified_note"),
            },
        )
    tally.flush()
    ids = {slug: region.id for slug, region in there.items()}
    countries = {country.code: country for country in db.session.scalars(select(Country))}
    for record, country in _countries(records):
        code = country["code"]
        tally.put(
            "countries",
            code,
            countries.get(code),
            partial(Country, code=code),
            {
                "labels": {language: country[language] for language in LANGUAGES if country.get(language)},
                "region_id": ids[record["id"]],
                "also_in": sorted(ids[slug] for slug in country.get("also_in") or ()),
            },
            {"also_in": _set_also_in},
        )
    return ids


def _countries(records: Sequence[Record]) -> Iterator[tuple[Record, Record]]:
    for record in records:
        for country in record["countries"]:
            yield record, country


def _set_also_in(country: Country, region_ids: list[int]) -> None:
    country.also_in = [region for region_id in region_ids if (region := db.session.get(Region, region_id))]


def load_themes(records: Sequence[Record], tally: Tally) -> dict[str, int]:
    """Themes. Returns their ids by slug."""
    there = {theme.slug: theme for theme in db.session.scalars(select(Theme))}
    for record in records:
        slug = record["id"]
        there[slug] = tally.put(
            "themes",
            slug,
            there.get(slug),
            partial(Theme, slug=slug),
            {
                "labels": dict(record["labels"]),
                "position": record["order"],
                "definition": record["definition_en"],
                "verified": record["verified"],
                "verified_note": record.get("verified_note"),
            },
        )
    tally.flush()
    return {slug: theme.id for slug, theme in there.items()}


def load_professions(records: Sequence[Record], tally: Tally) -> None:
    """What the record calls roles."""
    there = {profession.slug: profession for profession in db.session.scalars(select(Profession))}
    for record in records:
        slug = record["id"]
        tally.put(
            "professions",
            slug,
            there.get(slug),
            partial(Profession, slug=slug),
            {
                "labels": dict(record["labels"]),
                "family": record["group"],
                "position": record["order"],
                "is_child_role": record["is_child_role"],
                "verified": record["verified"],
                "verified_note": record.get("verified_note"),
            },
        )


def load_glossary(records: Sequence[Record], themes: dict[str, int], tally: Tally) -> None:
    """Concepts with their terms per language."""
    there = {concept.slug: concept for concept in db.session.scalars(select(Concept))}
    for record in records:
        slug = record["id"]
        tally.put(
            "concepts",
            slug,
            there.get(slug),
            partial(Concept, slug=slug),
            {
                "terms": {language: list(record[language]) for language in LANGUAGES if record[language]},
                "broader": record["broader"],
                "related": list(record["related"]),
                "discouraged": list(record["discouraged"]),
                "theme_id": themes[record["theme"]] if record["theme"] else None,
                "verified": record["verified"],
                "verified_languages": list(record["verified_langs"]),
                "sources": list(record["sources"]),
            },
        )


def load_groups(
    regions: Sequence[Record],
    themes: Sequence[Record],
    region_ids: dict[str, int],
    theme_ids: dict[str, int],
    tally: Tally,
) -> None:
    """One public, open group per region and per theme; what members make of them later is theirs."""
    there = {group.slug: group for group in db.session.scalars(select(Group))}
    wanted: list[tuple[Record, dict[str, Any]]] = [
        (record, {"kind": GroupKind.REGION, "region_id": region_ids[record["id"]]}) for record in regions
    ]
    wanted += [(record, {"kind": GroupKind.THEME, "theme_id": theme_ids[record["id"]]}) for record in themes]
    for record, place in wanted:
        slug = record["id"]
        tally.put(
            "groups",
            slug,
            there.get(slug),
            partial(Group, slug=slug, **place),
            {"name": record["labels"]["en"], "description": record.get("definition_en", "")},
        )
