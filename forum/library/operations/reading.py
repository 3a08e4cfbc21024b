"""What people do about the text of a file: ask for another try, say which language it is in."""

from __future__ import annotations

from sqlalchemy import select, update

from forum.access.rules import Can, authorize
from forum.accounts.models import Member
from forum.entries.operations import changed
from forum.kernel.db import db
from forum.kernel.errors import Invalid, Refused
from forum.kernel.events import record
from forum.kernel.i18n import _
from forum.library.events import FileRead
from forum.library.languages import CHOICES, may_be
from forum.library.models import FilePage, Reading, ResourceFile


def read_again(file: ResourceFile, *, by: Member) -> None:
    """Put a file back into the queue of those that wait to be read; what is known of its text stays until then.

    Raises:
        Refused: it waits already, or is being read.
    """
    authorize(by, Can.EDIT_RESOURCE, file.resource)
    if file.reading in (Reading.WAITING, Reading.READING):
        raise Refused(_("It is in the queue already. Come back in a minute."))
    file.reading, file.reason, file.reading_attempts, file.reading_due_at = Reading.WAITING, "", 0, None


def say_language(file: ResourceFile, language: str, *, by: Member) -> None:
    """Say which language a file is in. Pages in another script keep theirs: nobody takes Arabic for Spanish.

    Raises:
        Invalid: it is no language we know by name.
    """
    authorize(by, Can.EDIT_RESOURCE, file.resource)
    if language not in CHOICES:
        raise Invalid(_("Choose a language from the list."), "language")
    guessed = db.session.scalars(select(FilePage.language).where(FilePage.file_id == file.id).distinct())
    theirs = [code for code in guessed if may_be(language, code)]
    db.session.execute(
        update(FilePage)
        .where(FilePage.file_id == file.id, FilePage.language.in_(theirs))
        .values(language=language, confidence=1.0)
        .execution_options(synchronize_session=False)
    )
    file.language = language
    record(FileRead(file_id=file.id, resource_id=file.resource_id))
    changed(file.resource)
