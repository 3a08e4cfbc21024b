"""Suggesting another description, and answering such a suggestion."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from forum.access.rules import Can, authorize
from forum.accounts.models import Member
from forum.accounts.operations import one_form_at_a_time
from forum.kernel import clock
from forum.kernel.db import db, save
from forum.kernel.errors import Invalid
from forum.kernel.events import record
from forum.kernel.i18n import _
from forum.kernel.text import cleaned
from forum.library.events import EditDecided, EditSuggested
from forum.library.models import Resource, SuggestedEdit, Verdict
from forum.library.operations.describing import (
    Description,
    as_words,
    described,
    edit,
    from_words,
    refuse_a_far_off_date,
)


def suggest(resource: Resource, description: Description, *, reason: str, by: Member) -> SuggestedEdit:
    """Ask for another description of a resource. Who sends the same again, by a second click, has asked once.

    Raises:
        Invalid: nothing would be different, no reason was given, or its date is beyond next year.
    """
    authorize(by, Can.SUGGEST_EDIT, resource)
    refuse_a_far_off_date(resource, description)
    before, after = described(resource), as_words(description)
    changes = {name: value for name, value in after.items() if value != before[name]}
    if not changes:
        raise Invalid(_("Nothing would be different. Change what is wrong, then send it."), "title")
    if not cleaned(reason).strip():
        raise Invalid(_("Say in a few words how you know."), "what_changed")
    reason = cleaned(reason).strip()[: SuggestedEdit.REASON_LENGTH]
    one_form_at_a_time(by)
    if waiting := _waiting(resource, changes, reason, by=by):
        return waiting
    row = save(SuggestedEdit(resource_id=resource.id, member_id=by.id, changes=changes, reason=reason))
    record(EditSuggested(suggestion_id=row.id))
    return row


def _waiting(resource: Resource, changes: dict[str, Any], reason: str, *, by: Member) -> SuggestedEdit | None:
    """The same suggestion of the same member, if nobody answered it yet."""
    theirs = select(SuggestedEdit).where(
        SuggestedEdit.resource_id == resource.id,
        SuggestedEdit.member_id == by.id,
        SuggestedEdit.verdict == Verdict.OPEN,
        SuggestedEdit.reason == reason,
    )
    return next((row for row in db.session.scalars(theirs) if row.changes == changes), None)


def accept(suggestion: SuggestedEdit, *, by: Member, answer: str = "") -> None:
    """Make the change that was suggested; what is not part of it stays as it is now.

    Raises:
        Refused: somebody has answered already.
    """
    resource = suggestion.resource
    authorize(by, Can.EDIT_RESOURCE, resource)
    suggestion.refuse_when_decided()
    edit(resource, from_words({**described(resource), **suggestion.changes}), by=by, what_changed=suggestion.reason)
    _decide(suggestion, Verdict.ACCEPTED, answer, by=by)


def decline(suggestion: SuggestedEdit, *, by: Member, answer: str) -> None:
    """Leave the resource as it is, and say why.

    Raises:
        Refused: somebody has answered already.
        Invalid: no reason was given.
    """
    authorize(by, Can.EDIT_RESOURCE, suggestion.resource)
    suggestion.refuse_when_decided()
    if not cleaned(answer).strip():
        raise Invalid(_("Say why, so that they can learn from it."), "answer")
    _decide(suggestion, Verdict.DECLINED, answer, by=by)


def _decide(suggestion: SuggestedEdit, verdict: Verdict, answer: str, *, by: Member) -> None:
    suggestion.verdict, suggestion.decided_at, suggestion.decided_by_id = verdict, clock.now(), by.id
    suggestion.answer = cleaned(answer).strip()[: SuggestedEdit.REASON_LENGTH]
    db.session.flush()
    record(EditDecided(suggestion_id=suggestion.id))
