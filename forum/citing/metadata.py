"""What a page says of itself to programs that read it: Google Scholar, Zotero, search engines.

`citation_*` as Google Scholar asks for (https://scholar.google.com/intl/en/scholar/inclusion.html#indexing), Dublin Core
in HTML (RFC 5791's successor, https://www.dublincore.org/specifications/dublin-core/dcq-html/), and schema.org.
"""

from __future__ import annotations

from typing import Any

from forum.citing.citable import Citable, Genre, Name, line

DCMI_TYPES = {Genre.EVENT: "Event", Genre.BROADCAST: "MovingImage"}
SCHEMA_TYPES = {
    Genre.REPORT: "Report",
    Genre.LAW: "Legislation",
    Genre.ARTICLE: "ScholarlyArticle",
    Genre.BRIEF: "Report",
    Genre.TEACHING: "LearningResource",
    Genre.BROADCAST: "VideoObject",
    Genre.DOCUMENT: "CreativeWork",
    Genre.EVENT: "Event",
}


def meta_tags(thing: Citable) -> list[tuple[str, str]]:
    """Names and contents of `<meta>` elements, in the order they stand in the head."""
    return [(name, line(content)) for name, content in (*_scholar(thing), *_dublin_core(thing)) if line(content)]


def _scholar(thing: Citable) -> list[tuple[str, str]]:
    publishers = {
        Genre.REPORT: "citation_technical_report_institution",
        Genre.BRIEF: "citation_technical_report_institution",
        Genre.ARTICLE: "citation_journal_title",
    }
    return [
        ("citation_title", thing.title),
        *(("citation_author", name.filed) for name in thing.authors),
        *(("citation_editor", name.filed) for name in thing.editors),
        ("citation_publication_date", "/".join((thing.issued or "").split("-"))),
        (publishers.get(thing.genre, "citation_publisher"), thing.publisher),
        ("citation_technical_report_number" if thing.genre is Genre.REPORT else "citation_number", thing.number),
        ("citation_conference_title", thing.event),
        ("citation_language", thing.language),
        ("citation_doi", thing.doi),
        ("citation_isbn", thing.isbn),
        ("citation_keywords", "; ".join(thing.themes)),
        ("citation_abstract_html_url", thing.url),
        ("citation_public_url", thing.source),
        ("citation_pdf_url", thing.file if thing.file.lower().endswith(".pdf") else ""),
    ]


def dublin_core(thing: Citable) -> list[tuple[str, str]]:
    """The elements of simple Dublin Core, in the order of their definition; an element may come more than once."""
    identifiers = [thing.url, thing.source, f"https://doi.org/{thing.doi}" if thing.doi else ""]
    identifiers += [f"urn:isbn:{thing.isbn}" if thing.isbn else "", thing.number]
    return [
        ("title", thing.title),
        *(("title", title) for title in thing.alternative_titles),
        *(("creator", name.filed) for name in thing.authors),
        *(("subject", theme) for theme in thing.themes),
        ("description", thing.abstract),
        ("publisher", thing.publisher),
        *(("contributor", name.filed) for name in (*thing.editors, *thing.translators)),
        ("date", thing.issued or ""),
        ("type", DCMI_TYPES.get(thing.genre, "Text")),
        ("type", thing.kind_word),
        *(("identifier", identifier) for identifier in identifiers),
        ("source", thing.event),
        *(("language", language) for language in thing.languages or (thing.language,)),
        *(("coverage", region) for region in thing.regions),
        ("rights", thing.licence),
    ]


def _dublin_core(thing: Citable) -> list[tuple[str, str]]:
    return [(f"DC.{name}", content) for name, content in dublin_core(thing)] + [("DCTERMS.issued", thing.issued or "")]


def schema_org(thing: Citable) -> dict[str, Any]:
    """The same for search engines, as JSON-LD. https://schema.org/CreativeWork"""
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": SCHEMA_TYPES[thing.genre],
        "@id": thing.url,
        "url": thing.url,
        "name": line(thing.title),
        "alternateName": [line(title) for title in thing.alternative_titles],
        "author": [_person(name) for name in thing.authors],
        "editor": [_person(name) for name in thing.editors],
        "translator": [_person(name) for name in thing.translators],
        "publisher": {"@type": "Organization", "name": line(thing.publisher)} if thing.publisher else None,
        "datePublished": thing.issued,
        "inLanguage": list(thing.languages or (thing.language,)),
        "abstract": line(thing.abstract),
        "keywords": [line(theme) for theme in thing.themes],
        "spatialCoverage": [line(region) for region in thing.regions],
        "identifier": [value for value in (thing.number, thing.isbn) if value],
        "sameAs": [value for value in (thing.source, f"https://doi.org/{thing.doi}" if thing.doi else "") if value],
        "license": thing.licence if thing.licence.startswith("https://") else None,
        "encoding": {"@type": "MediaObject", "contentUrl": thing.file} if thing.file else None,
    }
    return {name: value for name, value in found.items() if value not in (None, [], "")}


def _person(name: Name) -> dict[str, str]:
    if name.is_organisation or not name.given:
        return {"@type": "Organization" if name.is_organisation else "Person", "name": line(name.text)}
    spoken = line(f"{name.given} {name.family}")
    return {"@type": "Person", "name": spoken, "familyName": line(name.family), "givenName": line(name.given)}
