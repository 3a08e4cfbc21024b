"""RIS, which every reference manager reads. https://en.wikipedia.org/wiki/RIS_(file_format)"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import rispy

from forum.citing.citable import Citable, Genre, line

TYPES = {
    Genre.REPORT: "RPRT",
    Genre.LAW: "STAND",
    Genre.ARTICLE: "JOUR",
    Genre.BRIEF: "RPRT",
    Genre.TEACHING: "GEN",
    Genre.BROADCAST: "VIDEO",
    Genre.DOCUMENT: "GEN",
    Genre.EVENT: "CONF",
}


class _Writer(rispy.RisWriter):  # type: ignore[misc]
    """Nothing but tags: a record begins with TY, and some programs read no file that begins otherwise."""

    def set_header(self, count: int) -> str:
        return ""


def ris(things: Iterable[Citable]) -> str:
    """A file of RIS records."""
    records = [_record(thing) for thing in things]
    return str(rispy.dumps(records, implementation=_Writer)) if records else ""


def _record(thing: Citable) -> dict[str, Any]:
    issued = (thing.issued or "").split("-")
    date = "/".join([*issued, "", "", ""][:3]) + "/" if thing.issued else ""  # YYYY/MM/DD/ with what is known
    found: dict[str, Any] = {
        "type_of_reference": TYPES[thing.genre],
        "id": thing.key,
        "title": line(thing.title),
        "authors": [line(name.filed) for name in thing.authors],
        "secondary_authors": [line(name.filed) for name in thing.editors],
        "subsidiary_authors": [line(name.filed) for name in thing.translators],
        "year": issued[0],
        "date": date,
        "journal_name" if thing.genre is Genre.ARTICLE else "publisher": line(thing.publisher),
        "place_published": line(thing.place),
        "secondary_title": line(thing.event),
        "type_of_work": line(thing.kind_word),
        "number": line(thing.number),
        "abstract": line(thing.abstract),
        "language": ", ".join(thing.languages or (thing.language,)),
        "keywords": [line(theme) for theme in thing.themes],
        "doi": thing.doi,
        "issn": thing.isbn,
        "urls": [line(thing.source or thing.url)],
    }
    return {key: value for key, value in found.items() if value}
