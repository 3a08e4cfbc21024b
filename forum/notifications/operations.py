"""Saying how one wants to hear from us, and stopping it: on the site, or with one click in a mail."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select

from forum.accounts.models import Member
from forum.community.models import Group
from forum.entries.models import Entry, Follow, Level
from forum.entries.operations import follow
from forum.kernel import clock
from forum.kernel.db import db, insert_or, save
from forum.kernel.errors import Invalid
from forum.kernel.i18n import _
from forum.kernel.mail import cancel_unwanted
from forum.kernel.mail.deliveries import lift
from forum.notifications.gathering import weights_of_tags
from forum.notifications.models import Frequency, GroupWeight, MailChoice, RegionWeight, ThemeWeight, Weight
from forum.notifications.preparing import NEVER, next_for
from forum.notifications.schedule import local_day, zone_of
from forum.notifications.tokens import Purpose, Token

LONGEST_PAUSE = 366  # days
PUT_OFF = timedelta(days=7)


def choice_of(member: Member) -> MailChoice:
    """How a member wants to hear from us; made when it is asked for first."""
    choice = db.session.get(MailChoice, member.id)
    if choice is None:
        now = clock.now()
        choice = save(MailChoice(member_id=member.id, told_until=now, next_at=now))
        choice.next_at = next_for(choice, zone_of(member.time_zone), after=now)
    return choice


def peek(member: Member) -> MailChoice:
    """The same for pages, which must not write: what it is, or what it will be, in no session."""
    found = db.session.get(MailChoice, member.id)
    if found is not None:
        return found
    now = clock.now()
    fresh = MailChoice(member_id=member.id, frequency=Frequency.DAILY, hour=7, weekday=0, told_until=now, next_at=now)
    fresh.discreet, fresh.at_once = False, True
    fresh.next_at = next_for(fresh, zone_of(member.time_zone), after=now)
    return fresh


def choose_mail(
    *,
    by: Member,
    frequency: Frequency,
    hour: int,
    weekday: int,
    paused_until: date | None,
    discreet: bool,
    at_once: bool = True,
) -> MailChoice:
    """Decide when the digest comes, and whether posts may come before it.

    Args:
        paused_until: the first day mail comes again; nothing for no pause.
        at_once: whether posts that name them, or that they want each of, come by mail at once.

    Raises:
        Invalid: the pause lies in the past or is longer than a year.
    """
    zone = zone_of(by.time_zone)
    today = local_day(clock.now(), zone)
    if paused_until and not 0 <= (paused_until - today).days <= LONGEST_PAUSE:
        raise Invalid(_("Choose a day from today on, within a year."), "paused_until")
    choice = choice_of(by)
    was_off = choice.frequency is Frequency.NEVER
    choice.frequency, choice.hour, choice.weekday = frequency, hour, weekday
    choice.paused_until, choice.discreet, choice.at_once = paused_until, discreet, at_once
    if was_off and frequency is not Frequency.NEVER:
        choice.told_until = clock.now()  # who was not told for long is not told all of it now
    choice.next_at = next_for(choice, zone, after=clock.now())
    if frequency is Frequency.NEVER or paused_until or not at_once:
        cancel_unwanted(by.id)
    return choice


def reschedule(member: Member) -> None:
    """After a member moved to another time zone: the digest comes at their hour there."""
    choice = choice_of(member)
    choice.next_at = next_for(choice, zone_of(member.time_zone), after=clock.now())


def weigh(group: Group, weight: Weight, *, by: Member) -> None:
    """Decide how much of a group is in the digest, or that each of its posts comes by mail at once."""
    row = insert_or(GroupWeight).values(member_id=by.id, group_id=group.id, weight=weight)
    if weight is Weight.NORMAL:
        mine = (GroupWeight.member_id == by.id, GroupWeight.group_id == group.id)
        db.session.execute(delete(GroupWeight).where(*mine))
    else:
        keys = ["member_id", "group_id"]
        db.session.execute(row.on_conflict_do_update(index_elements=keys, set_={"weight": weight}))
    if weight is not Weight.EACH:
        cancel_unwanted(by.id)


def weigh_theme(theme_id: int, weight: Weight, *, by: Member) -> None:
    """Decide how much to hear because of a theme: first, normal or never."""
    _weigh_tag(ThemeWeight, "theme", theme_id, weight, by=by)


def weigh_region(region_id: int, weight: Weight, *, by: Member) -> None:
    """The same because of a region."""
    _weigh_tag(RegionWeight, "region", region_id, weight, by=by)


def _weigh_tag(table: type[ThemeWeight | RegionWeight], kind: str, id: int, weight: Weight, *, by: Member) -> None:
    """What the profile says anyway needs no row, so that it goes on saying it when it changes."""
    column = getattr(table, f"{kind}_id")
    db.session.execute(delete(table).where(table.member_id == by.id, column == id))
    if weight is not weights_of_tags(by)[kind].get(id, Weight.NEVER):
        db.session.execute(insert_or(table).values({"member_id": by.id, f"{kind}_id": id, "weight": weight}))


#: How a slice above stops what it sends, by what the token is for.
STOPPED_BY: dict[Purpose, Callable[[Token], None]] = {}


def stops(purpose: Purpose) -> Callable[[Callable[[Token], None]], Callable[[Token], None]]:
    """Register what a token of this purpose stops, where that is not known here."""

    def register(deed: Callable[[Token], None]) -> Callable[[Token], None]:
        STOPPED_BY[purpose] = deed
        return deed

    return register


def stop(token: Token) -> str:
    """What one click does: nothing more of this kind is sent, nor what is on its way. Doing it again is fine. RFC 8058.

    What is on its way is asked at once whether it is still wanted, and cancelled in the same transaction. A mail that is
    promised at this very moment is asked when its turn comes.

    Args:
        token: says whose mail and which; bearing it is the permission.

    Returns:
        what was chosen until now, for `resume`.
    """
    member = db.session.get(Member, token.member_id)
    if member is None:
        return ""
    if token.purpose is Purpose.STOP_DIGEST:
        choice = choice_of(member)
        was = choice.frequency.value
        choice.frequency, choice.next_at = Frequency.NEVER, NEVER
        cancel_unwanted(member.id)
        return was
    if token.purpose is Purpose.STOP_NOTICES:
        choice_of(member).at_once = False
        cancel_unwanted(member.id)
    elif token.purpose is Purpose.STOP_GROUP and (group := db.session.get(Group, token.object_id)):
        was = weights_of(member).get(group.id, Weight.NORMAL).value
        weigh(group, Weight.NEVER, by=member)
        return was
    elif token.purpose is Purpose.STOP_ENTRY and (entry := db.session.get(Entry, token.object_id)):
        known = db.session.get(Follow, (entry.id, member.id))
        was = known.level.value if known else ""
        follow(entry, by=member, level=Level.MUTED)
        return was
    elif deed := STOPPED_BY.get(token.purpose):
        deed(token)
    return ""


def resume(token: Token, was: str) -> None:
    """Undo `stop`, with the same permission. What was cancelled stays so: the next digest tells of what is new in its window.

    Args:
        was: what was chosen before; what most choose where that is not known.
    """
    member = db.session.get(Member, token.member_id)
    if member is None:
        return
    if token.purpose is Purpose.STOP_DIGEST:
        choice = choice_of(member)
        if choice.frequency is Frequency.NEVER:
            known = was in set(Frequency) and was != Frequency.NEVER
            choice.frequency = Frequency(was) if known else Frequency.DAILY
            choice.told_until = clock.now()
            choice.next_at = next_for(choice, zone_of(member.time_zone), after=clock.now())
    elif token.purpose is Purpose.STOP_NOTICES:
        choice_of(member).at_once = True
    elif token.purpose is Purpose.STOP_GROUP and (group := db.session.get(Group, token.object_id)):
        weigh(group, Weight(was) if was in set(Weight) and was != Weight.NEVER else Weight.NORMAL, by=member)
    elif token.purpose is Purpose.STOP_ENTRY and (entry := db.session.get(Entry, token.object_id)):
        follow(entry, by=member, level=Level(was) if was in set(Level) and was != Level.MUTED else Level.DIGEST)


def start_again(*, by: Member) -> None:
    """Undo a stop, and lift the pause on an address that mail came back from."""
    choice = choice_of(by)
    if choice.frequency is Frequency.NEVER:
        choice.frequency = Frequency.DAILY
    choice.told_until = clock.now()
    choice.next_at = next_for(choice, zone_of(by.time_zone), after=clock.now())
    lift(by.email)


def put_off(*, by: Member) -> datetime:
    """Leave what waits for somebody now out of their digests for a week; returns until when. What begins to wait later is told."""
    choice = choice_of(by)
    choice.put_off_at = clock.now()
    choice.put_off_until = choice.put_off_at + PUT_OFF
    return choice.put_off_until


def put_off_until(member: Member) -> datetime | None:
    """Until when what waits for somebody is left out of their digests; nothing where it is not."""
    until = peek(member).put_off_until
    return until if until and until > clock.now() else None


def remind_again(*, by: Member) -> None:
    """Undo `put_off`."""
    choice = choice_of(by)
    choice.put_off_at = choice.put_off_until = None


def weights_of(member: Member) -> dict[int, Weight]:
    """Of each group that has another than NORMAL, by its id."""
    rows = db.session.execute(
        select(GroupWeight.group_id, GroupWeight.weight).where(GroupWeight.member_id == member.id)
    )
    return {row.group_id: row.weight for row in rows}
