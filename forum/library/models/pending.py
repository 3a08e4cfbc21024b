"""A file somebody has sent and not yet put anywhere: it waits for its form to be filled in."""

from __future__ import annotations

import secrets

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from forum.kernel.db import Base, CreatedAt, PrimaryKey, refers_to


class PendingFile(Base):
    """Bytes that are in the store already, so that a form with a mistake in it never sends them twice.

    Only who sent it can use its token. It is forgotten after some days (see `forum.library.handlers`).
    """

    __tablename__ = "pending_file"

    id: Mapped[PrimaryKey]
    token: Mapped[str] = mapped_column(String(40), unique=True, default=lambda: secrets.token_urlsafe(24))
    member_id: Mapped[int] = refers_to("member")
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(BigInteger)  # bytes
    sha256: Mapped[str] = mapped_column(String(64))
    blob_key: Mapped[str] = mapped_column(String(200), unique=True)
    created_at: Mapped[CreatedAt]
