"""What a resource is tied to, in both directions, as its reader may see it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import or_, select

from forum.access.scopes import visible_to
from forum.accounts.models import Member
from forum.entries.models import Entry, Kind, Link, Relation
from forum.entries.titles import KINDS, Named, titles_of
from forum.kernel.db import db
from forum.kernel.errors import NotFound
from forum.library.models import Resource

SHOWN = 50


@dataclass(frozen=True)
class Tie:
    """One entry a resource bears on (`outward`), or that bears on it."""

    link_id: int
    relation: Relation
    outward: bool
    entry: Named


def ties_of(resource: Resource, *, reader: Member | None) -> list[Tie]:
    """The ties of a resource its reader loaded, in two statements; threads about it have a list of their own."""
    other = select(Entry.id).where(visible_to(reader), Entry.kind.in_(list(KINDS))).correlate(None)
    standing = select(Link.id, Link.relation, Link.from_id, Link.to_id).where(
        Link.revoked_at.is_(None),
        or_(
            (Link.from_id == resource.id) & Link.to_id.in_(other),
            (Link.to_id == resource.id) & Link.from_id.in_(other.where(Entry.kind != Kind.THREAD)),
        ),
    )
    rows = db.session.execute(standing.order_by(Link.relation, Link.id).limit(SHOWN)).all()
    names = titles_of({row.to_id if row.from_id == resource.id else row.from_id for row in rows})
    found = []
    for row in rows:
        outward = row.from_id == resource.id
        named = names.get(row.to_id if outward else row.from_id)
        if named is not None:
            found.append(Tie(row.id, row.relation, outward, named))
    return found


def get_tie(resource: Resource, link_id: int) -> Link:
    """A standing tie this resource has to another entry.

    Raises:
        NotFound: there is none.
    """
    standing = select(Link).where(Link.id == link_id, Link.from_id == resource.id, Link.revoked_at.is_(None))
    if (found := db.session.scalar(standing)) is None:
        raise NotFound
    return found
