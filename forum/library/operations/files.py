"""Files of resources: sent, put in place, replaced by a later version, taken away."""

from __future__ import annotations

from sqlalchemy import func, select

from forum.access.rules import SITE, Can, authorize
from forum.accounts.models import Member
from forum.entries.models import Visibility
from forum.entries.operations import changed
from forum.kernel import clock
from forum.kernel.db import db, save
from forum.kernel.errors import Invalid, Refused
from forum.kernel.events import record
from forum.kernel.i18n import _
from forum.library.events import FileAdded, FileRemoved
from forum.library.holdings import holder_of
from forum.library.models import PendingFile, Resource, ResourceFile
from forum.library.receiving import Received

MOST_FILES = 50  # in one resource, removed ones included


class AlreadyHere(Invalid):
    """The same bytes are in the library, in a resource this member may see.

    A resource they may not see counts as absent: the refusal would tell that it exists.
    """

    def __init__(self, name: str, resource: Resource) -> None:
        super().__init__(
            _("“%(name)s” is already in the library: %(title)s.", name=name, title=resource.title), "files"
        )
        self.resource_id, self.title = resource.id, resource.title


def keep(received: Received, *, by: Member) -> PendingFile:
    """Remember a file that is in the store until its form is complete.

    Raises:
        AlreadyHere: the library has the same bytes.
    """
    authorize(by, Can.SHARE, SITE)
    _refuse_twice(received.name, received.sha256, by=by)
    same = select(PendingFile).where(PendingFile.member_id == by.id, PendingFile.sha256 == received.sha256)
    if (waiting := db.session.scalar(same)) is not None:
        return waiting  # the bytes that came again are collected with the other orphans
    return save(
        PendingFile(
            member_id=by.id,
            name=received.name,
            media_type=received.media_type,
            size=received.size,
            sha256=received.sha256,
            blob_key=received.blob_key,
        )
    )


def drop(pending: PendingFile, *, by: Member) -> None:
    """Forget a file that was sent and not used. Its bytes go with the next collection of orphans."""
    if pending.member_id == by.id:
        db.session.delete(pending)
        db.session.flush()


def add_file(
    resource: Resource,
    pending: PendingFile,
    *,
    by: Member,
    language: str | None = None,
    note: str = "",
    replaces: ResourceFile | None = None,
) -> ResourceFile:
    """Put a file that was sent into a resource.

    Args:
        language: of the file, as a BCP 47 tag; None leaves it to whoever reads it.
        note: what this file is, or what is different from the one it replaces.
        replaces: a file of the same resource, which stays in its history.

    Raises:
        AlreadyHere: the library has the same bytes.
        Refused: the resource has as many files as it can have.
    """
    authorize(by, Can.EDIT_RESOURCE, resource)
    if pending.member_id != by.id:
        raise Invalid(_("This file is no longer waiting. Choose it again."), "files")
    _refuse_twice(pending.name, pending.sha256, by=by)
    last = db.session.scalar(select(func.max(ResourceFile.number)).where(ResourceFile.resource_id == resource.id)) or 0
    if last >= MOST_FILES:
        raise Refused(_("A resource has at most %(most)d files. Share the next one as a resource.", most=MOST_FILES))
    file = save(
        ResourceFile(
            resource_id=resource.id,
            number=last + 1,
            name=pending.name,
            language=language or None,
            media_type=pending.media_type,
            size=pending.size,
            sha256=pending.sha256,
            blob_key=pending.blob_key,
            note=note.strip()[:500],
            added_by_id=by.id,
            replaces_id=replaces.id if replaces else None,
        )
    )
    db.session.delete(pending)
    if resource.visibility is not Visibility.DRAFT:
        resource.active_at = clock.now()
    db.session.flush()
    changed(resource)
    record(FileAdded(file_id=file.id, resource_id=resource.id, member_id=by.id))
    return file


def replace_file(
    file: ResourceFile, pending: PendingFile, *, by: Member, note: str = "", language: str | None = None
) -> ResourceFile:
    """Put a later version in the place of a file; the earlier one stays in the history.

    Raises:
        Refused: it was removed, or replaced by another already.
    """
    authorize(by, Can.EDIT_RESOURCE, file.resource)
    _refuse_when_removed(file)
    later = select(ResourceFile.id).where(ResourceFile.replaces_id == file.id, ResourceFile.removed_at.is_(None))
    if db.session.scalar(later.limit(1)) is not None:
        raise Refused(_("This file was replaced already. Replace the latest version of it."))
    return add_file(file.resource, pending, by=by, language=language or file.language, note=note, replaces=file)


def remove_file(file: ResourceFile, *, by: Member) -> None:
    """Take a file out of a resource: nobody can fetch it any more, and its bytes go after some weeks.

    Raises:
        Refused: it was removed already, or is all there is of the resource.
    """
    authorize(by, Can.EDIT_RESOURCE, file.resource)
    _refuse_when_removed(file)
    others = select(ResourceFile.id).where(
        ResourceFile.resource_id == file.resource_id, ResourceFile.id != file.id, ResourceFile.removed_at.is_(None)
    )
    resource = file.resource
    if not resource.url and resource.visibility is not Visibility.DRAFT and not db.session.scalar(others.limit(1)):
        raise Refused(_("Without this file there is nothing left to read. Add another file or an address first."))
    file.removed_at, file.removed_by_id = clock.now(), by.id
    db.session.flush()
    changed(resource)
    record(FileRemoved(file_id=file.id, resource_id=resource.id, member_id=by.id))


def _refuse_when_removed(file: ResourceFile) -> None:
    if file.is_removed:
        raise Refused(_("This file was removed."))


def _refuse_twice(name: str, sha256: str, *, by: Member) -> None:
    if (holder := holder_of(sha256, reader=by)) is not None:
        raise AlreadyHere(name, holder)
