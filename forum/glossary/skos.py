"""The glossary for other systems: SKOS as Turtle and as JSON-LD. https://www.w3.org/TR/skos-reference/"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from forum.glossary.models import Concept
from forum.glossary.queries import Hierarchy

SKOS = "http://www.w3.org/2004/02/skos/core#"
DCT = "http://purl.org/dc/terms/"


def _literal(text: str, language: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return f'"{escaped}"@{language}'


def _statements(concept: Concept, base: str, hierarchy: Hierarchy) -> Iterator[tuple[str, str]]:
    """(predicate, object) in Turtle."""
    for language, words in concept.terms.items():
        for position, word in enumerate(words):
            yield ("skos:altLabel" if position else "skos:prefLabel"), _literal(word, language)
    for word in concept.discouraged:
        yield "skos:hiddenLabel", _literal(word, "und")
    if concept.broader:
        yield "skos:broader", f"<{base}/glossary/{concept.broader}>"
    for other in hierarchy.beside(concept):
        yield "skos:related", f"<{base}/glossary/{other}>"
    if concept.note:
        yield "skos:scopeNote", _literal(concept.note, "en")
    if concept.replaced_by:
        yield "dct:isReplacedBy", f"<{base}/glossary/{concept.replaced_by}>"
    if concept.is_retired:
        yield "owl:deprecated", "true"
    yield "skos:inScheme", f"<{base}/glossary>"


def turtle(concepts: Iterable[Concept], *, base: str, title: str, hierarchy: Hierarchy) -> Iterator[str]:
    """One concept after the other, so that nobody has to hold them all.

    Args:
        base: the address of the site, without a slash at its end.
    """
    yield (
        f"@prefix skos: <{SKOS}> .\n@prefix dct: <{DCT}> .\n@prefix owl: <http://www.w3.org/2002/07/owl#> .\n\n"
        f"<{base}/glossary> a skos:ConceptScheme ;\n    dct:title {_literal(title, 'en')} .\n"
    )
    for concept in concepts:
        said = "".join(f" ;\n    {predicate} {value}" for predicate, value in _statements(concept, base, hierarchy))
        yield f"\n<{base}/glossary/{concept.slug}> a skos:Concept{said} .\n"


def json_ld(concepts: Iterable[Concept], *, base: str, hierarchy: Hierarchy) -> dict[str, Any]:
    """The same as JSON-LD. https://www.w3.org/TR/json-ld11/"""
    return {
        "@context": {"skos": SKOS, "dct": DCT},
        "@graph": [_node(concept, base, hierarchy) for concept in concepts],
    }


def _node(concept: Concept, base: str, hierarchy: Hierarchy) -> dict[str, Any]:
    def each(words: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
        return [{"@value": word, "@language": language} for language, word in words]

    def link(slug: str) -> dict[str, str]:
        return {"@id": f"{base}/glossary/{slug}"}

    found: dict[str, Any] = {
        "@id": f"{base}/glossary/{concept.slug}",
        "@type": "skos:Concept",
        "skos:prefLabel": each((language, words[0]) for language, words in concept.terms.items() if words),
        "skos:altLabel": each((language, word) for language, words in concept.terms.items() for word in words[1:]),
        "skos:hiddenLabel": each(("und", word) for word in concept.discouraged),
        "skos:broader": link(concept.broader) if concept.broader else None,
        "skos:related": [link(slug) for slug in hierarchy.beside(concept)],
        "skos:scopeNote": concept.note,
        "dct:isReplacedBy": link(concept.replaced_by) if concept.replaced_by else None,
        "skos:inScheme": {"@id": f"{base}/glossary"},
    }
    return {name: value for name, value in found.items() if value}
