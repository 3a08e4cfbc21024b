"""When a digest is due: one moment on each local day, whatever the clocks do."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum.notifications.models import Frequency
from forum.notifications.schedule import local_day, next_time, zone_of

PARIS, UTC_ZONE = ZoneInfo("Europe/Paris"), ZoneInfo("UTC")


def due(after, zone=PARIS, hour=7, frequency=Frequency.DAILY, weekday=0, **more):
    return next_time(after, frequency=frequency, hour=hour, weekday=weekday, zone=zone, **more)


def test_the_hour_is_the_member_s_own():
    assert due(datetime(2026, 1, 5, 12, tzinfo=UTC)) == datetime(2026, 1, 6, 6, tzinfo=UTC)
    assert due(datetime(2026, 7, 5, 12, tzinfo=UTC)) == datetime(2026, 7, 6, 5, tzinfo=UTC)


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)], ids=["spring", "autumn"])
@pytest.mark.parametrize("hour", [1, 2, 3, 7])
def test_both_days_of_the_clock_change_have_one_digest_each(day, hour):
    moment, days = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(days=2), []
    for _ in range(4):
        moment = due(moment, hour=hour)
        days.append(local_day(moment, PARIS))
    assert days == sorted(set(days)) and day in days and len(days) == 4


def test_weekdays_leave_the_weekend_out():
    friday = datetime(2026, 1, 9, 12, tzinfo=UTC)
    assert due(friday, frequency=Frequency.WEEKDAYS).weekday() == 0


def test_weekly_comes_on_its_day_and_fortnightly_every_second_time():
    start = datetime(2026, 1, 7, 12, tzinfo=UTC)
    first = due(start, frequency=Frequency.WEEKLY, weekday=2)
    assert first.weekday() == 2 and due(first, frequency=Frequency.WEEKLY, weekday=2) - first == timedelta(days=7)
    first = due(start, zone=UTC_ZONE, frequency=Frequency.FORTNIGHTLY, weekday=4)
    assert due(first, zone=UTC_ZONE, frequency=Frequency.FORTNIGHTLY, weekday=4) - first == timedelta(days=14)


def test_after_a_holiday_it_comes_on_the_day_that_was_said():
    start = datetime(2026, 1, 5, 12, tzinfo=UTC)
    assert local_day(due(start, paused_until=date(2026, 2, 1)), PARIS) == date(2026, 2, 1)


def test_a_time_zone_nobody_knows_is_utc():
    assert zone_of("Mars/Olympus") == UTC_ZONE == zone_of("../etc/passwd")


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
    st.sampled_from(
        ["UTC", "Europe/Paris", "America/Santiago", "Asia/Kathmandu", "Pacific/Kiritimati", "Africa/Cairo"]
    ),
    st.integers(0, 23),
    st.sampled_from([f for f in Frequency if f is not Frequency.NEVER]),
    st.integers(0, 6),
)
def test_the_next_one_is_always_later_and_never_twice_on_a_day(after, zone, hour, frequency, weekday):
    zone = ZoneInfo(zone)
    first = due(after, zone, hour, frequency, weekday)
    second = due(first, zone, hour, frequency, weekday)
    assert after < first < second and local_day(first, zone) != local_day(second, zone)
