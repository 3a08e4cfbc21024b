"""The groups somebody can do things in, to choose from."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from forum.accounts.models import Member
from forum.community.models import Group, Membership
from forum.kernel.db import db


def groups_to_post_in(reader: Member) -> list[Group]:
    """The groups a member belongs to, by name."""
    query = select(Group).join(Membership).options(joinedload(Group.region), joinedload(Group.theme))
    query = query.where(Membership.member_id == reader.id, Membership.joined_at.is_not(None))
    return list(db.session.scalars(query.order_by(Group.name)))


def all_groups() -> list[Group]:
    """Every group, by name; for moderators, who may move a thread anywhere."""
    query = select(Group).options(joinedload(Group.region), joinedload(Group.theme)).order_by(Group.name)
    return list(db.session.scalars(query))
