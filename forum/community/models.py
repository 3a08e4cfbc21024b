"""Regions, countries and themes sort the community; groups gather it; a profile says who somebody is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from babel import Locale, UnknownLocaleError
from sqlalchemy import JSON, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.accounts.models import Member
from forum.kernel.db import Base, CreatedAt, PrimaryKey, one_of, refers_to


class Labelled:
    """A thing whose name is a word in several languages, English always among them."""

    labels: Mapped[dict[str, str]] = mapped_column(JSON)

    def label(self, language: str) -> str:
        """The name in this language, or in English where no translation is known."""
        return self.labels.get(language) or self.labels["en"]


class Region(Labelled, Base):
    __tablename__ = "region"

    id: Mapped[PrimaryKey]
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    position: Mapped[int] = mapped_column(default=0)
    verified: Mapped[bool] = mapped_column(default=False)
    verified_note: Mapped[str | None] = mapped_column(Text)

    countries: Mapped[list[Country]] = relationship(back_populates="region", order_by="Country.code")


def country_name(code: str, labels: Mapping[str, str], language: str) -> str:
    """The name of a country: the record's, else the one of Unicode's locale data (CLDR), else the record's in English.

    The record names countries in English, Spanish and French; the site speaks more languages than that.

    Args:
        code: ISO 3166-1 alpha-2, in capitals.
        labels: the record's names by language.
        language: of the reader, as the site knows it ("ar").
    """
    if language in labels:
        return labels[language]
    try:
        return str(Locale.parse(language).territories.get(code) or labels["en"])
    except (UnknownLocaleError, ValueError):
        return labels["en"]


class Country(Labelled, Base):
    """ISO 3166-1. A country has one main region and may belong to others too (Mexico, Sudan)."""

    __tablename__ = "country"

    code: Mapped[str] = mapped_column(String(2), primary_key=True)
    region_id: Mapped[int] = refers_to("region")

    region: Mapped[Region] = relationship(back_populates="countries")
    also_in: Mapped[list[Region]] = relationship(secondary="country_also_in", order_by="Region.position")

    def label(self, language: str) -> str:
        return country_name(self.code, self.labels, language)


class CountryAlsoIn(Base):
    __tablename__ = "country_also_in"

    country_code: Mapped[str] = mapped_column(ForeignKey("country.code"), primary_key=True)
    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"), primary_key=True, index=True)


class Theme(Labelled, Base):
    __tablename__ = "theme"

    id: Mapped[PrimaryKey]
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    position: Mapped[int] = mapped_column(default=0)
    definition: Mapped[str] = mapped_column(Text, default="")
    verified: Mapped[bool] = mapped_column(default=False)
    verified_note: Mapped[str | None] = mapped_column(Text)


class Profession(Labelled, Base):
    """What somebody does in child justice (the record calls these roles: judges, social workers …)."""

    __tablename__ = "profession"

    id: Mapped[PrimaryKey]
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    family: Mapped[str] = mapped_column(String(40))
    position: Mapped[int] = mapped_column(default=0)
    is_child_role: Mapped[bool] = mapped_column(default=False)
    verified: Mapped[bool] = mapped_column(default=False)
    verified_note: Mapped[str | None] = mapped_column(Text)


class GroupKind(StrEnum):
    REGION = "region"
    THEME = "theme"
    WORKING = "working"


class GroupVisibility(StrEnum):
    """Who may read what is said in a group."""

    PUBLIC = "public"
    MEMBERS = "members"
    PRIVATE = "private"


class Joining(StrEnum):
    OPEN = "open"
    REQUEST = "request"


class Group(Base):
    """Where members meet: one per region, one per theme, and working groups (region × theme, or free)."""

    __tablename__ = "group"
    NAME_LENGTH = 120

    id: Mapped[PrimaryKey]
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    kind: Mapped[GroupKind] = one_of(GroupKind)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    description: Mapped[str] = mapped_column(Text, default="")
    region_id: Mapped[int | None] = refers_to("region")
    theme_id: Mapped[int | None] = refers_to("theme")
    visibility: Mapped[GroupVisibility] = one_of(GroupVisibility, default=GroupVisibility.PUBLIC)
    joining: Mapped[Joining] = one_of(Joining, default=Joining.OPEN)
    created_at: Mapped[CreatedAt]
    created_by_id: Mapped[int | None] = refers_to("member", index=False)

    region: Mapped[Region | None] = relationship()
    theme: Mapped[Theme | None] = relationship()
    memberships: Mapped[list[Membership]] = relationship(back_populates="group")

    def label(self, language: str) -> str:
        """Its name: of its region or theme in the reader's language, or as its founders wrote it."""
        if self.kind is GroupKind.REGION and self.region:
            return self.region.label(language)
        if self.kind is GroupKind.THEME and self.theme:
            return self.theme.label(language)
        return self.name


