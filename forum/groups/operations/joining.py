"""Coming into a group and going out of it, by oneself or with a facilitator's help."""

from __future__ import annotations

from forum.access.rules import Can, authorize, may, membership_of
from forum.accounts.models import Member
from forum.community.models import Group, Membership
from forum.groups.events import AskedToJoin, MemberBroughtIn, RequestAnswered
from forum.groups.operations.tending import refuse_to_orphan
from forum.kernel import clock
from forum.kernel.db import db, save
from forum.kernel.errors import NotFound, Refused
from forum.kernel.events import record
from forum.kernel.i18n import _


def join(group: Group, *, by: Member, note: str = "") -> Membership:
    """Come in at once where the group is open to them; otherwise ask. Doing it twice changes nothing.

    Args:
        note: what facilitators should know about somebody who asks.
    """
    at_once = may(by, Can.JOIN, group)
    authorize(by, Can.JOIN if at_once else Can.ASK_TO_JOIN, group)
    mine = membership_of(by, group)
    if mine is None:
        mine = save(Membership(group_id=group.id, member_id=by.id, request_note=note.strip()))
        if not at_once:
            record(AskedToJoin(group_id=group.id, member_id=by.id, note=mine.request_note))
    if at_once and not mine.is_active:
        mine.joined_at = clock.now()
    return mine


def leave(group: Group, *, by: Member) -> None:
    """Leave a group, or withdraw the request to join it. Doing it twice changes nothing.

    Raises:
        Refused: nobody else looks after the group.
    """
    authorize(by, Can.READ, group)
    mine = membership_of(by, group)
    if mine is not None:
        refuse_to_orphan(mine)
        _forget(mine)


def admit(request: Membership, *, by: Member, word: str = "") -> None:
    """Let somebody in who asked, and tell them.

    Args:
        word: a line of the facilitator's own, sent along.
    """
    authorize(by, Can.ADMIT, request.group)
    _refuse_when_answered(request)
    request.joined_at, request.admitted_by_id = clock.now(), by.id
    _tell(request, admitted=True, word=word)


def decline(request: Membership, *, by: Member, word: str = "") -> None:
    """Say no to somebody who asked, and tell them why. They may ask again."""
    authorize(by, Can.ADMIT, request.group)
    _refuse_when_answered(request)
    _tell(request, admitted=False, word=word)
    _forget(request)


def bring_in(who: Member, group: Group, *, by: Member) -> Membership:
    """Make somebody a member of the group without their asking; the only door of a private group."""
    authorize(by, Can.ADMIT, group)
    there = membership_of(who, group) or save(Membership(group_id=group.id, member_id=who.id))
    if not there.is_active:
        there.joined_at, there.admitted_by_id = clock.now(), by.id
        record(MemberBroughtIn(group_id=group.id, member_id=who.id))
    return there


def remove(membership: Membership, *, by: Member) -> None:
    """Take somebody out of the group; what they wrote there stays.

    Raises:
        Refused: nobody else looks after the group.
        NotFound: they are not in it.
    """
    authorize(by, Can.ADMIT, membership.group)
    if not membership.is_active:
        raise NotFound
    refuse_to_orphan(membership)
    _forget(membership)


def _refuse_when_answered(request: Membership) -> None:
    if request.is_active:
        raise Refused(_("This request has been answered already: they are in the group."))


def _tell(request: Membership, *, admitted: bool, word: str) -> None:
    record(
        RequestAnswered(group_id=request.group_id, member_id=request.member_id, admitted=admitted, word=word.strip())
    )


def _forget(membership: Membership) -> None:
    db.session.delete(membership)
    db.session.flush()
