"""A member is a person we know; how they sign in is Flask-Security's trade, kept in this slice."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from flask_security import AsaList, RoleMixin, UserMixin, WebAuthnMixin
from sqlalchemy import ColumnElement, LargeBinary, String
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.kernel import clock
from forum.kernel.db import Base, CreatedAt, PrimaryKey, one_of, refers_to


class Office(StrEnum):
    """What a member does for the whole site; what they do for one group is a membership."""

    MEMBER = "member"
    MODERATOR = "moderator"
    SECRETARIAT = "secretariat"


class Standing(StrEnum):
    """Why somebody may, or may not yet, take part."""

    ADMITTED = "admitted"
    UNCONFIRMED = "unconfirmed"  # has not opened the link in our mail yet
    WAITING = "waiting"  # for a moderator
    REFUSED = "refused"
    SUSPENDED = "suspended"
    ENDED = "ended"  # erased, or switched off


class Member(Base, UserMixin):
    __tablename__ = "member"

    NAME_LENGTH = 80
    EMAIL_LENGTH = 254  # RFC 5321, 4.5.3.1.3, less the angle brackets

    id: Mapped[PrimaryKey]
    handle: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    email: Mapped[str] = mapped_column(String(EMAIL_LENGTH), unique=True)  # type: ignore[assignment]
    office: Mapped[Office] = one_of(Office, default=Office.MEMBER)
    language: Mapped[str] = mapped_column(String(8), default="en")
    time_zone: Mapped[str] = mapped_column(String(64), default="UTC")
    joined_at: Mapped[CreatedAt]
    is_demo: Mapped[bool] = mapped_column(default=False)

    # admission: each is a date because when, and by whom, will be asked
    adult_stated_at: Mapped[datetime | None]
    charter_accepted_at: Mapped[datetime | None]
    charter_version: Mapped[str | None] = mapped_column(String(20))
    confirmed_at: Mapped[datetime | None]
    approved_at: Mapped[datetime | None]
    approved_by_id: Mapped[int | None] = refers_to("member", index=False)
    refused_at: Mapped[datetime | None]
    refused_by_id: Mapped[int | None] = refers_to("member", index=False)
    refused_reason: Mapped[str | None] = mapped_column(String(500))
    suspended_until: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]

    # the rest is what Flask-Security asks of a user
    password: Mapped[str | None] = mapped_column(String(255))  # type: ignore[assignment]
    active: Mapped[bool] = mapped_column(default=True)  # type: ignore[assignment]
    fs_uniquifier: Mapped[str] = mapped_column(  # type: ignore[assignment]
        String(64), unique=True, default=lambda: uuid.uuid4().hex
    )
    tf_primary_method: Mapped[str | None] = mapped_column(String(64))  # type: ignore[assignment]
    tf_totp_secret: Mapped[str | None] = mapped_column(String(255))  # type: ignore[assignment]
    tf_phone_number: Mapped[str | None] = mapped_column(String(128))  # type: ignore[assignment]
    tf_last_counter: Mapped[int | None]  # so that a one-time code works one time
    fs_webauthn_user_handle: Mapped[str | None] = mapped_column(  # type: ignore[assignment]
        String(64), unique=True
    )
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(  # type: ignore[assignment]
        MutableList.as_mutable(AsaList())
    )
    webauthn: Mapped[list[Passkey]] = relationship(  # type: ignore[assignment]
        cascade="all, delete-orphan", back_populates="member"
    )

    @property  # type: ignore[override]
    def roles(self) -> list[Role]:
        """Flask-Security's idea of roles is not used: `office` and memberships say who may what."""
        return []

    @roles.setter
    def roles(self, none: list[Role]) -> None:
        """Flask-Security hands an empty list to every new member."""

    @property
    def is_moderator(self) -> bool:
        """Moderators and the secretariat look after content everywhere."""
        return self.office in (Office.MODERATOR, Office.SECRETARIAT)

    @property
    def is_secretariat(self) -> bool:
        return self.office is Office.SECRETARIAT

    @property
    def is_admitted(self) -> bool:
        """Confirmed, approved, and neither suspended nor erased: may take part."""
        return self.active and self.confirmed_at is not None and self.approved_at is not None and not self.is_suspended

    @classmethod
    def takes_part(cls, now: datetime) -> ColumnElement[bool]:
        """The same in SQL."""
        suspended = cls.suspended_until.is_not(None) & (cls.suspended_until > now)
        return cls.active.is_(True) & cls.confirmed_at.is_not(None) & cls.approved_at.is_not(None) & ~suspended

    @property
    def standing(self) -> Standing:
        """The first thing that keeps them from taking part, or ADMITTED."""
        if not self.active or self.erased_at:
            return Standing.ENDED
        if self.confirmed_at is None:
            return Standing.UNCONFIRMED
        if self.refused_at is not None:
            return Standing.REFUSED
        if self.approved_at is None:
            return Standing.WAITING
        return Standing.SUSPENDED if self.is_suspended else Standing.ADMITTED

    @property
    def is_suspended(self) -> bool:
        return self.suspended_until is not None and self.suspended_until > clock.now()

    @property
    def needs_second_factor(self) -> bool:
        """Who can act on others must not be had for one password; the demo's accounts are open on purpose."""
        return self.is_moderator and not self.is_demo

    # what Flask-Security asks before it lets somebody in

    def is_locked(self, form_error: list[Any] | None = None) -> bool:
        """Whether they must wait outside. An unconfirmed address is asked for separately."""
        if self.standing in (Standing.ADMITTED, Standing.UNCONFIRMED):
            return False
        if form_error is not None:
            form_error.append(self.standing.value)
        return True

    def check_tf_required(
        self, tf_setup_methods: list[tuple[str, str]], tf_fresh: bool
    ) -> tuple[bool, list[tuple[str, str]]]:
        """A second step for whoever set one up, and for whoever must have one."""
        return bool(tf_setup_methods) or self.needs_second_factor, tf_setup_methods

    def check_tf_required_setup(self) -> bool:
        return self.needs_second_factor


