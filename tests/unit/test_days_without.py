"""The reasons why no digest came go by the same moments as the digest itself, on days on which clocks change too."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from forum.mailing.queries import Without, _why
from forum.notifications.models import Frequency, MailChoice
from forum.notifications.schedule import next_time

YEAR = [date(2024, 1, 1) + timedelta(days=n) for n in range(366)]


@pytest.mark.parametrize(
    "zone",
    ["America/Nuuk", "Asia/Beirut", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Cairo", "America/Havana", "UTC"],
)
@pytest.mark.parametrize("hour", [0, 2, 7, 23])
def test_whoever_was_looked_at_when_their_digest_was_due_had_nothing_new(zone, hour):
    there, now = ZoneInfo(zone), datetime(2025, 6, 1, tzinfo=UTC)
    for day in YEAR:
        night = datetime(day.year, day.month, day.day, tzinfo=there).astimezone(UTC) - timedelta(seconds=1)
        due = next_time(night, frequency=Frequency.DAILY, hour=hour, weekday=0, zone=there)
        choice = MailChoice(frequency=Frequency.DAILY, hour=hour, weekday=0, told_until=due, next_at=due)
        assert _why(choice, day, there, now) is Without.NOTHING_NEW, day
        choice.told_until = due - timedelta(seconds=1)
        assert _why(choice, day, there, now) is Without.LATE, day
