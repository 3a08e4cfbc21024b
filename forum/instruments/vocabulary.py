"""The legal texts this community cites, as data beside this file: codes, names in five languages, where they are."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from forum.kernel.i18n import _

FILE = Path(__file__).with_name("vocabulary.json")
PIVOT = "en"

#: What a provision of an instrument is, as it stands before its number.
UNITS = {
    "article": _("art. %(number)s"),
    "paragraph": _("para. %(number)s"),
    "rule": _("rule %(number)s"),
    "principle": _("principle %(number)s"),
    "target": _("goal %(number)s"),
}
KINDS = {
    "treaty": _("Treaties and directives"),
    "general-comment": _("General comments of the Committee on the Rights of the Child"),
    "rules": _("Rules"),
    "guidelines": _("Guidelines and principles"),
    "declaration": _("Declarations"),
    "agenda": _("Agendas"),
    "report": _("Studies"),
}


@dataclass(frozen=True)
class Instrument:
    """One legal text.

    Args:
        code: permanent, in addresses: /instruments/<code>.
        kind: one of KINDS.
        unit: what its provisions are called, one of UNITS.
        last: the number of its last provision, None when nobody needs to know; a higher one cites nothing.
        source: id of the resource in the record that is this text.
        names: what it is called, by language; an abbreviation follows the name in parentheses where it has one.
        abbreviations: read only as they are written here, capitals and all.
        needs_provision: abbreviations that mean other things too, so they count only before or after a number.
        forms: other ways to name it, in any language.
    """

    code: str
    kind: str
    year: int
    body: str
    url: str | None
    unit: str
    last: int | None
    source: str | None
    names: Mapping[str, str]
    abbreviations: tuple[str, ...]
    needs_provision: tuple[str, ...]
    forms: tuple[str, ...]

    def name(self, language: str) -> str:
        """What it is called in this language, or else in English."""
        return self.names.get(language.split("-")[0]) or self.names[PIVOT]

    def says(self, number: str) -> str:
        """A provision in the reader's words: "art. 40(3)"."""
        return str(UNITS[self.unit] % {"number": number})

    def address(self, provision: str = "") -> str:
        """Of its page, or of those who cite this provision of it."""
        return f"/instruments/{self.code}" + (f"?provision={provision}" if provision else "")


@cache
def all_instruments() -> Mapping[str, Instrument]:
    """Every instrument by its code, in the order of the file."""
    read = json.loads(FILE.read_text(encoding="utf-8"))
    listed = ("abbreviations", "needs_provision", "forms")
    made = [Instrument(**{**row, **{name: tuple(row[name]) for name in listed}}) for row in read]
    return {instrument.code: instrument for instrument in made}
