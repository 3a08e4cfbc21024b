"""Mail that waits for a moderator's word, told in their digest."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import ngettext
from sqlalchemy import Select

from forum.accounts.models import Member
from forum.inbound.models import Fate, HeldMail, ReceivedMail
from forum.notifications.duties import counted, duty


@duty(
    "held mail",
    words=lambda count, _group: ngettext(
        "%(num)s mail of a member is held", "%(num)s mails of members are held", count
    ),
    path=lambda _slug: "/moderation/mail",
)
def held_mail(member: Member, at: datetime) -> Select[Any] | None:
    """For moderators."""
    if not member.is_moderator:
        return None
    found = counted(ReceivedMail.received_at).join(HeldMail, HeldMail.received_id == ReceivedMail.id)
    return found.where(ReceivedMail.fate == Fate.HELD, ReceivedMail.received_at <= at)
