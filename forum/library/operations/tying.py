"""Tying a resource to the entries it bears on: recommendations, meetings, threads, other resources."""

from __future__ import annotations

from sqlalchemy import select

from forum.access.rules import Can, authorize
from forum.accounts.models import Member
from forum.entries.models import Link, Relation
from forum.entries.operations import changed
from forum.kernel import clock
from forum.kernel.db import db
from forum.kernel.errors import Invalid
from forum.kernel.i18n import _
from forum.library.models import Resource

#: How a resource can bear on another entry.
RELATIONS = (Relation.ABOUT, Relation.CITES, Relation.EVIDENCES, Relation.ANSWERS, Relation.FEEDS)


def tie(resource: Resource, relation: Relation, target_id: int, *, by: Member, reason: str = "") -> None:
    """Say that a resource bears on an entry `by` may see. Saying it twice is fine.

    Raises:
        Invalid: it would be tied to itself, or in a way resources are not tied.
    """
    authorize(by, Can.EDIT_RESOURCE, resource)
    if relation not in RELATIONS or target_id == resource.id:
        raise Invalid(_("Choose another entry, and how the resource bears on it."), "about")
    standing = select(Link.id).where(
        Link.from_id == resource.id, Link.to_id == target_id, Link.relation == relation, Link.revoked_at.is_(None)
    )
    if db.session.scalar(standing) is None:
        db.session.add(
            Link(from_id=resource.id, to_id=target_id, relation=relation, author_id=by.id, reason=reason.strip()[:500])
        )
        db.session.flush()
        changed(resource)


def untie(resource: Resource, link: Link, *, by: Member) -> None:
    """Take back what was said of a tie of this resource. It stays on record as revoked."""
    authorize(by, Can.EDIT_RESOURCE, resource)
    if link.from_id == resource.id and link.revoked_at is None:
        link.revoked_at, link.revoked_by_id = clock.now(), by.id
        db.session.flush()
        changed(resource)
