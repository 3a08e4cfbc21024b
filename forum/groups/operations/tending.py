"""Facilitators look after a group; there is always at least one once there was one."""

from __future__ import annotations

from sqlalchemy import func, select

from forum.access.rules import Can, authorize
from forum.accounts.models import Member
from forum.community.models import Membership, MembershipRole
from forum.kernel.db import db
from forum.kernel.errors import Refused
from forum.kernel.i18n import _


def name_facilitator(membership: Membership, *, by: Member) -> None:
    """Let a member of the group look after it too.

    Raises:
        Refused: they have only asked to join so far.
    """
    authorize(by, Can.MANAGE_GROUP, membership.group)
    if not membership.is_active:
        raise Refused(_("Only somebody who is in the group can look after it. Answer their request first."))
    membership.role = MembershipRole.FACILITATOR


def relieve(membership: Membership, *, by: Member) -> None:
    """Make a facilitator a plain member again.

    Raises:
        Refused: nobody else looks after the group.
    """
    authorize(by, Can.MANAGE_GROUP, membership.group)
    refuse_to_orphan(membership)
    membership.role = MembershipRole.MEMBER


def refuse_to_orphan(membership: Membership) -> None:
    """Raise Refused when without this person nobody would look after the group."""
    if membership.role is not MembershipRole.FACILITATOR:
        return
    others = select(func.count()).where(
        Membership.group_id == membership.group_id,
        Membership.member_id != membership.member_id,
        Membership.role == MembershipRole.FACILITATOR,
        Membership.joined_at.is_not(None),
    )
    if not db.session.scalar(others):
        raise Refused(
            _(
                "This group has no other facilitator, and somebody should look after it. "
                "Name another one on the page of its members first; thank you for having done it."
            )
        )