class MembershipRole(StrEnum):
    MEMBER = "member"
    FACILITATOR = "facilitator"


class Membership(Base):
    """A member in a group; asked for until `joined_at` says since when."""

    __tablename__ = "membership"

    group_id: Mapped[int] = mapped_column(ForeignKey("group.id"), primary_key=True)
    member_id: Mapped[int] = refers_to("member", primary_key=True)
    role: Mapped[MembershipRole] = one_of(MembershipRole, default=MembershipRole.MEMBER)
    requested_at: Mapped[CreatedAt]
    request_note: Mapped[str] = mapped_column(String(500), default="")
    joined_at: Mapped[datetime | None]
    admitted_by_id: Mapped[int | None] = refers_to("member", index=False)

    __table_args__ = (
        # few wait, and every batch of digests asks who began to
        Index(
            "ix_membership_waiting",
            "requested_at",
            sqlite_where=text("joined_at IS NULL"),
            postgresql_where=text("joined_at IS NULL"),
        ),
    )

    group: Mapped[Group] = relationship(back_populates="memberships")
    member: Mapped[Member] = relationship(foreign_keys=member_id)

    @property
    def is_active(self) -> bool:
        return self.joined_at is not None


class Shown(StrEnum):
    """To whom a part of a profile is shown."""

    NOBODY = "nobody"
    MEMBERS = "members"
    EVERYONE = "everyone"


class Profile(Base):
    """What a member tells the community about themselves, and what of it others may see."""

    __tablename__ = "profile"
    ABOUT_LENGTH = 2000

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True)
    profession_id: Mapped[int | None] = refers_to("profession")
    organisation: Mapped[str] = mapped_column(String(160), default="")
    country_code: Mapped[str | None] = refers_to("country", column="code")
    languages: Mapped[list[str]] = mapped_column(JSON, default=list)
    about: Mapped[str] = mapped_column(Text, default="")
    shown_in_directory: Mapped[Shown] = one_of(Shown, check="shown_in_directory", default=Shown.MEMBERS)
    shown_organisation: Mapped[Shown] = one_of(Shown, check="shown_organisation", default=Shown.MEMBERS)
    shown_country: Mapped[Shown] = one_of(Shown, check="shown_country", default=Shown.MEMBERS)
    shown_about: Mapped[Shown] = one_of(Shown, check="shown_about", default=Shown.MEMBERS)

    member: Mapped[Member] = relationship()
    profession: Mapped[Profession | None] = relationship()
    country: Mapped[Country | None] = relationship()
    regions: Mapped[list[Region]] = relationship(secondary="profile_region", order_by="Region.position")
    themes: Mapped[list[Theme]] = relationship(secondary="profile_theme", order_by="Theme.position")


class ProfileRegion(Base):
    __tablename__ = "profile_region"

    member_id: Mapped[int] = mapped_column(ForeignKey("profile.member_id"), primary_key=True)
    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"), primary_key=True, index=True)


class ProfileTheme(Base):
    __tablename__ = "profile_theme"

    member_id: Mapped[int] = mapped_column(ForeignKey("profile.member_id"), primary_key=True)
    theme_id: Mapped[int] = mapped_column(ForeignKey("theme.id"), primary_key=True, index=True)
