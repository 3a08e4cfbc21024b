"""Looking after the community's words: change, add, retire, undo; suggest and decide. Nothing is ever deleted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from forum.access.rules import SITE, Can, authorize
from forum.accounts.models import Member
from forum.glossary.events import ConceptEdited, SuggestionDecided, TermSuggested
from forum.glossary.models import EDITED, Concept, ConceptRevision, TermSuggestion, Verdict
from forum.kernel import clock
from forum.kernel.db import db, save
from forum.kernel.errors import Invalid, Refused
from forum.kernel.events import record
from forum.kernel.i18n import _
from forum.kernel.plain import slug_of
from forum.kernel.text import cleaned

PIVOT = "en"  # every concept has a term in it, by which it is named


def terms_in(typed: str) -> list[str]:
    """The terms of a text with one on each line: without blanks, without doubles, in their order."""
    lines = (" ".join(cleaned(line).split()) for line in typed.splitlines())
    return list(dict.fromkeys(line for line in lines if line))


def add_concept(
    *, terms: Mapping[str, Iterable[str]], by: Member, theme_id: int | None = None, note: str = ""
) -> Concept:
    """Add a meaning nobody had a word for here.

    Args:
        terms: per language, the preferred one first; English is needed.

    Raises:
        Invalid: no English term, or one too long; or a concept of this name is there already.
    """
    authorize(by, Can.EDIT_GLOSSARY, SITE)
    fitting = _fitting(terms)
    slug = slug_of(fitting[PIVOT][0])[:80].strip("-")
    if not slug:
        raise Invalid(_("Write the English term in Latin letters."), PIVOT)
    if db.session.scalar(select(Concept.id).where(Concept.slug == slug)) is not None:
        raise Invalid(_("There is a concept of this name already; add your terms there."), PIVOT)
    concept = save(Concept(slug=slug, terms=fitting, theme_id=theme_id, note=cleaned(note).strip()))
    record(ConceptEdited(concept_id=concept.id, member_id=by.id))
    return concept


def edit_concept(concept: Concept, *, by: Member, reason: str, version: int, **values: Any) -> Concept:
    """Change a concept; what it was is kept as a revision.

    Args:
        reason: why, in the editor's words; shown in the concept's history.
        version: the one the editor had before them.
        values: some of EDITED.

    Raises:
        Invalid: no reason, no English term, a term that is too long, or a circle of broader concepts.
        Refused: it was changed in the meantime.
    """
    authorize(by, Can.EDIT_GLOSSARY, SITE)
    concept.refuse_when_changed(version)
    if not reason.strip():
        raise Invalid(_("Say in a few words why you change it; others will read that."), "reason")
    if "terms" in values:
        values["terms"] = _fitting(values["terms"])
    if "broader" in values:
        _refuse_circles(concept, values["broader"])
    if "related" in values:
        values["related"] = _known(values["related"], but=concept.slug)
    changed = {name: value for name, value in values.items() if getattr(concept, name) != value}
    if not changed:
        return concept
    _keep_revision(concept, by=by, reason=reason)
    for name, value in changed.items():
        setattr(concept, name, value)
    record(ConceptEdited(concept_id=concept.id, member_id=by.id))
    return concept


def retire(concept: Concept, *, by: Member, reason: str, version: int, replaced_by: str = "") -> Concept:
    """Use a concept no longer; its page stays, and leads to the one that means this now.

    Raises:
        Refused: it is retired already.
        Invalid: what is to replace it is not there, or is it.
    """
    if concept.is_retired:
        raise Refused(_("This concept is retired already."))
    if replaced_by and _known([replaced_by], but=concept.slug) != [replaced_by]:
        raise Invalid(_("There is no other concept of this name."), "replaced_by")
    values = {"retired_at": clock.now(), "replaced_by": replaced_by or None}
    return edit_concept(concept, by=by, reason=reason, version=version, **values)


def bring_back(concept: Concept, revision: ConceptRevision, *, by: Member, version: int) -> Concept:
    """Make a concept again what it was; that is an edit too, and can be undone like any other."""
    before = {**revision.before}
    before["retired_at"] = datetime.fromisoformat(before["retired_at"]) if before["retired_at"] else None
    reason = str(_("As in version %(number)s", number=revision.version))
    return edit_concept(concept, by=by, reason=reason, version=version, **before)


def suggest(words: str, *, by: Member, concept: Concept | None = None) -> TermSuggestion:
    """Say what should be different; somebody who looks after the glossary decides. A second click says it once.

    Raises:
        Invalid: nothing is said, or too much.
    """
    authorize(by, Can.SUGGEST_TERMS, SITE)
    words = cleaned(words).strip()
    if not words or len(words) > TermSuggestion.LENGTH:
        raise Invalid(_("Write what should be different, in at most 1,000 characters."), "words")
    said = {"words": words, "author_id": by.id, "concept_id": concept.id if concept else None}
    if waiting := db.session.scalar(select(TermSuggestion).filter_by(**said, verdict=Verdict.OPEN).limit(1)):
        return waiting
    made = save(TermSuggestion(**said))
    record(TermSuggested(suggestion_id=made.id, member_id=by.id))
    return made


def decide(suggestion: TermSuggestion, verdict: Verdict, *, by: Member, answer: str) -> TermSuggestion:
    """Take a suggestion up or decline it, with a word to whoever made it. Changing the concept is a deed of its own.

    Raises:
        Refused: it is decided already.
        Invalid: declined without a word.
    """
    authorize(by, Can.EDIT_GLOSSARY, SITE)
    suggestion.refuse_when_decided()
    if verdict is Verdict.DECLINED and not answer.strip():
        raise Invalid(_("Say why not; the member who suggested it will read that."), "answer")
    suggestion.verdict, suggestion.answer = verdict, answer.strip()[:500]
    suggestion.decided_by_id, suggestion.decided_at = by.id, clock.now()
    record(SuggestionDecided(suggestion_id=suggestion.id, member_id=by.id))
    return suggestion


def _fitting(terms: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    found = {language: list(words) for language, words in terms.items() if words}
    if not found.get(PIVOT):
        raise Invalid(_("Give at least one English term; the concept is named after it."), PIVOT)
    for language, words in found.items():
        if len(words) > Concept.MOST_TERMS:
            raise Invalid(_("At most 20 terms in one language."), language)
        if any(len(word) > Concept.TERM_LENGTH for word in words):
            raise Invalid(_("A term has at most 120 characters."), language)
    return found


def _known(slugs: Iterable[str], *, but: str) -> list[str]:
    wanted = [slug for slug in dict.fromkeys(slugs) if slug and slug != but]
    there = set(db.session.scalars(select(Concept.slug).where(Concept.slug.in_(wanted))))
    if missing := [slug for slug in wanted if slug not in there]:
        raise Invalid(_("There is no concept called %(name)s.", name=", ".join(missing)), "related")
    return wanted


def _refuse_circles(concept: Concept, broader: str | None) -> None:
    parents = {row.slug: row.broader for row in db.session.execute(select(Concept.slug, Concept.broader))}
    if broader and broader not in parents:
        raise Invalid(_("There is no concept called %(name)s.", name=broader), "broader")
    seen = broader
    while seen:
        if seen == concept.slug:
            raise Invalid(_("That one is narrower than this one, so it cannot be broader too."), "broader")
        seen = parents.get(seen)


def _keep_revision(concept: Concept, *, by: Member, reason: str) -> None:
    before = {name: getattr(concept, name) for name in EDITED}
    before["retired_at"] = concept.retired_at.isoformat() if concept.retired_at else None
    reason = " ".join(cleaned(reason).split())[:300]
    db.session.add(
        ConceptRevision(concept_id=concept.id, version=concept.version, before=before, reason=reason, editor_id=by.id)
    )
    concept.version += 1
