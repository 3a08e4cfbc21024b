"""Telling members what others would change in what is theirs, and what became of what they suggested."""

from __future__ import annotations

from forum.accounts.queries import moderators
from forum.glossary.events import SuggestionDecided
from forum.glossary.models import TermSuggestion
from forum.glossary.models import Verdict as TermVerdict
from forum.kernel.db import db
from forum.kernel.events import handles
from forum.library.events import EditDecided, EditSuggested
from forum.library.models import SuggestedEdit, Verdict
from forum.notices.models import NoticeKind, Reason
from forum.notices.telling import tell


@handles(EditSuggested)
def tell_who_may_change_it(event: EditSuggested) -> None:
    """The author of the resource; the moderators where nobody here is the author."""
    found = db.session.get(SuggestedEdit, event.suggestion_id)
    if found is None or found.verdict is not Verdict.OPEN:
        return
    author = found.resource.author
    theirs = author is not None and author.is_admitted
    readers = [author.id] if author is not None and theirs else [each.id for each in moderators()]
    tell(
        [id for id in readers if id != found.member_id],
        NoticeKind.SUGGESTED,
        Reason.THEIRS if theirs else Reason.MODERATING,
        key=f"suggested-{found.id}",
        entry_id=found.resource_id,
        actor_id=found.member_id,
        said=found.reason,
        path=f"/library/suggestions#suggestion-{found.id}",
    )


@handles(EditDecided)
def tell_who_suggested_it(event: EditDecided) -> None:
    found = db.session.get(SuggestedEdit, event.suggestion_id)
    if found is None or found.decided_by_id == found.member_id:
        return
    tell(
        [found.member_id],
        NoticeKind.TAKEN if found.verdict is Verdict.ACCEPTED else NoticeKind.NOT_TAKEN,
        Reason.ASKED,
        key=f"decided-{found.id}",
        entry_id=found.resource_id,
        actor_id=found.decided_by_id,
        said=found.answer,
    )


@handles(SuggestionDecided)
def tell_who_suggested_a_word(event: SuggestionDecided) -> None:
    found = db.session.get(TermSuggestion, event.suggestion_id)
    if found is None or found.author_id in (None, found.decided_by_id):
        return
    tell(
        [found.author_id],
        NoticeKind.TAKEN if found.verdict is TermVerdict.TAKEN else NoticeKind.NOT_TAKEN,
        Reason.ASKED,
        key=f"term-{found.id}",
        actor_id=found.decided_by_id,
        said=found.answer,
        path=f"/glossary/{found.concept.slug}" if found.concept else "/glossary",
    )
