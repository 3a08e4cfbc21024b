"""From the cells of a row to the description of a resource; what is wrong with it, field by field."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from forum.citing.citable import COMMA
from forum.community.queries import all_countries, all_regions, all_themes
from forum.kernel.dates import in_our_digits, is_far_off
from forum.library.likeness import plain
from forum.library.models import Contribution, Licence, Resource
from forum.library.operations import Description, Person
from forum.library.words import POPULATIONS, TYPES

#: Our fields, each with the names a column may have; compared without case, accents and signs.
FIELDS: Mapping[str, tuple[str, ...]] = {
    "title": ("title", "título", "titulo", "titre", "العنوان", "name"),
    "alternative_titles": ("alternative titles", "other titles", "otros títulos", "autres titres", "outros títulos"),
    "authors": ("authors", "author", "autores", "auteurs", "المؤلفون", "creator", "people"),
    "organisations": ("organisations", "organizations", "corporate authors", "organizaciones"),
    "editors": ("editors", "editor", "editores"),
    "translators": ("translators", "translator", "traductores", "traducteurs", "tradutores"),
    "publisher": ("publisher", "editorial", "éditeur", "editora", "الناشر", "institution"),
    "date": ("date", "year", "issued", "año", "année", "ano", "السنة", "fecha", "data"),
    "type": ("type", "tipo", "النوع", "kind"),
    "licence": ("licence", "license", "licencia", "licença", "rights"),
    "language": ("language of title", "title language", "description language"),
    "languages": ("languages", "language", "idiomas", "idioma", "langues", "langue", "línguas", "اللغة"),
    "themes": ("themes", "theme", "temas", "thèmes", "المواضيع", "keywords"),
    "regions": ("regions", "region", "regiones", "régions", "regiões", "المناطق"),
    "countries": ("countries", "country", "países", "pays", "البلدان"),
    "populations": ("populations", "target population", "población"),
    "abstract": ("abstract", "summary", "resumen", "résumé", "resumo", "الملخص", "description"),
    "url": ("url", "address", "link", "dirección", "adresse", "enlace", "lien", "الرابط"),
    "doi": ("doi",),
    "isbn": ("isbn",),
    "id": ("id", "identifier", "number"),
    "scheme": ("scheme", "source"),
}
DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", re.ASCII)
DOI = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)?(10\.\d{4,9}/\S{1,150})", re.IGNORECASE)
LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})?")
LONGEST_ABSTRACT = 20_000

Problem = dict[str, Any]


def field_called(column: str) -> str:
    """The field a column means by its name, "" when we know no such name."""
    said = plain(column.replace("_", " "))
    return next((field for field, names in FIELDS.items() if said in {plain(name) for name in names}), "")


@dataclass(frozen=True)
class Understood:
    """What a row says.

    Args:
        description: None when something is wrong.
        identifiers: by which it may be known: scheme and value.
    """

    description: Description | None
    problems: tuple[Problem, ...]
    identifiers: tuple[tuple[str, str], ...]


def understand(cells: Mapping[str, str], mapping: Mapping[str, str]) -> Understood:
    """Make a description of the cells of one row, or say all that is wrong with them."""
    row = _Row({field: cells[column] for column, field in mapping.items() if cells.get(column)})
    if "…" in cells:
        row.wrong("row", "cells")
    doi, isbn = row.doi(), row.isbn()
    url = row.url() or (f"https://doi.org/{doi}" if doi else "")
    if not url and not row.is_wrong("url"):
        row.wrong("url", "address")
    languages = row.languages()
    description = Description(
        title=row.text("title", Resource.TITLE_LENGTH, needed=True),
        type=row.one_of("type", TYPES) or "report",
        alternative_titles=row.several("alternative_titles"),
        people=row.people(),
        publisher=row.text("publisher", 300),
        issued=row.date(),
        licence=Licence(row.one_of("licence", {licence.value: licence.value for licence in Licence}) or "unknown"),
        language=row.cells.get("language") or (languages[0] if languages else "en"),
        languages=languages,
        regions=row.ids("regions", all_regions()),
        themes=row.ids("themes", all_themes()),
        countries=row.countries(),
        populations=row.all_of("populations", POPULATIONS),
        abstract=row.text("abstract", LONGEST_ABSTRACT),
        url=url,
    )
    own = (row.cells.get("scheme", "")[:60].casefold(), row.cells.get("id", "")[:200])
    identifiers = [("doi", doi.casefold()), ("isbn", isbn), own if own[0] and own[1] else ("", "")]
    known_by = tuple(pair for pair in identifiers if pair[1])
    return Understood(None if row.problems else description, tuple(row.problems), known_by)


class _Row:
    """Reads fields, and notes what is wrong with them."""

    def __init__(self, cells: Mapping[str, str]) -> None:
        self.cells = cells
        self.problems: list[Problem] = []

    def wrong(self, field: str, why: str, **values: Any) -> None:
        self.problems.append({"field": field, "why": why, **values})

    def is_wrong(self, field: str) -> bool:
        return any(problem["field"] == field for problem in self.problems)

    def text(self, field: str, most: int, *, needed: bool = False) -> str:
        said = self.cells.get(field, "").strip()
        if needed and not said:
            self.wrong(field, "missing")
        if len(said) > most:
            self.wrong(field, "long", most=most)
        return said

    def several(self, field: str) -> tuple[str, ...]:
        return tuple(
            dict.fromkeys(part.strip() for part in re.split("[;؛]", self.cells.get(field, "")) if part.strip())
        )

    def one_of(self, field: str, known: Mapping[str, Any]) -> str:
        found = self._known(field, self.cells.get(field, ""), known)
        return found or ""

    def all_of(self, field: str, known: Mapping[str, Any]) -> tuple[str, ...]:
        return tuple(filter(None, (self._known(field, said, known) for said in self.several(field))))

    def _known(self, field: str, said: str, known: Mapping[str, Any]) -> str | None:
        if not said.strip():
            return None
        wanted = plain(said.replace("-", " "))
        for key, label in known.items():
            if wanted in (plain(key.replace("-", " ")), plain(str(label))):
                return key
        self.wrong(field, "unknown", said=said[:80], known=", ".join(known))
        return None

    def ids(self, field: str, words: Sequence[Any]) -> tuple[int, ...]:
        """Themes or regions by their slugs, or by their names in any language."""
        found = []
        for said in self.several(field):
            wanted = plain(said)
            match = next((w for w in words if wanted in {plain(w.slug), *map(plain, w.labels.values())}), None)
            if match is None:
                self.wrong(field, "unknown", said=said[:80], known=", ".join(word.slug for word in words))
            else:
                found.append(match.id)
        return tuple(found)

    def countries(self) -> tuple[str, ...]:
        known = {country.code for country in all_countries()}
        said = [code.upper() for code in self.several("countries")]
        for code in said:
            if code not in known:
                self.wrong("countries", "unknown", said=code[:80], known="AR, FR, KE …")
        return tuple(said)

    def languages(self) -> tuple[str, ...]:
        said = [
            part.strip().lower() for part in re.split(r"[;؛,،\s]+", self.cells.get("languages", "")) if part.strip()
        ]
        for code in said:
            if not LANGUAGE.fullmatch(code) or len(code) > 8:
                self.wrong("languages", "language", said=code[:80])
        return tuple(dict.fromkeys(said))

    def people(self) -> tuple[Person, ...]:
        """ "Family, Given; …": who is written without a comma is an organisation."""
        made: list[Person] = []
        for field, contribution in (
            ("authors", Contribution.AUTHOR),
            ("organisations", Contribution.AUTHOR),
            ("editors", Contribution.EDITOR),
            ("translators", Contribution.TRANSLATOR),
        ):
            for name in self.several(field):
                if len(name) > 200:
                    self.wrong(field, "long", most=200)
                made.append(Person(name, contribution, field == "organisations" or not COMMA.search(name)))
        return tuple(made)

    def date(self) -> str:
        said = in_our_digits(self.cells.get("date", "").strip())
        found = DATE.fullmatch(said)
        if not said:
            return ""
        try:
            if not found:
                raise ValueError
            year, month, day = (int(part) if part else None for part in found.groups())
            date(year or 0, month or 1, day or 1)
        except ValueError:
            self.wrong("date", "date", said=said[:80])
            return ""
        whole = f"{year:04}" + (f"-{month:02}" if month else "") + (f"-{day:02}" if day else "")
        if is_far_off(whole):
            self.wrong("date", "far_off", said=said[:80])
            return ""
        return whole

    def url(self) -> str:
        said = self.cells.get("url", "").strip()
        try:
            parts = urlsplit(said)
            fits = parts.scheme in ("http", "https") and bool(parts.hostname) and len(said) <= 2000 and " " not in said
        except ValueError:
            fits = False
        if said and not fits:
            self.wrong("url", "url", said=said[:80])
            return ""
        return said

    def doi(self) -> str:
        said = self.cells.get("doi", "").strip()
        found = DOI.fullmatch(said)
        if said and not found:
            self.wrong("doi", "doi", said=said[:80])
        from_url = DOI.fullmatch(self.cells.get("url", "").strip()) if not said else None
        match = found or from_url
        return match[1].rstrip(".") if match else ""

    def isbn(self) -> str:
        """As thirteen digits; an ISSN, which RIS has in the same place, is none and not wrong either."""
        said = re.sub(r"[\s-]", "", self.cells.get("isbn", "")).upper()
        if not said or re.fullmatch(r"\d{7}[\dX]", said):
            return ""
        if re.fullmatch(r"\d{9}[\dX]", said):
            digits = [10 if letter == "X" else int(letter) for letter in said]
            if sum(weight * digit for weight, digit in zip(range(10, 0, -1), digits, strict=True)) % 11 == 0:
                body = f"978{said[:9]}"
                return body + str(-sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(body)) % 10)
        elif re.fullmatch(r"\d{13}", said) and sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(said)) % 10 == 0:
            return said
        self.wrong("isbn", "isbn", said=said[:80])
        return ""
