"""Orders of one word, carried out where they were sent: to a conversation, a digest, a group, or an address that only stops."""

from __future__ import annotations

from typing import Any

from forum.access.rules import Can, authorize, may
from forum.accounts.models import Member
from forum.community.models import Group
from forum.entries.models import Entry, Follow, Level
from forum.entries.operations import follow
from forum.inbound.answers import answer
from forum.inbound.deeds import all_or_nothing, note
from forum.inbound.letters import Letter
from forum.inbound.models import Did, Fate, ReceivedMail, Why
from forum.inbound.orders import Order
from forum.inbound.undoing import undo
from forum.kernel.db import db
from forum.notifications import operations as notifications
from forum.notifications.models import Digest
from forum.notifications.tokens import Purpose, Token
from forum.threads.models import Post

#: What can be said about one conversation.
OF_AN_ENTRY = frozenset({Order.FOLLOW, Order.MUTE, Order.STOP})


def carry_out(
    order: Order, received: ReceivedMail, letter: Letter, thing: Post | Digest | Group, *, by: Member
) -> tuple[Fate, Why]:
    """Do what was ordered, and say that it was done.

    Raises:
        Unfit: it cannot be.
    """
    if order is Order.HELP:
        return _told(received, letter, "help", by)
    if order is Order.UNDO:
        taken_back = undo(by=by)
        return _told(received, letter, "undone", by, taken_back=taken_back)
    if order in (Order.DONE, Order.LATER):
        return _told(received, letter, "nothing_due", by)
    if isinstance(thing, Post) and order in OF_AN_ENTRY:
        hear(order, thing.thread, received, by=by)
        return _told(received, letter, "hearing", by, muted=order is not Order.FOLLOW, title=thing.thread.title)
    if order is Order.STOP and (token := _what_stops(thing, by)):
        stop(token, received, by=by)
        return _told(received, letter, "stopped", by, purpose=token.purpose.name)
    return _told(received, letter, "which_one", by, order=order.value.upper())


def hear(order: Order, entry: Entry, received: ReceivedMail, *, by: Member) -> None:
    """Follow an entry, or hear no more of it.

    Raises:
        Unfit: they may not even know of it.
    """
    with all_or_nothing():
        authorize(by, Can.READ, entry)
        authorize(by, Can.FOLLOW)
        note(received, Did.FOLLOW, entry, by=by, before=_standing(entry.id, by))
        follow(entry, by=by, level=Level.EVERY_POST if order is Order.FOLLOW else Level.MUTED)


def stop(token: Token, received: ReceivedMail, *, by: Member) -> None:
    """Stop mail of one kind, and remember what was chosen before."""
    before = _standing(token.object_id, by) if token.purpose is Purpose.STOP_ENTRY else {}
    was = notifications.stop(token)
    what = {"purpose": token.purpose.value, "object": token.object_id, "was": was}
    note(received, Did.STOP, None, by=by, before=before | what)


def _standing(entry_id: int, member: Member) -> dict[str, Any]:
    known = db.session.get(Follow, (entry_id, member.id))
    return {"level": known.level.value, "because": known.because.value} if known else {"level": None}


def _what_stops(thing: Post | Digest | Group, by: Member) -> Token | None:
    if isinstance(thing, Digest):
        return Token(Purpose.STOP_DIGEST, by.id)
    if isinstance(thing, Group) and may(by, Can.READ, thing):
        return Token(Purpose.STOP_GROUP, by.id, thing.id)
    return None


def _told(received: ReceivedMail, letter: Letter, template: str, by: Member, **context: Any) -> tuple[Fate, Why]:
    answer(received, template, to=by, references=letter.references, **context)
    return Fate.DONE, Why.NONE
