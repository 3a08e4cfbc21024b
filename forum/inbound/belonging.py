"""Mail of somebody who is not in the group it belongs to: which group that is, and how they stand to it."""

from __future__ import annotations

from enum import StrEnum

from flask import current_app
from sqlalchemy import select

from forum.access.rules import Can, authorize, group_of, may, membership_of
from forum.accounts.models import Member
from forum.community.models import Group
from forum.inbound.models import Fate, MailLine, MailWords, ReceivedMail, Why
from forum.inbound.refusals import Unfit
from forum.kernel.db import db
from forum.kernel.errors import NotAllowed
from forum.kernel.i18n import _
from forum.notifications.addresses import group_address
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
        raise Unfit(Why.NOT_ALLOWED, _where_to_join(group_of(thing), member), for_now=True) from no


def standing(member: Member, group: Group) -> Stands:
    mine = membership_of(member, group)
    if mine is not None:
        return Stands.INSIDE if mine.is_active else Stands.ASKED
    return Stands.WELCOME if may(member, Can.JOIN, group) else Stands.MAY_ASK


def group_missed(words: MailWords | MailLine | None, *, reader: Member) -> Group | None:
    """The group words were refused for want of, if their author may know of it."""
    if words is None or not _is_for_want_of_a_group(words):
        return None
    kind, _colon, where = words.place.partition(":")
    group: Group | None = None
    if kind == "new":
        group = db.session.scalar(select(Group).where(Group.slug == where))
    elif (thread := thread_at(words.place, reader=reader)) is not None:
        group = thread.group
    return group if group is not None and may(reader, Can.READ, group) else None


def _is_for_want_of_a_group(words: MailWords | MailLine) -> bool:
    if isinstance(words, MailLine):
        return words.why is Why.NOT_ALLOWED and not words.sentence
    received = db.session.get_one(ReceivedMail, words.received_id)
    return (received.fate, received.why) == (Fate.REFUSED, Why.NOT_ALLOWED)


def form_for(words: MailWords | MailLine, *, reader: Member) -> str:
    """The form words belong in as things are now; empty where there is none for them.

    What answers a closed conversation can begin a new one in its group.
    """
    if not words.place.startswith("thread:"):
        return words.place
    thread = thread_at(words.place, reader=reader)
    if thread is None:
        return ""
    if thread.is_open or thread.group is None:
        return words.place
    return f"new:{thread.group.slug}"


def thread_at(place: str, *, reader: Member) -> Thread | None:
    """The conversation a form belongs to, as long as its reader may see it."""
    kind, _colon, where = place.partition(":")
    thread = db.session.get(Thread, int(where)) if kind == "thread" else None
    return thread if thread is not None and may(reader, Can.READ, thread) else None


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
        said = _(
            "Only members of “%(group)s” can write there. Join it first, with a mail to %(address)s that says only JOIN, or here:",
            group=label,
            address=group_address(group.slug),
        )
    return f"{said} {current_app.config['BASE_URL'].rstrip('/')}/groups/{group.slug}"
