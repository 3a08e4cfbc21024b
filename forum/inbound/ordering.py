"""Orders of one word, carried out where they were sent: to a conversation, a digest, a group, or an address that only stops."""

from __future__ import annotations

from typing import Any

from flask_babel import force_locale

from forum.access.rules import Can, authorize, group_of, may
from forum.accounts.models import Member
from forum.community.belonging import groups_to_post_in
from forum.community.models import Group
from forum.entries.models import Entry, Follow, Level
from forum.entries.operations import follow
from forum.groups import operations as groups
from forum.inbound.answers import answer
from forum.inbound.belonging import Stands, standing
from forum.inbound.deeds import all_or_nothing, note
from forum.inbound.letters import Letter
from forum.inbound.models import Did, Fate, ReceivedMail, Why
from forum.inbound.orders import Order, named
from forum.inbound.taken_back import what_is_taken_back
from forum.inbound.undoing import undo
from forum.kernel import clock
from forum.kernel.db import db
from forum.notifications import operations as notifications
from forum.notifications.addresses import group_address
from forum.notifications.duties import duties_of
from forum.notifications.models import Digest
from forum.notifications.schedule import local_day, zone_of
from forum.notifications.stopping import what_it_stops
from forum.notifications.tokens import Purpose, Token
from forum.threads.models import Post

#: What can be said about one conversation.
OF_AN_ENTRY = frozenset({Order.FOLLOW, Order.MUTE, Order.STOP})


def carry_out(
    order: Order,
    received: ReceivedMail,
    letter: Letter,
    thing: Post | Digest | Group | None,
    *,
    of: ReceivedMail | None = None,
    by: Member,
) -> tuple[Fate, Why]:
    """Do what was ordered, and say that it was done.

    Args:
        thing: what the order was sent to; nothing where that is gone.
        of: the mail of theirs that we said something to, where the order answers that.

    Raises:
        Unfit: it cannot be.
    """
    if order is Order.HELP:
        orders = {each.value: named(each, by.language) for each in Order}
        return _told(received, letter, "help", by, groups=_addresses_of_groups(by), orders=orders)
    if order is Order.UNDO:
        undone = undo(by=by, of=of)
        taken_back = [what_is_taken_back(deed, by=by) for deed in undone.deeds]
        return _told(received, letter, "undone", by, taken_back=taken_back, nothing=undone.nothing)
    if order in (Order.DONE, Order.LATER):
        return _of_what_waits(order, received, letter, by)
    if order is Order.JOIN and (group := _group_about(thing)):
        stands = come_in(group, received, by=by)
        return _told(received, letter, "joined", by, group=group.label(by.language), slug=group.slug, stands=stands)
    if isinstance(thing, Post) and order in OF_AN_ENTRY:
        hear(order, thing.thread, received, by=by)
        return _told(received, letter, "hearing", by, muted=order is not Order.FOLLOW, title=thing.thread.title)
    if order is Order.STOP and (token := _what_stops(thing, by)):
        stop(token, received, by=by)
        tell_what_stopped(token, received, letter, by=by)
        return Fate.DONE, Why.NONE
    return _told(received, letter, "which_one", by, order=named(order, by.language))


def _addresses_of_groups(member: Member) -> list[tuple[str, str]]:
    """(name, address) of each group a member can start a conversation in by mail."""
    mine = [group for group in groups_to_post_in(member) if may(member, Can.POST, group)]
    return [(group.label(member.language), group_address(group.slug)) for group in mine]


def _of_what_waits(order: Order, received: ReceivedMail, letter: Letter, by: Member) -> tuple[Fate, Why]:
    """LATER leaves it out of the digest for a week. DONE cannot do it: somebody has to be answered, after one has looked."""
    with force_locale(by.language):
        waiting = duties_of(by, at=clock.now())
    if not waiting:
        return _told(received, letter, "nothing_due", by)
    until = None
    if order is Order.LATER:
        until = local_day(notifications.put_off(by=by), zone_of(by.time_zone))
        note(received, Did.PUT_OFF, None, by=by)
    return _told(received, letter, "due", by, waiting=waiting, until=until)


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


def come_in(group: Group, received: ReceivedMail, *, by: Member) -> Stands:
    """Join a group, or ask to, as its page would; tells how they stand to it now.

    Raises:
        Unfit: the group is not there for them.
    """
    with all_or_nothing():
        authorize(by, Can.READ, group)
        before = standing(by, group)
        groups.join(group, by=by)
        now = standing(by, group)
        if now is not before:
            note(received, Did.JOIN, None, by=by, before={"group": group.id})
        return now


def stop(token: Token, received: ReceivedMail, *, by: Member) -> None:
    """Stop mail of one kind, and remember what was chosen before."""
    before = _standing(token.object_id, by) if token.purpose is Purpose.STOP_ENTRY else {}
    was = notifications.stop(token)
    what = {"purpose": token.purpose.value, "object": token.object_id, "was": was}
    note(received, Did.STOP, None, by=by, before=before | what)


def tell_what_stopped(token: Token, received: ReceivedMail, letter: Letter, *, by: Member) -> None:
    """Say what has stopped, in the words of the page on which one stops it."""
    with force_locale(by.language):
        says = what_it_stops(token, by.language)
    answer(received, "stopped", to=by, references=letter.references, says=says)


def _standing(entry_id: int, member: Member) -> dict[str, Any]:
    known = db.session.get(Follow, (entry_id, member.id))
    return {"level": known.level.value, "because": known.because.value} if known else {"level": None}


def _group_about(thing: Post | Digest | Group | None) -> Group | None:
    if thing is None or isinstance(thing, Digest):
        return None
    return group_of(thing.thread if isinstance(thing, Post) else thing)


def _what_stops(thing: Post | Digest | Group | None, by: Member) -> Token | None:
    if isinstance(thing, Digest):
        return Token(Purpose.STOP_DIGEST, by.id)
    if isinstance(thing, Group) and may(by, Can.READ, thing):
        return Token(Purpose.STOP_GROUP, by.id, thing.id)
    return None


def _told(received: ReceivedMail, letter: Letter, template: str, by: Member, **context: Any) -> tuple[Fate, Why]:
    answer(received, template, to=by, references=letter.references, **context)
    return Fate.DONE, Why.NONE
