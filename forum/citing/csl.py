"""CSL-JSON, from which citation processors make any style. https://docs.citationstyles.org/en/stable/specification.html"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from forum.citing.citable import Citable, Genre, Name, line

TYPES = {
    Genre.REPORT: "report",
    Genre.LAW: "standard",
    Genre.ARTICLE: "article-journal",
    Genre.BRIEF: "report",
    Genre.TEACHING: "document",
    Genre.BROADCAST: "broadcast",
    Genre.DOCUMENT: "document",
    Genre.EVENT: "event",
}


def csl(things: Iterable[Citable]) -> str:
    """A CSL-JSON document: a list of items."""
    return json.dumps([item(thing) for thing in things], ensure_ascii=False, indent=1) + "\n"


def item(thing: Citable) -> dict[str, Any]:
    """One item of CSL-JSON."""
    found: dict[str, Any] = {
        "id": thing.key,
        "type": TYPES[thing.genre],
        "title": line(thing.title),
        "author": [_name(name) for name in thing.authors],
        "editor": [_name(name) for name in thing.editors],
        "translator": [_name(name) for name in thing.translators],
        "issued": {"date-parts": [list(thing.date)]} if thing.date else None,
        "publisher": line(thing.publisher) if thing.genre is not Genre.ARTICLE else "",
        "container-title": line(thing.publisher) if thing.genre is Genre.ARTICLE else "",
        "publisher-place": line(thing.place),
        "event-title": line(thing.event),
        "genre": line(thing.kind_word),
        "number": line(thing.number),
        "abstract": line(thing.abstract),
        "language": thing.language,
        "keyword": ", ".join(map(line, thing.themes)),
        "DOI": thing.doi,
        "ISBN": thing.isbn,
        "URL": line(thing.source or thing.url),
    }
    return {key: value for key, value in found.items() if value}


def _name(name: Name) -> dict[str, str]:
    if name.is_organisation or not name.given:
        return {"literal": line(name.text)}
    return {"family": line(name.family), "given": line(name.given)}
