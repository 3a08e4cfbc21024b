"""A resource is a document, link or law the community shares."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.accounts.models import Member
from forum.entries.models import Entry, Kind
from forum.kernel.db import Base, CreatedAt, extends, one_of, refers_to


class Licence(StrEnum):
    """What the owner of the rights allows, as far as we know. Decides whether we show the file or only the record."""

    PUBLIC_DOMAIN = "public-domain"
    CC0 = "cc0"
    CC_BY = "cc-by"
    CC_BY_SA = "cc-by-sa"
    CC_BY_ND = "cc-by-nd"
    CC_BY_NC = "cc-by-nc"
    CC_BY_NC_SA = "cc-by-nc-sa"
    CC_BY_NC_ND = "cc-by-nc-nd"
    PERMISSION = "permission"  # the owner lets this community share it
    OWN = "own"  # written by who shared it, who lets the community read it
    RIGHTS_RESERVED = "rights-reserved"
    UNKNOWN = "unknown"

    @property
    def lets_us_share(self) -> bool:
        """Whether the file itself may be handed out; else only the record is shown."""
        return self not in (Licence.RIGHTS_RESERVED, Licence.UNKNOWN)


class LinkState(StrEnum):
    """What became of the source address when it was last tried."""

    UNCHECKED = "unchecked"
    ALIVE = "alive"
    DEAD = "dead"


class Resource(Entry):
    __tablename__ = "resource"
    __mapper_args__ = {"polymorphic_identity": Kind.RESOURCE}
    TITLE_LENGTH = 400

    id: Mapped[int] = extends("entry")
    source_id: Mapped[str | None] = mapped_column(String(120), unique=True)  # its id in the record
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    alternative_titles: Mapped[list[str]] = mapped_column(JSON, default=list)
    abstract: Mapped[str] = mapped_column(Text, default="")
    year: Mapped[int | None]
    issued: Mapped[str | None] = mapped_column(String(10))  # "2019", "2019-11" or "2019-11-04"; year is its beginning
    publisher: Mapped[str] = mapped_column(String(300), default="")
    languages: Mapped[list[str]] = mapped_column(JSON, default=list)
    countries: Mapped[list[str]] = mapped_column(JSON, default=list)  # ISO 3166-1 alpha-2
    populations: Mapped[list[str]] = mapped_column(JSON, default=list)  # whom it is about, see words.POPULATIONS
    type: Mapped[str] = mapped_column(String(40))
    licence: Mapped[Licence] = one_of(Licence, default=Licence.UNKNOWN)
    is_global: Mapped[bool] = mapped_column(default=False)
    url: Mapped[str] = mapped_column(String(2000), default="")
    url_kind: Mapped[str | None] = mapped_column(String(40))
    link_state: Mapped[LinkState] = one_of(LinkState, default=LinkState.UNCHECKED)
    link_alive_at: Mapped[datetime | None]  # the last time a DEAD one answered; of others see library.links
    note: Mapped[str | None] = mapped_column(Text)
    verified: Mapped[bool] = mapped_column(default=False)
    unverified_fields: Mapped[list[str]] = mapped_column(JSON, default=list)
    version: Mapped[int] = mapped_column(default=1)

    contributors: Mapped[list[Contributor]] = relationship(
        order_by="Contributor.position", cascade="all, delete-orphan", back_populates="resource"
    )


class Contribution(StrEnum):
    """What somebody did for a resource. dcterms:creator and dcterms:contributor."""

    AUTHOR = "author"
    EDITOR = "editor"
    TRANSLATOR = "translator"


class Contributor(Base):
    """A person or organisation that made a resource, in the order of the title page."""

    __tablename__ = "contributor"

    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(200))  # "Family, Given" for people, as written for organisations
    contribution: Mapped[Contribution] = one_of(Contribution, default=Contribution.AUTHOR)
    is_organisation: Mapped[bool] = mapped_column(default=False)

    resource: Mapped[Resource] = relationship(back_populates="contributors")


class ResourceVersion(Base):
    """What a resource was described as before one change, and what was said about the change."""

    __tablename__ = "resource_version"

    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # the version this is
    what_changed: Mapped[str] = mapped_column(String(500), default="")  # to make the next one of it
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    replaced_by_id: Mapped[int | None] = refers_to("member", index=False)
    replaced_at: Mapped[CreatedAt]

    replaced_by: Mapped[Member | None] = relationship()