class Role(Base, RoleMixin):
    """Flask-Security will not start without a role model; ours stays empty (see Member.roles)."""

    __tablename__ = "role"

    id: Mapped[PrimaryKey]
    name: Mapped[str] = mapped_column(String(80), unique=True)  # type: ignore[assignment]


class Passkey(Base, WebAuthnMixin):
    """A WebAuthn credential of a member. https://www.w3.org/TR/webauthn-3/"""

    __tablename__ = "passkey"

    id: Mapped[PrimaryKey]
    member_id: Mapped[int] = refers_to("member", ondelete="CASCADE")
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1024), unique=True)  # type: ignore[assignment]
    public_key: Mapped[bytes] = mapped_column(LargeBinary)  # type: ignore[assignment]
    sign_count: Mapped[int | None] = mapped_column(default=0)  # type: ignore[assignment]
    transports: Mapped[list[str] | None] = mapped_column(  # type: ignore[assignment]
        MutableList.as_mutable(AsaList())
    )
    backup_state: Mapped[bool]  # type: ignore[assignment]
    device_type: Mapped[str] = mapped_column(String(64))  # type: ignore[assignment]
    extensions: Mapped[str | None] = mapped_column(String(255))  # type: ignore[assignment]
    create_datetime: Mapped[datetime] = mapped_column(default=clock.now)  # type: ignore[assignment]
    lastuse_datetime: Mapped[datetime] = mapped_column(default=clock.now)  # type: ignore[assignment]
    name: Mapped[str] = mapped_column(String(64))  # type: ignore[assignment]
    usage: Mapped[str] = mapped_column(String(64))  # type: ignore[assignment]

    member: Mapped[Member] = relationship(back_populates="webauthn")

    def get_user_mapping(self) -> dict[str, Any]:
        return {"id": self.member_id}


class LoginSession(Base):
    """One signed-in browser, so that a member can see each of them and end it."""

    __tablename__ = "login_session"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=lambda: uuid.uuid4().hex)
    member_id: Mapped[int] = refers_to("member", ondelete="CASCADE")
    created_at: Mapped[CreatedAt]
    browser: Mapped[str] = mapped_column(String(255), default="")


class Invitation(Base):
    """A member vouches for a newcomer. Only a hash of the token is kept."""

    __tablename__ = "invitation"

    id: Mapped[PrimaryKey]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    email: Mapped[str | None] = mapped_column(String(254))
    invited_by_id: Mapped[int | None] = refers_to("member")
    used_by_id: Mapped[int | None] = refers_to("member")
    created_at: Mapped[CreatedAt]
    expires_at: Mapped[datetime | None]

    invited_by: Mapped[Member | None] = relationship(foreign_keys=invited_by_id)
    used_by: Mapped[Member | None] = relationship(foreign_keys=used_by_id)

    @property
    def is_open(self) -> bool:
        return self.used_by_id is None and (self.expires_at is None or self.expires_at > clock.now())
