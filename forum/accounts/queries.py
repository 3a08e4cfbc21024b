"""Finding members, their sessions, and what they were invited with."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from forum.accounts.models import Invitation, LoginSession, Member, Office
from forum.kernel import clock
from forum.kernel.db import db
from forum.kernel.plain import slug_of

HANDLE_LENGTH = 40
HANDLE_RULE = re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,38}[a-z0-9])?")


def handle_is_free(handle: str) -> bool:
    """Whether nobody has this handle."""
    return db.session.scalar(select(Member.id).where(func.lower(Member.handle) == handle.lower())) is None


def handle_for(name: str) -> str:
    """A free handle made from a name: "Ana María Quispe" gives "ana-maria-quispe", then "ana-maria-quispe-2"."""
    base = slug_of(name)[: HANDLE_LENGTH - 6].strip("-") or "member"
    taken = set(db.session.scalars(select(Member.handle).where(Member.handle.startswith(base, autoescape=True))))
    numbered = (f"{base}-{number}" for number in range(2, len(taken) + 3))
    return next(handle for handle in (base, *numbered) if handle not in taken)


def sessions_of(member: Member) -> Sequence[LoginSession]:
    """Every browser in which the member is signed in, newest first."""
    mine = select(LoginSession).where(LoginSession.member_id == member.id)
    return db.session.scalars(mine.order_by(LoginSession.created_at.desc(), LoginSession.id)).all()


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def open_invitation(token: str | None) -> Invitation | None:
    """The invitation a token opens, if it is still good."""
    if not token:
        return None
    found = db.session.scalar(select(Invitation).where(Invitation.token_hash == token_hash(token)))
    return found if found is not None and found.is_open else None


def invitations_by(member: Member) -> Sequence[Invitation]:
    """Whom the member has invited, newest first."""
    mine = select(Invitation).where(Invitation.invited_by_id == member.id).options(selectinload(Invitation.used_by))
    return db.session.scalars(mine.order_by(Invitation.id.desc()).limit(200)).all()


def members_waiting() -> Sequence[Member]:
    """Newcomers with a confirmed address whom no moderator has answered yet, longest waiting first."""
    waiting = select(Member).where(
        Member.confirmed_at.is_not(None),
        Member.approved_at.is_(None),
        Member.refused_at.is_(None),
        Member.erased_at.is_(None),
    )
    return db.session.scalars(waiting.order_by(Member.joined_at, Member.id).limit(200)).all()


def inviters_of(members: Sequence[Member]) -> dict[int, Member]:
    """Who vouches for each of these members, by the newcomer's id."""
    used = (
        select(Invitation)
        .where(Invitation.used_by_id.in_([m.id for m in members]))
        .options(selectinload(Invitation.invited_by))
    )
    return {i.used_by_id: i.invited_by for i in db.session.scalars(used) if i.used_by_id and i.invited_by}


def moderators() -> Sequence[Member]:
    """Everyone who may admit newcomers, except the demo's accounts."""
    offices = (Office.MODERATOR, Office.SECRETARIAT)
    able = select(Member).where(Member.office.in_(offices), Member.active, Member.is_demo.is_(False))
    return [m for m in db.session.scalars(able.order_by(Member.id)) if m.is_admitted]


def secretariat() -> Sequence[Member]:
    """Those who look after the site as a whole; where it has none, the moderators."""
    able = select(Member).where(Member.office == Office.SECRETARIAT, Member.takes_part(clock.now()))
    return db.session.scalars(able.order_by(Member.id)).all() or moderators()


def invitations_sent_today(member: Member) -> int:
    today = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    mine = select(func.count(Invitation.id)).where(Invitation.invited_by_id == member.id)
    return db.session.scalar(mine.where(Invitation.created_at >= today)) or 0
