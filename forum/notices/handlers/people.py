"""Telling members who wants to come in, and whether they were let in."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from forum.access.rules import Can, may
from forum.accounts.events import MemberApproved, MemberWaiting
from forum.accounts.models import Member, Standing
from forum.accounts.queries import moderators
from forum.community.models import Membership, MembershipRole
from forum.groups.events import AskedToJoin, MemberBroughtIn, RequestAnswered
from forum.kernel import clock, letters, mail
from forum.kernel.db import db
from forum.kernel.events import handles
from forum.kernel.mail import objection
from forum.notices.models import NoticeKind, Reason
from forum.notices.telling import tell


@handles(AskedToJoin)
def tell_who_may_admit(event: AskedToJoin) -> None:
    """The facilitators of the group; the moderators where it has none."""
    asked = db.session.get(Membership, (event.group_id, event.member_id))
    if asked is None or asked.is_active:
        return  # answered, or withdrawn, before we came to it
    tending = select(Membership.member_id).where(
        Membership.group_id == event.group_id,
        Membership.joined_at.is_not(None),
        Membership.role == MembershipRole.FACILITATOR,
    )
    those = db.session.scalars(select(Member).where(Member.id.in_(tending), Member.takes_part(clock.now()))).all()
    answering = those or moderators()
    key = f"asked-{event.group_id}-{event.member_id}-{asked.requested_at:%Y%m%d%H%M%S}"
    path = f"/groups/{asked.group.slug}/requests"
    tell(
        [each.id for each in answering],
        NoticeKind.ASKED,
        Reason.TENDING if those else Reason.MODERATING,
        key=key,
        group_id=event.group_id,
        actor_id=event.member_id,
        said=event.note,
        path=path,
    )
    for each in answering:
        mail.promise(_asking(asked, each, key=f"{key}-{each.id}", path=path))


def _asking(asked: Membership, to: Member, *, key: str, path: str) -> mail.Message:
    letter = letters.write(
        "notices/mail/asked.txt",
        to=to.email,
        language=to.language,
        key=key,
        name=to.name,
        asking=asked.member.name,
        group=asked.group.label(to.language),
        note=asked.request_note,
        path=path,
    )
    return replace(letter, kind="notice", member_id=to.id)


@objection
def is_not_theirs(delivery: mail.Delivery) -> mail.Reason | None:
    """Whether such a mail, promised a while ago, may still say who asks and why: only to somebody who still decides that."""
    what, *rest = delivery.key.split("-")  # see tell_who_may_admit
    if delivery.kind != "notice" or what != NoticeKind.ASKED.value or delivery.member_id is None:
        return None
    asked = db.session.get(Membership, (int(rest[0]), int(rest[1])))
    member = db.session.get(Member, delivery.member_id)
    return None if asked is not None and may(member, Can.ADMIT, asked.group) else mail.Reason.NOT_VISIBLE


@handles(RequestAnswered)
def tell_who_asked(event: RequestAnswered) -> None:
    kind = NoticeKind.ADMITTED if event.admitted else NoticeKind.DECLINED
    key = f"{kind.value}-{event.group_id}-{clock.now():%Y%m%d}"
    tell([event.member_id], kind, Reason.ASKED, key=key, group_id=event.group_id, said=event.word)


@handles(MemberBroughtIn)
def tell_the_newcomer(event: MemberBroughtIn) -> None:
    key = f"brought-in-{event.group_id}-{clock.now():%Y%m%d}"
    tell([event.member_id], NoticeKind.BROUGHT_IN, Reason.MEMBER, key=key, group_id=event.group_id)


@handles(MemberWaiting)
def tell_the_moderators(event: MemberWaiting) -> None:
    newcomer = db.session.get(Member, event.member_id)
    if newcomer is not None and newcomer.standing is Standing.WAITING:
        tell(
            [each.id for each in moderators()],
            NoticeKind.NEWCOMER,
            Reason.MODERATING,
            key=f"newcomer-{newcomer.id}",
            actor_id=newcomer.id,
            path="/moderation",
        )


@handles(MemberApproved)
def welcome(event: MemberApproved) -> None:
    tell([event.member_id], NoticeKind.WELCOME, Reason.MEMBER, key="welcome", path="/groups")
