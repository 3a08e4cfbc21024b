"""Whether a mail comes from the member it says it comes from. An address that was made for somebody proves nothing."""

from __future__ import annotations

from sqlalchemy import func, select

from forum.accounts.models import Member
from forum.inbound.addressing import Place
from forum.inbound.letters import Letter
from forum.inbound.models import HeldMail, ReceivedMail, Transport, Why
from forum.kernel.db import db


def claimed_by(place: Place, letter: Letter) -> Member | None:
    """The member a mail would be from: whose address it answers at, or who has the address it was sent from."""
    if place.member is not None:
        return place.member
    if not letter.sender:
        return None
    named = select(Member).where(Member.confirmed_at.is_not(None))
    found = db.session.scalar(named.where(Member.email == letter.sender))
    # some write the address of their account with capitals; that is looked for only where the quick way finds nobody
    return found or db.session.scalar(named.where(func.lower(Member.email) == letter.sender).limit(1))


def doubt_about(received: ReceivedMail, letter: Letter, member: Member) -> Why:
    """Why it may not be theirs; NONE where nothing speaks against it, or somebody said that it is.

    The sender must be the member's own confirmed address, and the server that took the mail in must vouch for its domain.
    Where no server looks, nobody can tell, and the member is asked. The form of /dev/mail needs no voucher.
    """
    held = db.session.get(HeldMail, received.id)
    if held is not None and held.vouched_at is not None:
        return Why.NONE
    if letter.sender != member.email.casefold() or member.confirmed_at is None:
        return Why.OTHER_SENDER
    if letter.authentic or (letter.authentic is None and received.transport is Transport.TRIED):
        return Why.NONE
    return Why.NOT_AUTHENTIC
