"""Telling people what became of their request to join."""

from forum.accounts.events import MemberApproved, MemberRefused
from forum.accounts.models import Member
from forum.kernel import letters, mail
from forum.kernel.db import db
from forum.kernel.events import handles


@handles(MemberApproved)
def welcome_the_newcomer(event: MemberApproved) -> None:
    member = db.session.get_one(Member, event.member_id)
    letter = letters.write(
        "accounts/mail/approved.txt",
        to=member.email,
        language=member.language,
        key=f"approved-{member.id}",
        member_id=member.id,
        name=member.name,
    )
    mail.promise(letter)


@handles(MemberRefused)
def tell_who_was_refused(event: MemberRefused) -> None:
    member = db.session.get_one(Member, event.member_id)
    letter = letters.write(
        "accounts/mail/refused.txt",
        to=member.email,
        language=member.language,
        key=f"refused-{member.id}",
        member_id=member.id,
        name=member.name,
        reason=event.reason,
    )
    mail.promise(letter)
