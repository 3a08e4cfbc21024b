"""Mail of somebody who is not in the group it belongs to: which group that is, and how they stand to it."""

from __future__ import annotations

from enum import StrEnum

from flask import current_app
from sqlalchemy import select

from forum.access.rules import Can, authorize, group_of, may, membership_of
from forum.accounts.models import Member
from forum.community.models import Group
from forum.inbound.models import Fate, MailWords, ReceivedMail, Why
from forum.inbound.refusals import Unfit
from forum.kernel.db import db
from forum.kernel.errors import NotAllowed
from forum.kernel.i18n import _
from forum.threads.models import Thread


class Stands(StrEnum):
    """How a member stands to a group they wrote to."""

    INSIDE = "inside"
    ASKED = "asked"  # a facilitator has not answered yet
    WELCOME = "welcome"  # they come in by asking
    MAY_ASK = "may ask"


def let_write(member: Member, can: Can, thing: Thread | Group) -> None:
    """Ask the rules; where all that is missing is to be in the group, say which it is and where to join it.

    Raises:
        Unfit: they may not write there; NotFound: it is not there for them.
    """
    try:
        authorize(member, can, thing)
    except NotAllowed as no:
        raise Unfit(Why.NOT_ALLOWED, _where_to_join(group_of(thing), member)) from no


def standing(member: Member, group: Group) -> Stands:
    mine = membership_of(member, group)
    if mine is not None:
        return Stands.INSIDE if mine.is_active else Stands.ASKED
    return Stands.WELCOME if may(member, Can.JOIN, group) else Stands.MAY_ASK


def group_missed(received: ReceivedMail, words: MailWords | None, *, reader: Member) -> Group | None:
    """The group a mail was refused for want of, if its author may know of it."""
    if words is None or (received.fate, received.why) != (Fate.REFUSED, Why.NOT_ALLOWED):
        return None
    kind, _colon, where = words.place.partition(":")
    group: Group | None = None
    if kind == "new":
        group = db.session.scalar(select(Group).where(Group.slug == where))
    elif kind == "thread":
        thread = db.session.get(Thread, int(where))
        group = thread.group if thread is not None and may(reader, Can.READ, thread) else None
    return group if group is not None and may(reader, Can.READ, group) else None


def _where_to_join(group: Group | None, member: Member) -> str:
    """Empty where joining is not what is missing, or where the group is not there for them."""
    if group is None or not may(member, Can.READ, group) or standing(member, group) is Stands.INSIDE:
        return ""
    label = group.label(member.language)
    if standing(member, group) is Stands.ASKED:
        said = _(
            "Only members of “%(group)s” can write there, and your request to join is not answered yet:", group=label
        )
    else:
        said = _("Only members of “%(group)s” can write there. Join it first:", group=label)
    return f"{said} {current_app.config['BASE_URL'].rstrip('/')}/groups/{group.slug}"
