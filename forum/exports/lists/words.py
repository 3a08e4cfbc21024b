"""Lists of the words of the field: the glossary, the instruments, and who cites each of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from forum.accounts.models import Member
from forum.community.queries import all_themes
from forum.exports.files import Row
from forum.exports.lists.listing import AT_ONCE, LANGUAGES, NAMES, Listing, Pages, whole
from forum.glossary.browsing import browse
from forum.instruments.forms import CitingFilters
from forum.instruments.queries import citing, counts_by_instrument
from forum.instruments.views import sorted_by_kind
from forum.instruments.vocabulary import Instrument
from forum.web.filters import from_address
from forum.web.languages import chosen


def _concepts(args: MultiDict[str, str], reader: Member | None) -> Pages:
    asked = args.get("language", "")
    language = asked if asked in LANGUAGES else chosen()
    found = browse(words=args.get("q", ""), theme=args.get("theme", ""), language=language)
    return whole([concept for letter in found.letters for concept in letter.concepts])


def _concept(row: Any) -> Row:
    theme = next((theme.slug for theme in all_themes() if theme.id == row.theme_id), None)
    return {
        "slug": row.slug, **{f"terms_{language}": "; ".join(row.terms.get(language, ())) for language in LANGUAGES},
        "discouraged": "; ".join(row.discouraged), "broader": row.broader, "theme": theme,
        "verified": "yes" if row.verified else "no", "url": f"/glossary/{row.slug}",
    }  # fmt: skip


def _instruments(args: MultiDict[str, str], reader: Member | None) -> Pages:
    counts = counts_by_instrument(reader=reader)
    return whole([(instrument, counts.get(instrument.code, 0)) for instrument in sorted_by_kind()])


def _instrument(row: Any) -> Row:
    found, cited = row
    return {
        "code": found.code, "kind": found.kind, "year": found.year, "body": found.body,
        "abbreviations": "; ".join(found.abbreviations),
        **{f"name_{language}": found.names.get(language, "") for language in LANGUAGES},
        "cited_by": cited, "official_address": found.url, "url": found.address(),
    }  # fmt: skip


def of_citing(instrument: Instrument) -> Listing:
    """Who cites an instrument, narrowed as on its page."""

    def open(args: MultiDict[str, str], reader: Member | None) -> Pages:
        filters = from_address(CitingFilters)
        kind, provision = filters.only, filters.number
        return lambda number: citing(
            instrument, kind=kind, provision=provision, page=number, size=AT_ONCE, reader=reader
        )

    return Listing(
        instrument.address(),
        ("kind", "reference", "title", "language", "provisions", "pages", "url"),
        open,
        _citing,
        lambda row: (row.entry.kind, row.entry.id),
        can_be_cited=True,
    )


def _citing(row: Any) -> Row:
    return {
        "kind": row.entry.kind.value, "reference": row.entry.reference, "title": row.entry.title,
        "language": row.entry.language, "provisions": "; ".join(row.provisions),
        "pages": "; ".join(f"{file}:{page}" for file, page in row.pages), "url": row.entry.url,
    }  # fmt: skip


WORDS: Mapping[str, Listing] = {
    "glossary": Listing(
        "/glossary",
        (
            "slug", *(f"terms_{language}" for language in LANGUAGES), "discouraged", "broader", "theme", "verified",
            "url",
        ),
        _concepts,
        _concept,
    ),
    "instruments": Listing(
        "/instruments",
        (
            "code", "kind", "year", "body", "abbreviations", *NAMES, "cited_by", "official_address", "url",
        ),
        _instruments,
        _instrument,
    ),
}  # fmt: skip
