"""What happens to an account in the course of its life: invited, admitted or refused, signed out, erased."""

from __future__ import annotations

import secrets
import uuid
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, func, or_, select, update

from forum.accounts.events import MemberApproved, MemberErased, MemberRefused, MemberWaiting, TimeZoneChanged
from forum.accounts.models import Invitation, LoginSession, Member, Passkey
from forum.accounts.queries import invitations_sent_today, open_invitation, token_hash
from forum.kernel import clock, letters, mail
from forum.kernel.db import db, save
from forum.kernel.errors import NotAllowed, Refused
from forum.kernel.events import record
from forum.kernel.i18n import _

INVITATION_DAYS = 30
INVITATIONS_A_DAY = 20


def invite(*, by: Member, email: str | None = None) -> str:
    """Vouch for a newcomer; returns the token, which is shown once and kept only as a hash.

    Raises:
        Refused: the member has sent enough invitations for one day.
    """
    if invitations_sent_today(by) >= INVITATIONS_A_DAY:
        raise Refused(_("You have invited many people today. Please go on tomorrow."))
    token = secrets.token_urlsafe(24)
    until = clock.now() + timedelta(days=INVITATION_DAYS)
    invitation = save(Invitation(token_hash=token_hash(token), email=email, invited_by_id=by.id, expires_at=until))
    if email:
        mail.promise(
            letters.write(
                "accounts/mail/invitation.txt",
                to=email,
                language=by.language,
                key=f"invitation-{invitation.id}",
                inviter=by.name,
                token=token,
                days=INVITATION_DAYS,
            )
        )
    return token


def withdraw(invitation: Invitation, *, by: Member) -> None:
    """Take an invitation back before it is used."""
    if invitation.invited_by_id != by.id and not by.is_moderator:
        raise NotAllowed(_("Only who invited can take an invitation back."))
    if invitation.used_by_id is not None:
        raise Refused(_("This invitation has been used already."))
    db.session.delete(invitation)


def arrive(member: Member, *, token: str | None, sign_up: str) -> None:
    """Settle how a newcomer comes in: at once, or after a moderator has looked.

    Args:
        token: of the invitation they came with, if any.
        sign_up: the site's setting: approval, open or invitation.
    """
    invitation = open_invitation(token)
    if invitation is not None:
        invitation.used_by_id = member.id
    vouched_for = invitation is not None and (
        sign_up == "invitation" or (invitation.invited_by is not None and invitation.invited_by.is_moderator)
    )
    if sign_up == "open" or vouched_for:
        member.approved_at = clock.now()


def confirm(member: Member) -> None:
    """Their address is theirs; ask the moderators to look, unless that is not needed."""
    if member.approved_at is None:
        record(MemberWaiting(member_id=member.id), key=f"waiting:{member.id}")


def approve(member: Member, *, by: Member) -> None:
    """Let a newcomer in.

    Raises:
        NotAllowed: only moderators admit.
        Refused: they have been admitted already.
    """
    _must_moderate(by)
    if member.approved_at is not None:
        raise Refused(_("%(name)s has been admitted already.", name=member.name))
    member.approved_at, member.approved_by_id = clock.now(), by.id
    member.refused_at = member.refused_by_id = member.refused_reason = None
    record(MemberApproved(member_id=member.id, by_id=by.id))


def refuse(member: Member, *, by: Member, reason: str) -> None:
    """Do not let a newcomer in, and say why; they are told.

    Raises:
        NotAllowed: only moderators decide.
        Refused: they have been answered already.
    """
    _must_moderate(by)
    if member.approved_at is not None or member.refused_at is not None:
        raise Refused(_("%(name)s has had an answer already.", name=member.name))
    member.refused_at, member.refused_by_id, member.refused_reason = clock.now(), by.id, reason
    record(MemberRefused(member_id=member.id, by_id=by.id, reason=reason))


def _must_moderate(by: Member) -> None:
    if not by.is_moderator:
        raise NotAllowed(_("Only moderators decide who joins."))


def settle_in(member: Member, *, language: str, time_zone: str) -> None:
    """Choose the language one is written to in, and the clocks one lives by."""
    moved = member.time_zone != time_zone
    member.language, member.time_zone = language, time_zone
    if moved:
        record(TimeZoneChanged(member_id=member.id))


def one_form_at_a_time(member: Member) -> None:
    """Hold the member until the unit of work ends: both halves of a double click would otherwise see nothing yet.

    Their row is locked on PostgreSQL only; on SQLite whoever writes is alone from the beginning.
    """
    db.session.execute(select(Member.id).where(Member.id == member.id).with_for_update(key_share=True))


def end_session(session_id: str, *, by: Member) -> None:
    """Sign one of one's own browsers out."""
    _end(LoginSession.member_id == by.id, LoginSession.id == session_id)


def end_sessions(member: Member, *, but: str | None = None) -> None:
    """Sign a member out everywhere, perhaps but here."""
    _end(LoginSession.member_id == member.id, LoginSession.id != (but or ""))


def _end(*which: ColumnElement[bool]) -> None:
    db.session.execute(delete(LoginSession).where(*which).execution_options(synchronize_session=False))


def erase(member: Member) -> None:
    """Forget who they were and keep what they said: names, addresses, keys and sessions go.

    The handle is freed too: what links to it reads "former member".
    """
    to_them = or_(Invitation.used_by_id == member.id, func.lower(Invitation.email) == member.email.lower())
    addressed = update(Invitation).where(to_them).values(email=None)
    db.session.execute(addressed.execution_options(synchronize_session=False))
    mail.forget_address(member.email, instead=f"erased-{member.id}@erased.invalid")
    member.name, member.handle = "Former member", f"former-member-{member.id}"
    member.email = f"erased-{member.id}@erased.invalid"
    member.password = None
    member.active, member.erased_at = False, clock.now()
    member.fs_uniquifier = uuid.uuid4().hex
    member.tf_primary_method = member.tf_totp_secret = member.tf_phone_number = member.tf_last_counter = None
    member.fs_webauthn_user_handle = member.mf_recovery_codes = None
    member.refused_reason = None
    member.language, member.time_zone = "en", "UTC"
    db.session.execute(delete(Passkey).where(Passkey.member_id == member.id))
    invited = delete(Invitation).where(Invitation.invited_by_id == member.id, Invitation.used_by_id.is_(None))
    db.session.execute(invited)
    end_sessions(member)
    record(MemberErased(member_id=member.id))
