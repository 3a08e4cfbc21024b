"""What a resource was described as before, change by change; and what suggestions would make different."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from forum.access.scopes import visible_to
from forum.accounts.models import Member
from forum.community.queries import all_countries, all_regions, all_themes
from forum.entries.models import Entry
from forum.entries.words import language_name
from forum.kernel.db import db
from forum.kernel.differences import Piece, word_difference
from forum.kernel.errors import NotFound
from forum.library import words
from forum.library.models import Resource, ResourceVersion, SuggestedEdit, Verdict
from forum.library.operations.describing import described
from forum.web.languages import chosen


@dataclass(frozen=True)
class FieldChange:
    """One field, with what went and what came."""

    name: str
    pieces: list[Piece]


@dataclass(frozen=True)
class Change:
    """One change of a resource, with who made it and why."""

    number: int  # of the version it made
    at: datetime
    by: Member | None
    what_changed: str
    fields: list[FieldChange]


def changes_of(resource: Resource) -> list[Change]:
    """What changed in a resource its reader loaded, the latest first."""
    rows = db.session.scalars(
        select(ResourceVersion)
        .where(ResourceVersion.resource_id == resource.id)
        .options(joinedload(ResourceVersion.replaced_by))
        .order_by(ResourceVersion.number.desc())
    ).all()
    after, found = described(resource), []
    for row in rows:
        found.append(
            Change(row.number + 1, row.replaced_at, row.replaced_by, row.what_changed, differences(row.before, after))
        )
        after = row.before
    return found


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[FieldChange]:
    """The fields of two descriptions that are not the same, in the order of the form."""
    return [
        FieldChange(name, _difference(name, as_text(name, before[name]), as_text(name, after[name])))
        for name in words.FIELDS
        if name in after and name in before and before[name] != after[name]
    ]


def _difference(name: str, before: str, after: str) -> list[Piece]:
    """Word by word what was written, as a whole what was chosen: words that two licences share say nothing."""
    if name in words.CHOSEN:
        return [Piece("del", before), Piece("same", " "), Piece("ins", after)]
    return word_difference(before, after)


def suggested_differences(suggestion: SuggestedEdit) -> list[FieldChange]:
    """What a suggestion would make different from what the resource says now."""
    return differences(described(suggestion.resource), suggestion.changes)


def as_text(name: str, value: Any) -> str:
    """A field as a reader would write it."""
    language = chosen()
    if name == "people":
        return "; ".join(f"{who} ({did})" if did != "author" else who for who, did, _is_organisation in value)
    if name == "regions":
        return "; ".join(r.label(language) for r in all_regions() if r.id in value)
    if name == "themes":
        return "; ".join(t.label(language) for t in all_themes() if t.id in value)
    if name == "countries":
        return "; ".join(c.label(language) for c in all_countries() if c.code in value)
    if name == "populations":
        return "; ".join(str(words.POPULATIONS.get(p, p)) for p in value)
    if name == "languages":
        return "; ".join(language_name(code) for code in value)
    if name == "language":
        return language_name(value)
    if name == "licence":
        return str(words.LICENCES[value])
    if name == "type":
        return str(words.TYPES.get(value, value))
    return "; ".join(value) if isinstance(value, list) else str(value)


def open_suggestions(*, reader: Member, resource: Resource | None = None) -> list[SuggestedEdit]:
    """The suggestions that wait for this member: on what they shared, or, for moderators, on all they see."""
    query = (
        select(SuggestedEdit)
        .join(Entry, Entry.id == SuggestedEdit.resource_id)
        .where(SuggestedEdit.verdict == Verdict.OPEN, visible_to(reader))
        .options(joinedload(SuggestedEdit.resource), joinedload(SuggestedEdit.member))
        .order_by(SuggestedEdit.id)
    )
    if not reader.is_moderator:
        query = query.where(Entry.author_id == reader.id)
    if resource is not None:
        query = query.where(SuggestedEdit.resource_id == resource.id)
    return list(db.session.scalars(query.limit(100)))


def suggestions_by(member: Member) -> list[SuggestedEdit]:
    """What a member suggested, the latest first, with what became of it."""
    query = (
        select(SuggestedEdit)
        .join(Entry, Entry.id == SuggestedEdit.resource_id)
        .where(SuggestedEdit.member_id == member.id, visible_to(member))
        .options(joinedload(SuggestedEdit.resource))
        .order_by(SuggestedEdit.id.desc())
    )
    return list(db.session.scalars(query.limit(20)))


def get_suggestion(suggestion_id: int, *, reader: Member) -> SuggestedEdit:
    """A suggestion on a resource this reader sees.

    Raises:
        NotFound: there is none.
    """
    query = select(SuggestedEdit).join(Entry, Entry.id == SuggestedEdit.resource_id)
    found = db.session.scalar(query.where(SuggestedEdit.id == min(suggestion_id, 2**31 - 1), visible_to(reader)))
    if found is None:
        raise NotFound
    return found
