"""Digests that were given up because something in them was hidden meanwhile: the same digest, put together again.

It is the same row, day, window, key and Message-ID, with other words; and only for a mail that nobody else can have seen
(`handed_at` is empty), so it is still sent once. Where nothing is left to tell, it stays given up, and its words are
blanked: they told of what is not for its reader.
"""

from __future__ import annotations

from datetime import date, timedelta

from flask_babel import force_locale
from sqlalchemy import ColumnElement, select

from forum.accounts.models import Member
from forum.kernel import clock
from forum.kernel.db import db
from forum.kernel.mail import Delivery, Reason, State
from forum.kernel.mail.deliveries import say_instead
from forum.notifications.models import Digest, MailChoice
from forum.notifications.preparing import items_of, letter_of, look

AT_ONCE = 20  # in one transaction
LATEST = timedelta(days=1)  # then the next digest has come, or nobody waits for this one


def given_up() -> list[int]:
    """Ids of mails to put together again."""
    return list(db.session.scalars(select(Delivery.id).where(*_is_given_up()).order_by(Delivery.id)))


def _is_given_up() -> tuple[ColumnElement[bool], ...]:
    return (
        Delivery.state == State.CANCELLED,
        Delivery.created_at > clock.now() - LATEST,
        Delivery.reason == Reason.NOT_VISIBLE,
        Delivery.kind == "digest",
        Delivery.handed_at.is_(None),
        Delivery.text != "",
    )


def compose_again(delivery_id: int) -> bool:
    """Put one of them together again; whether anything was left to tell. Doing it twice does it once."""
    delivery = db.session.scalar(select(Delivery).where(Delivery.id == delivery_id, *_is_given_up()).with_for_update())
    if delivery is None:
        return False
    member = db.session.get(Member, delivery.member_id) if delivery.member_id else None
    choice = db.session.get(MailChoice, member.id) if member else None
    day = date.fromisoformat(delivery.key[-10:])  # see Digest.key
    mine = select(Digest).where(Digest.member_id == delivery.member_id, Digest.day == day)
    digest = db.session.scalar(mine)
    if member is None or choice is None or digest is None or not member.is_admitted:
        return _leave(delivery, digest)
    with force_locale(member.language):
        prepared = look(member, choice, until=digest.until, since=digest.since)
    if not prepared.is_worth_a_mail:
        return _leave(delivery, digest)
    digest.items = []
    db.session.flush()  # the new ones have the same positions
    digest.items, digest.left_out = items_of(prepared), prepared.left_out
    say_instead(delivery, letter_of(member, choice, prepared, key=digest.key, digest_id=digest.id))
    db.session.flush()
    return True


def _leave(delivery: Delivery, digest: Digest | None) -> bool:
    delivery.text = delivery.html = delivery.subject = ""
    if digest is not None:
        digest.items, digest.left_out = [], 0
    db.session.flush()
    return False
