"""Mail that waits for a moderator's word, and mail to those who look after the site, told in their digest."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import ngettext
from sqlalchemy import Integer, Select, func, literal, select

from forum.accounts.models import Member
from forum.inbound.models import Fate, HeldMail, ReceivedMail
from forum.inbound.operators import PATH
from forum.notices.models import Notice, NoticeKind
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


@duty(
    "mail to operators",
    words=lambda count, _group: ngettext(
        "%(num)s mail came to postmaster@ or abuse@", "%(num)s mails came to postmaster@ or abuse@", count
    ),
    path=lambda _slug: PATH,
)
def mail_to_operators(member: Member, at: datetime) -> Select[Any] | None:
    """For whom a notice of it waits: who never opens the site hears of it too."""
    if not member.is_moderator:
        return None
    times, since = func.coalesce(func.sum(Notice.last), 0), func.max(Notice.at)
    found: Any = select(literal(0, Integer).label("ref"), times.label("number"), since.label("since"))
    waits = (Notice.member_id == member.id, Notice.kind == NoticeKind.OPERATORS, Notice.read_at.is_(None))
    return found.where(*waits, Notice.at <= at)
