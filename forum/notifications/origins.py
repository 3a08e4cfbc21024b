"""Posts and threads that came by mail, with the Message-ID their author's own program gave them.

Mails about them name that id among their References, so that the author's program shows one conversation. RFC 5322 3.6.4.
"""

from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from forum.kernel.db import Base


class MailOrigin(Base):
    """The mail an entry came from."""

    __tablename__ = "mail_origin"
    MESSAGE_ID_LENGTH = 255

    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), primary_key=True)
    message_id: Mapped[str] = mapped_column(String(MESSAGE_ID_LENGTH), index=True)  # without brackets


def message_id_of(post_id: int, domain: str) -> str:
    """The Message-ID of a post in every mail that carries it, without brackets. It never changes."""
    return f"post-{post_id}@{domain}"
