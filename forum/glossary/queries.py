"""Reading the glossary. It is public as a whole, so no reader is asked for; what concepts lead to is another matter."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from forum.glossary.models import Concept, ConceptRevision, TermSuggestion, Verdict
from forum.kernel.db import db
from forum.kernel.errors import NotFound
from forum.kernel.plain import slug_of

T = TypeVar("T")
CONCEPT: Any = Concept.__table__


@dataclass(frozen=True)
class ConceptRow:
    """A concept as plain values, free of any session."""

    slug: str
    terms: Mapping[str, tuple[str, ...]]
    discouraged: tuple[str, ...]
    broader: str | None
    theme_id: int | None
    verified: bool

    def label(self, language: str) -> str:
        for wanted in (language, "en", *self.terms):
            if self.terms.get(wanted):
                return self.terms[wanted][0]
        return self.slug


def stamp() -> tuple[Any, ...]:
    """Which state the glossary is in: another one after every edit, in every process."""
    row = db.session.execute(select(func.count(), func.sum(CONCEPT.c.version), func.max(CONCEPT.c.changed_at))).one()
    return tuple(row)


def current_concepts() -> list[ConceptRow]:
    """Every concept that is not retired."""
    rows = db.session.execute(select(*_columns()).where(CONCEPT.c.retired_at.is_(None)).order_by(CONCEPT.c.slug))
    return [_concept(row) for row in rows]


def replacements() -> list[tuple[ConceptRow, str]]:
    """Every retired concept that another one means now, with the name of the last that does."""
    wanted = select(*_columns(), CONCEPT.c.replaced_by).where(CONCEPT.c.replaced_by.is_not(None))
    rows = db.session.execute(wanted.where(CONCEPT.c.retired_at.is_not(None)).order_by(CONCEPT.c.slug)).all()
    after = {row.slug: row.replaced_by for row in rows}
    return [(_concept(row), _last(after, row.slug)) for row in rows]


def _last(after: Mapping[str, str], slug: str) -> str:
    seen: set[str] = set()
    while slug in after and slug not in seen:
        seen.add(slug)
        slug = after[slug]
    return slug


def _columns() -> list[Any]:
    return [CONCEPT.c[name] for name in ("slug", "terms", "discouraged", "broader", "theme_id", "verified")]


def _concept(row: Any) -> ConceptRow:
    return ConceptRow(
        row.slug,
        {language: tuple(words) for language, words in row.terms.items() if words},
        tuple(row.discouraged),
        row.broader,
        row.theme_id,
        row.verified,
    )


class KeptForGlossary:
    """What is worked out from all concepts, once for each state of the glossary."""

    def __init__(self, make: Callable[[list[ConceptRow]], T]) -> None:
        self.make = make
        self._kept: tuple[Any, Any] | None = None
        self._lock = Lock()

    def __call__(self) -> Any:
        now = stamp()
        with self._lock:
            if self._kept is None or self._kept[0] != now:
                self._kept = (now, self.make(current_concepts()))
            return self._kept[1]


def names_meant(typed: Sequence[str]) -> list[str]:
    """The concepts people mean by these: each by its name or address, or by a term of it in any language.

    What is none of these comes back as it was typed, so that it can be said that there is no such concept.
    """
    concepts = current_concepts() if typed else []
    by_term = {
        word.casefold(): c.slug for c in reversed(concepts) for words in c.terms.values() for word in words[::-1]
    }
    by_term |= {words[0].casefold(): c.slug for c in reversed(concepts) for words in c.terms.values()}
    names = {concept.slug for concept in concepts}
    found = []
    for said in typed:
        name = slug_of(said.rstrip("/").rpartition("/")[2])
        found.append(name if name in names else by_term.get(said.casefold(), said))
    return found


def get_concept(slug: str) -> Concept:
    """One concept, retired ones too: their address is for ever.

    Raises:
        NotFound: there is none of this name.
    """
    found = db.session.scalar(select(Concept).where(Concept.slug == slug).options(joinedload(Concept.theme)))
    if found is None:
        raise NotFound
    return found


def narrower_than(slug: str) -> Sequence[Concept]:
    query = select(Concept).where(Concept.broader == slug, Concept.retired_at.is_(None))
    return db.session.scalars(query.order_by(Concept.slug)).all()


@dataclass(frozen=True)
class Hierarchy:
    """What is broader than what.

    Args:
        broader: per concept the one right above it.
    """

    broader: Mapping[str, str | None]

    def above(self, slug: str) -> set[str]:
        """Everything broader than a concept."""
        found: set[str] = set()
        at = self.broader.get(slug)
        while at and at not in found:
            found.add(at)
            at = self.broader.get(at)
        return found

    def beside(self, concept: Concept) -> list[str]:
        """The related concepts that are neither above nor below: SKOS keeps the two apart (SKOS Reference, S27)."""
        above = self.above(concept.slug)
        return [other for other in concept.related if other not in above and concept.slug not in self.above(other)]


def hierarchy() -> Hierarchy:
    """That of all concepts, as it is now."""
    return Hierarchy({row.slug: row.broader for row in db.session.execute(select(CONCEPT.c.slug, CONCEPT.c.broader))})


def called(slugs: Sequence[str]) -> list[Concept]:
    """The concepts of these names, in this order; those that are none are left out."""
    there = {row.slug: row for row in db.session.scalars(select(Concept).where(Concept.slug.in_(slugs)))}
    return [there[slug] for slug in slugs if slug in there]


def revisions_of(concept: Concept) -> Sequence[ConceptRevision]:
    query = select(ConceptRevision).where(ConceptRevision.concept_id == concept.id)
    newest_first = query.order_by(ConceptRevision.version.desc()).options(joinedload(ConceptRevision.editor))
    return db.session.scalars(newest_first).all()


def open_suggestions() -> Sequence[TermSuggestion]:
    query = select(TermSuggestion).where(TermSuggestion.verdict == Verdict.OPEN).order_by(TermSuggestion.id)
    return db.session.scalars(
        query.options(joinedload(TermSuggestion.concept), joinedload(TermSuggestion.author))
    ).all()


def get_suggestion(suggestion_id: int) -> TermSuggestion:
    """
    Raises:
        NotFound: there is none.
    """
    found = db.session.get(TermSuggestion, suggestion_id)
    if found is None:
        raise NotFound
    return found
