"""Which addresses are ours to take mail for, as far as that can be said before the mail was read."""

from __future__ import annotations

import re

from sqlalchemy import ColumnElement, or_, select

from forum.accounts.models import Member
from forum.community.models import Group, GroupVisibility, Membership
from forum.inbound.models import ReceivedMail
from forum.kernel.db import db
from forum.kernel.mail import Delivery
from forum.kernel.mail.message import one_line
from forum.notifications import addresses

LONGEST_ADDRESS = 320
RETURN_ADDRESS = re.compile(r"b-([a-z2-7]{24})")
#: Where providers are asked to send what their users call spam (a feedback loop). RFC 5965.
COMPLAINTS = "complaints"
#: Whoever takes mail for a domain must take it for the first (RFC 5321 4.5.1), and should for the other (RFC 2142).
FOR_OPERATORS = frozenset({"postmaster", "abuse"})
#: As a token writes itself. Whether we wrote it is asked later, of a mail that was kept: its sender may be told.
TOKEN = re.compile(r"[a-z2-7]{22,}")


def plain(written: str) -> str:
    """An address as it is compared: without brackets, in lower case, on one line."""
    return one_line(written).strip("<> ").casefold()[:LONGEST_ADDRESS]


def is_ours(address: str, *, sender: str) -> bool:
    """Whether mail to this address can mean anything here: a token, a return address of a mail of ours, a group.

    Args:
        sender: of the envelope. A private group is there for its own members only, as on its page.
    """
    left, _at, domain = plain(address).rpartition("@")
    ours = addresses.answering_domain().casefold()
    if not ours or domain != ours:
        return False
    left = left.partition("+")[0]
    if sent := RETURN_ADDRESS.fullmatch(left):
        return db.session.scalar(select(Delivery.id).where(Delivery.envelope == sent.group(1))) is not None
    if left == COMPLAINTS or left in FOR_OPERATORS:
        return True
    return TOKEN.fullmatch(left) is not None or _is_group(left, plain(sender))


def is_for_operators(address: str) -> bool:
    """Whether a mail of ours to take is for those who look after the site, and nothing is to be done with it."""
    left, _at, domain = plain(address).rpartition("@")
    ours = addresses.answering_domain().casefold()
    return bool(ours) and domain == ours and left.partition("+")[0] in FOR_OPERATORS


def to_operators() -> ColumnElement[bool]:
    """The same in SQL, of a mail that was kept."""
    ours = addresses.answering_domain().casefold()
    ways = [f"{left}{plus}@{ours}" for left in sorted(FOR_OPERATORS) for plus in ("", "+%")]
    return or_(*(ReceivedMail.envelope_to.like(way) for way in ways))


def _is_group(slug: str, sender: str) -> bool:
    group = db.session.scalar(select(Group).where(Group.slug == slug))
    if group is None or group.visibility is not GroupVisibility.PRIVATE:
        return group is not None
    inside = select(Member.id).join(Membership, Membership.member_id == Member.id)
    of_it = inside.where(Membership.group_id == group.id, Membership.joined_at.is_not(None), Member.email == sender)
    return db.session.scalar(of_it.limit(1)) is not None
