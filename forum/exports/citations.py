"""What the pages of single things offer: formatted citations, data to take along, metadata for programs."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, g

from forum.citing.citable import Citable, citables
from forum.citing.formats import FORMATS
from forum.citing.metadata import meta_tags, schema_org
from forum.citing.styles import Formatted, formatted
from forum.entries.models import Entry, Kind
from forum.entries.titles import KINDS
from forum.kernel.errors import NotFound
from forum.web.languages import chosen


@dataclass(frozen=True)
class Offer:
    """How one thing can be cited, for a template."""

    thing: Citable
    address: str  # of its page; a format is taken along from there: /library/12.bib

    @property
    def styles(self) -> list[Formatted]:
        return formatted(self.thing, language=chosen())

    @property
    def formats(self) -> list[tuple[str, str]]:
        """Titles and addresses of the formats it is offered in."""
        return [(form.title, f"{self.address}.{name}") for name, form in FORMATS.items()]

    @property
    def tags(self) -> list[tuple[str, str]]:
        return meta_tags(self.thing)

    @property
    def structured(self) -> dict[str, object]:
        return schema_org(self.thing)


def cited_as(entry: Entry) -> Offer:
    """How this entry is cited; head and body of a page ask once between them. Give it what the reader may see."""
    offers: dict[int, Offer] = g.setdefault("offers", {})
    if entry.id not in offers:
        address = KINDS[Kind(entry.kind)].url(entry.id, entry.reference)
        offers[entry.id] = Offer(citable_of(entry), address)
    return offers[entry.id]


def citable_of(entry: Entry) -> Citable:
    """One entry as it is cited.

    Raises:
        NotFound: nothing of its kind is cited.
    """
    found = citables(Kind(entry.kind), [entry.id], site=current_app.config["BASE_URL"]).get(entry.id)
    if found is None:
        raise NotFound
    return found
