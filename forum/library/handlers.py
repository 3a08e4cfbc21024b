"""What follows in the library by the clock, and who is told of suggestions."""

from __future__ import annotations

from datetime import timedelta
from itertools import islice

from sqlalchemy import delete

from forum.accounts.events import MemberErased
from forum.accounts.models import Member
from forum.accounts.queries import moderators
from forum.kernel import blobs, clock, letters, mail
from forum.kernel.db import db
from forum.kernel.events import handles
from forum.kernel.jobs import every
from forum.library.events import EditDecided, EditSuggested
from forum.library.holdings import keys_in_use
from forum.library.models import PendingFile, SuggestedEdit, Verdict
from forum.library.receiving import FOLDER, day_of

PENDING_FOR = timedelta(days=2)
#: Later than any form is filled in, so that what is being sent at this moment is never taken for an orphan.
ORPHAN_AFTER = PENDING_FOR + timedelta(days=1)
#: Long enough to bring a file back that was removed by mistake.
REMOVED_FOR = timedelta(days=30)
AT_ONCE = 500  # blobs deleted in one run, so that no job holds the database for long


@every(timedelta(hours=6))
def forget_files_nobody_uses() -> None:
    """Delete blobs no row refers to: of forms never sent, of requests that failed after the bytes were stored."""
    now = clock.now()
    store = blobs.current()
    old = [key for key in store.keys(FOLDER) if (day := day_of(key)) is not None and day < now - ORPHAN_AFTER]
    db.session.execute(
        delete(PendingFile)
        .where(PendingFile.created_at < now - PENDING_FOR)
        .execution_options(synchronize_session=False)
    )
    used = keys_in_use(old, removed_before=now - REMOVED_FOR)
    for key in islice((key for key in old if key not in used), AT_ONCE):
        store.delete(key)


@handles(MemberErased)
def forget_what_they_had_sent(event: MemberErased) -> None:
    """Files that wait for a form of somebody who left will never be used."""
    db.session.execute(delete(PendingFile).where(PendingFile.member_id == event.member_id))


@handles(EditSuggested)
def tell_who_may_change_it(event: EditSuggested) -> None:
    """The author of the resource; the moderators where nobody here is the author."""
    suggestion = db.session.get_one(SuggestedEdit, event.suggestion_id)
    if suggestion.verdict is not Verdict.OPEN:
        return
    author = suggestion.resource.author
    for reader in [author] if author is not None and author.is_admitted else moderators():
        if reader.id != suggestion.member_id:
            _tell(reader, suggestion, "library/mail/suggested.txt", key=f"suggested-{suggestion.id}-{reader.id}")


@handles(EditDecided)
def tell_who_suggested(event: EditDecided) -> None:
    suggestion = db.session.get_one(SuggestedEdit, event.suggestion_id)
    if suggestion.decided_by_id != suggestion.member_id and suggestion.member.is_admitted:
        _tell(suggestion.member, suggestion, "library/mail/decided.txt", key=f"decided-{suggestion.id}")


def _tell(reader: Member, suggestion: SuggestedEdit, template: str, *, key: str) -> None:
    letter = letters.write(
        template,
        to=reader.email,
        language=reader.language,
        key=key,
        kind="notice",
        member_id=reader.id,
        name=reader.name,
        suggestion=suggestion,
        resource=suggestion.resource,
        accepted=suggestion.verdict is Verdict.ACCEPTED,
    )
    mail.promise(letter)
