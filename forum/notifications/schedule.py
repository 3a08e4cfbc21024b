"""When the next digest is due: a local hour on a local day, whatever the clocks there do."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from forum.notifications.models import Frequency

FORTNIGHT_ZERO = date(2024, 1, 1)  # a Monday: fortnights are counted from here, so that nobody drifts
#: Nobody is told of what is older than this, however long they paused.
LONGEST_WINDOW = timedelta(days=31)
FURTHEST = 16  # days until any frequency comes round


def zone_of(name: str) -> ZoneInfo:
    """The member's time zone; UTC where it is unknown on this machine."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def local_day(instant: datetime, zone: ZoneInfo) -> date:
    return instant.astimezone(zone).date()


def is_away(until: date | None, time_zone: str, *, now: datetime) -> bool:
    """Whether somebody who asked for no mail until a day is still away, by the clocks they live by."""
    return until is not None and until > local_day(now, zone_of(time_zone))


def end_of_day(instant: datetime, zone: ZoneInfo) -> datetime:
    """The last moment of the local day, in UTC."""
    tomorrow = local_day(instant, zone) + timedelta(days=1)
    return datetime.combine(tomorrow, time(0), zone).astimezone(UTC) - timedelta(microseconds=1)


def next_time(
    after: datetime,
    *,
    frequency: Frequency,
    hour: int,
    weekday: int,
    zone: ZoneInfo,
    paused_until: date | None = None,
) -> datetime:
    """The first moment after `after` when a digest is due, in UTC.

    An hour that a clock change skips is taken as the moment after the gap, or before it where the day ends in the gap; one
    that comes twice as the first of the two (PEP 495), so each local day has one such moment.

    Args:
        hour: 0 to 23, there.
        weekday: 0 is Monday; for weekly and fortnightly.
        paused_until: the first day mail comes again.
    """
    day = local_day(after, zone)
    if paused_until and paused_until > day:
        day = paused_until
    for _ in range(FURTHEST + 1):
        moment = moment_on(day, hour, zone)
        if moment > after and comes_on(day, frequency, weekday):
            return moment
        day += timedelta(days=1)
    raise ValueError(f"{frequency} never comes")


def moment_on(day: date, hour: int, zone: ZoneInfo) -> datetime:
    """When a local day has this hour, in UTC; see `next_time` for days on which the clocks change."""
    moment = datetime.combine(day, time(hour), zone).astimezone(UTC)
    if local_day(moment, zone) != day:  # the gap lies at the end of the day, as in Nuuk: before it, then
        moment = datetime.combine(day, time(hour, fold=1), zone).astimezone(UTC)
    return moment


def comes_on(day: date, frequency: Frequency, weekday: int) -> bool:
    """Whether a digest comes on this local day."""
    if frequency is Frequency.WEEKDAYS:
        return day.weekday() < 5
    if frequency is Frequency.WEEKLY:
        return day.weekday() == weekday
    if frequency is Frequency.FORTNIGHTLY:
        return day.weekday() == weekday and (day - FORTNIGHT_ZERO).days // 7 % 2 == 0
    return frequency is Frequency.DAILY
