"""Passing over, many at a time, those for whom nothing can be new: on a usual day nearly everybody.

It asks what moved at all in a group, under a theme or region, or among what somebody follows, and not who may see it. So it may
leave over somebody whom there is nothing to tell, and never passes over one whom there is: `look`, with `visible_to`, is the
judge of each who is left, and a property holds the two together.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    String,
    and_,
    bindparam,
    case,
    func,
    literal,
    select,
    union_all,
    update,
)

from forum.accounts.models import Member, Office
from forum.community.models import Membership, ProfileRegion, ProfileTheme
from forum.entries.models import Entry, EntryRegion, EntryTheme, Follow, Kind, Level
from forum.kernel.db import db
from forum.meetings.models import Meeting
from forum.notifications.duties import may_begin
from forum.notifications.gathering import NEAR
from forum.notifications.models import Digest, Frequency, MailChoice, RegionWeight, ThemeWeight
from forum.notifications.schedule import LONGEST_WINDOW, local_day, next_time, zone_of

BATCH = 500
MEETING: Any = Meeting.__table__


def pass_over(ids: Collection[int], *, now: datetime) -> set[int]:
    """Say of those whom there is nothing to tell that they were looked at, and when to look again; returns the others.

    Args:
        ids: of members whose digest is due.
    """
    plain = [choice for choice in _choices(ids, now) if _is_plain(choice)]
    since = {choice.member_id: max(choice.told_until, now - LONGEST_WINDOW) for choice in plain}
    if not since:
        return set(ids)
    told = _told_today(plain, now)
    first = min(since.values())
    touched = told | _by_group(since, first) | _by_tag(since, first, now) | _by_follow(since, first, now)
    touched |= may_begin(first, now) & since.keys()
    touched |= {c.member_id for c in plain if c.put_off_until and since[c.member_id] < c.put_off_until <= now}
    quiet = [choice for choice in plain if choice.member_id not in touched]
    if quiet:
        looked_at = update(MailChoice.__table__).where(MailChoice.member_id == bindparam("of"))  # type: ignore[arg-type]
        db.session.execute(
            looked_at.values(told_until=now, next_at=bindparam("next")),
            [{"of": choice.member_id, "next": _next(choice, now)} for choice in quiet],
        )
    return set(ids) - {choice.member_id for choice in quiet}


def _choices(ids: Collection[int], now: datetime) -> Sequence[Row[Any]]:
    columns = (MailChoice.member_id, MailChoice.frequency, MailChoice.hour, MailChoice.weekday, MailChoice.paused_until)
    windows = (MailChoice.told_until, MailChoice.next_at, MailChoice.put_off_until)
    member = (Member.time_zone, Member.office, Member.takes_part(now).label("takes_part"))
    query: Any = select(*columns, *windows, *member).join(Member, Member.id == MailChoice.member_id)
    query = query.where(MailChoice.member_id.in_(ids)).with_for_update(of=MailChoice, skip_locked=True)
    # by their keys alone: asked for next_at too, PostgreSQL may walk through all who are due to find these
    return [choice for choice in db.session.execute(query) if choice.next_at <= now]


def _is_plain(choice: Row[Any]) -> bool:
    """Whether there is nothing about them that asks for more than a look at what is new."""
    is_chosen = choice.frequency is not Frequency.NEVER and choice.told_until < choice.next_at
    return bool(choice.takes_part) and choice.office is Office.MEMBER and is_chosen


def _next(choice: Row[Any], now: datetime) -> datetime:
    return next_time(
        now,
        frequency=choice.frequency,
        hour=choice.hour,
        weekday=choice.weekday,
        zone=zone_of(choice.time_zone),
        paused_until=choice.paused_until,
    )


def _told_today(plain: list[Row[Any]], now: datetime) -> set[int]:
    """Those who had a digest on this day of theirs already."""
    days = {choice.member_id: local_day(now, zone_of(choice.time_zone)) for choice in plain}
    query = select(Digest.member_id, Digest.day).where(Digest.member_id.in_(days), Digest.day >= min(days.values()))
    return {row.member_id for row in db.session.execute(query) if row.day == days[row.member_id]}


def _by_group(since: dict[int, datetime], first: datetime) -> set[int]:
    """Those in whose groups a thread was opened."""
    opened = select(Entry.group_id, func.max(Entry.created_at)).where(Entry.kind == Kind.THREAD)
    opened = opened.where(Entry.active_at > first, Entry.created_at > first).group_by(Entry.group_id)
    latest = {row[0]: row[1] for row in db.session.execute(opened)}
    mine = select(Membership.member_id, Membership.group_id).where(Membership.member_id.in_(since))
    mine = mine.where(Membership.group_id.in_(latest), Membership.joined_at.is_not(None))
    return {row.member_id for row in db.session.execute(mine) if latest[row.group_id] > since[row.member_id]}


def _by_tag(since: dict[int, datetime], first: datetime, now: datetime) -> set[int]:
    """Those under whose themes or regions something is new, as their profile or their choices name them."""
    moved = case((Entry.kind == Kind.THREAD, Entry.created_at), else_=Entry.active_at)
    coming = and_(Entry.kind == Kind.MEETING, Entry.id.in_(_near(first, now)))
    told = Entry.kind.in_((Kind.THREAD, Kind.RECOMMENDATION, Kind.RESOURCE))
    latest: dict[tuple[str, int], datetime] = {}
    for kind, tag, table in (
        ("theme", EntryTheme.theme_id, EntryTheme),
        ("region", EntryRegion.region_id, EntryRegion),
    ):
        new = select(tag, func.max(moved)).join(Entry, Entry.id == table.entry_id).group_by(tag)
        latest |= {(kind, row[0]): row[1] for row in db.session.execute(new.where(told, Entry.active_at > first))}
        latest |= {(kind, row[0]): now for row in db.session.execute(new.where(coming))}
    hot = {kind: [id for of, id in latest if of == kind] for kind in ("theme", "region")}
    sources = (
        ("theme", ProfileTheme, ProfileTheme.theme_id),
        ("theme", ThemeWeight, ThemeWeight.theme_id),
        ("region", ProfileRegion, ProfileRegion.region_id),
        ("region", RegionWeight, RegionWeight.region_id),
    )
    cares = union_all(
        *(
            select(literal(kind, String).label("kind"), table.member_id.label("member_id"), tag.label("tag")).where(
                table.member_id.in_(since), tag.in_(hot[kind])
            )
            for kind, table, tag in sources
        )
    )
    return {row.member_id for row in db.session.execute(cares) if latest[row.kind, row.tag] > since[row.member_id]}


def _by_follow(since: dict[int, datetime], first: datetime, now: datetime) -> set[int]:
    """Those who follow something that moved, or a meeting that comes near."""
    mine = and_(Follow.entry_id == Entry.id, Follow.member_id.in_(since), Follow.level != Level.MUTED)
    moved = select(Follow.member_id, func.max(Entry.active_at).label("at")).join(Entry, mine).group_by(Follow.member_id)
    lately = moved.where(Entry.kind.in_(tuple(Kind)), Entry.active_at > first)  # every kind: the index begins with it
    found = {row.member_id for row in db.session.execute(lately) if row.at > since[row.member_id]}
    return found | {row.member_id for row in db.session.execute(moved.where(Entry.id.in_(_near(first, now))))}


def _near(first: datetime, now: datetime) -> Any:
    """Meetings that may have come near in some of the windows."""
    start: ColumnElement[str] = MEETING.c.start_date
    between = (start > (first + NEAR).date().isoformat(), start <= (now + NEAR).date().isoformat())
    return select(MEETING.c.id).where(*between)
