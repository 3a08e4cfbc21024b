"""The facets beside the results: each value a link that adds or takes away one filter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from flask_babel import get_locale
from flask_babel import gettext as _

from forum.accounts.models import Member
from forum.community.queries import all_regions, all_themes
from forum.instruments.vocabulary import all_instruments
from forum.library.words import LICENCES, TYPES
from forum.search.across import PARAMETERS
from forum.search.engine import FACETS, FILTERS, Found
from forum.search.publishers import spellings

SHOWN = 12
LONGEST = 300  # as long as the name of a publisher may be
MOST_VALUES = 20


@dataclass(frozen=True)
class Choice:
    """One value of a facet.

    Args:
        url: the same search with this value added, or taken away when it is chosen.
    """

    value: str
    label: str
    count: int
    chosen: bool
    url: str


@dataclass(frozen=True)
class Facet:
    name: str
    label: str
    choices: Sequence[Choice]


def filters_in(asked: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """The filters of an address, empty and over-long values left out."""
    return {
        name: list(dict.fromkeys(v for v in asked.get(name, ()) if 0 < len(v) <= LONGEST))[:MOST_VALUES]
        for name in FILTERS
    }


def address(typed: str, filters: Mapping[str, Sequence[str]], sort: str = "", page: int = 1) -> str:
    """The address of a search; what is not said is left out.

    Args:
        filters: those, and the `across.PARAMETERS`, which narrow nothing but go along.
    """
    said = [("q", typed)] if typed else []
    said += [(name, value) for name in (*FILTERS, *PARAMETERS) for value in filters.get(name, ())]
    said += [("sort", sort)] if sort == "date" else []
    said += [("page", str(page))] if page > 1 else []
    return f"/search?{urlencode(said)}" if said else "/search"


def facets_of(
    found: Found, typed: str, filters: Mapping[str, Sequence[str]], sort: str, *, reader: Member | None
) -> list[Facet]:
    """What the results divide into; facets with nothing to choose are left out."""
    labels = {
        "kind": _("Kind"),
        "region": _("Region"),
        "theme": _("Theme"),
        "language": _("Language"),
        "year": _("Year"),
        "type": _("Type"),
        "publisher": _("Publisher"),
        "licence": _("Licence"),
        "instrument": _("Instrument"),
        "file": _("File"),
    }
    made = []
    for name in FACETS:
        counts, chosen = dict(found.facets.get(name, {})), filters.get(name, ())
        values = sorted({*counts, *chosen}, key=lambda v: (v not in chosen, -counts.get(v, 0), v))
        if name == "year":
            values.sort(reverse=True)
        words = words_for(name, reader=reader) if values else {}
        choices = [
            Choice(v, words.get(v, v), counts.get(v, 0), v in chosen, address(typed, _toggled(filters, name, v), sort))
            for v in values[: SHOWN * 2 if name == "year" else SHOWN]
        ]
        if len(choices) > 1 or chosen:
            made.append(Facet(name, labels[name], choices))
    return made


def _toggled(filters: Mapping[str, Sequence[str]], name: str, value: str) -> dict[str, list[str]]:
    values = list(filters.get(name, ()))
    changed = [v for v in values if v != value] if value in values else [*values, value]
    return {**{n: list(v) for n, v in filters.items()}, name: changed}


def words_for(facet: str, *, reader: Member | None) -> dict[str, str]:
    """The values of a facet in the reader's language; a value without a word is shown as it is."""
    locale = get_locale()
    language = locale.language if locale else "en"
    if facet == "region":
        return {region.slug: region.label(language) for region in all_regions()}
    if facet == "theme":
        return {theme.slug: theme.label(language) for theme in all_themes()}
    if facet == "language":
        return {code: name[:1].upper() + name[1:] for code, name in locale.languages.items()} if locale else {}
    if facet == "file":
        return {"yes": _("With a file")}
    if facet == "publisher":
        return spellings(reader=reader)
    if facet == "type":
        return {value: str(word) for value, word in TYPES.items()}
    if facet == "licence":
        return {value: str(words).split(":")[0].rstrip(".") for value, words in LICENCES.items()}
    if facet == "instrument":
        return {code: instrument.name(language) for code, instrument in all_instruments().items()}
    return kinds() if facet == "kind" else {}


def in_words(typed: str, filters: Mapping[str, Sequence[str]], *, reader: Member | None) -> str:
    """A search as its reader would say it: what was typed, and the names of what it is narrowed to. No place is named:
    a title may be hidden from them later."""
    said = [typed] if typed else []
    for name in FACETS:
        words = words_for(name, reader=reader) if filters.get(name) else {}
        said += [words.get(value, value) for value in filters.get(name, ())]
    return " · ".join(said)


def kinds() -> dict[str, str]:
    """What each kind of result is called, one of it."""
    return {
        "thread": _("Thread"),
        "post": _("Reply"),
        "recommendation": _("Recommendation"),
        "meeting": _("Meeting"),
        "congress": _("Congress"),
        "resource": _("Resource"),
        "collection": _("Collection"),
        "member": _("Member"),
    }
