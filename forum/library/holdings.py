"""Reading what files the library holds: which file an address means, who may have it, and where bytes already are."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import or_, select

from forum.access.rules import Can, may
from forum.access.scopes import visible_to
from forum.accounts.models import Member
from forum.entries.models import Entry
from forum.kernel.db import db
from forum.kernel.errors import NotFound
from forum.library.models import PendingFile, Resource, ResourceFile

MOST_PENDING = 20


def may_have_files(resource: Resource, reader: Member | None) -> bool:
    """Whether this reader may have the files themselves of a resource they see, or only its record.

    The licence decides; whoever looks after the resource has its files in any case. Text and pictures made from a
    file are as good as the file: ask here before showing them.
    """
    return resource.licence.lets_us_share or may(reader, Can.EDIT_RESOURCE, resource)


def get_file(resource: Resource, number: int) -> ResourceFile:
    """The file with this number of a resource its reader loaded; an earlier version too, but none that was removed.

    Raises:
        NotFound: there is none.
    """
    wanted = select(ResourceFile).where(
        ResourceFile.resource_id == resource.id,
        ResourceFile.number == min(number, 2**31 - 1),
        ResourceFile.removed_at.is_(None),
    )
    if (found := db.session.scalar(wanted)) is None:
        raise NotFound
    return found


def holder_of(sha256: str, *, reader: Member | None) -> Resource | None:
    """The resource that holds these bytes, if it holds them still and this reader may see it."""
    held = (
        select(Resource)
        .join(ResourceFile, ResourceFile.resource_id == Resource.id)
        .where(ResourceFile.sha256 == sha256, ResourceFile.removed_at.is_(None), visible_to(reader))
        .order_by(Entry.id)
    )
    return db.session.scalars(held.limit(1)).first()


def pending_files(tokens: Iterable[str], *, by: Member) -> list[PendingFile]:
    """The files that wait under these tokens, in this order; those of somebody else are not there."""
    wanted = list(dict.fromkeys(tokens))[:MOST_PENDING]
    rows = select(PendingFile).where(PendingFile.token.in_(wanted), PendingFile.member_id == by.id)
    found = {row.token: row for row in db.session.scalars(rows)} if wanted else {}
    return [found[token] for token in wanted if token in found]


def keys_in_use(keys: Iterable[str], *, removed_before: datetime) -> set[str]:
    """Which of these keys somebody still refers to.

    Args:
        removed_before: files that were removed earlier than this no longer count.
    """
    wanted = list(keys)
    used: set[str] = set()
    for begin in range(0, len(wanted), 500):
        some = wanted[begin : begin + 500]
        held = select(ResourceFile.blob_key).where(
            ResourceFile.blob_key.in_(some),
            or_(ResourceFile.removed_at.is_(None), ResourceFile.removed_at >= removed_before),
        )
        waiting = select(PendingFile.blob_key).where(PendingFile.blob_key.in_(some))
        used |= set(db.session.scalars(held)) | set(db.session.scalars(waiting))
    return used
