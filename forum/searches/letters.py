"""The mail about kept searches: at most one a day, to those who want it, about what they may see when it is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import select

from forum.accounts.models import Member
from forum.kernel import clock, letters
from forum.kernel.db import db
from forum.kernel.mail import Delivery, Message, address_of
from forum.notifications.models import Frequency, MailChoice
from forum.notifications.schedule import is_away
from forum.notifications.streams import stream_headers
from forum.notifications.tokens import Purpose, Token
from forum.searches.models import SavedSearch
from forum.searches.queries import news_counted

KIND = "searches"
NOT_MORE_OFTEN = timedelta(hours=24)
EXACTLY = "%Y%m%dT%H%M%S%f"


def letter_for(member: Member) -> Message | None:
    """What to tell a member now, and remember that they were told; None when there is nothing, or they want no mail."""
    searches = mailed_searches_of(member)
    if not member.is_admitted or not searches:
        return None
    last = max((search.mailed_at for search in searches if search.mailed_at), default=None)
    if last is not None and last > clock.now() - NOT_MORE_OFTEN:
        return None
    news = news_counted(member, [search.id for search in searches], since=last)
    if not news:
        return None
    for search in searches:
        search.mailed_at = clock.now()
    choice = db.session.get(MailChoice, member.id)
    stop = f"/searches/stop/{token_of(member)}"
    letter = letters.write(
        "searches/mail/news.txt",
        to=member.email,
        language=member.language,
        key=f"{KIND}-{member.id}-{last.strftime(EXACTLY) if last else 0}-{clock.now():%Y%m%dT%H%M}",
        name=member.name,
        found=[(search, news[search.id]) for search in searches if search.id in news],
        count=sum(news.values()),
        discreet=bool(choice and choice.discreet),
        stop=address_of(stop),
    )
    headers = stream_headers(KIND, stop=Token(Purpose.STOP_SEARCHES, member.id), stop_path=stop, archive="/me/searches")
    return replace(letter, kind=KIND, member_id=member.id, headers=headers)


def mailed_searches_of(member: Member) -> Sequence[SavedSearch]:
    """The searches a member wants mail about; none while they want none at all."""
    choice = db.session.get(MailChoice, member.id)
    if choice and choice.frequency is Frequency.NEVER:
        return ()
    if choice and is_away(choice.paused_until, member.time_zone, now=clock.now()):
        return ()
    mine = select(SavedSearch).where(SavedSearch.member_id == member.id, SavedSearch.mails)
    return db.session.scalars(mine.order_by(SavedSearch.name)).all()


def tells_since(delivery: Delivery) -> datetime | None:
    """When what a mail tells of begins: with the mail before it; None for a first one."""
    _kind, _member, since, *_moment = delivery.key.split("-")
    return datetime.strptime(since, EXACTLY).replace(tzinfo=UTC) if since != "0" else None


def token_of(member: Member) -> str:
    """What stops these mails without signing in, and does nothing else."""
    return str(_signed().dumps(member.id))


def member_of(token: str) -> int | None:
    """Whose mails a token stops; None for anything we did not write."""
    try:
        return int(_signed().loads(token))
    except (BadSignature, TypeError, ValueError):
        return None


def _signed() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="forum.searches.stop")
