"""The clock set to the days on which it is changed: one digest on each local day, at whatever hour, wherever."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
import time_machine
from sqlalchemy import select, update

from forum.kernel.db import db
from forum.kernel.mail import Maildir, Smtp
from forum.notifications.commands import digests
from forum.notifications.models import Digest, Frequency, MailChoice
from forum.notifications.preparing import begin_telling, prepare_due
from forum.notifications.schedule import local_day, next_time
from forum.threads import operations as threads

#: The clock goes forward or back on these days; in Beirut, Cairo and Havana there is no midnight on one of them. With the
#: hours that do not exist, come twice, or lie beside them.
DAYS = [
    ("Europe/Madrid", date(2026, 3, 29), 2),
    ("Europe/Madrid", date(2026, 3, 29), 3),
    ("Europe/Madrid", date(2026, 10, 25), 2),
    ("Europe/Madrid", date(2026, 10, 25), 3),
    ("America/Sao_Paulo", date(2026, 3, 29), 0),
    ("Africa/Cairo", date(2026, 4, 24), 0),
    ("Africa/Cairo", date(2026, 4, 24), 23),
    ("Africa/Cairo", date(2026, 10, 29), 0),
    ("Africa/Cairo", date(2026, 10, 29), 23),
    ("Asia/Beirut", date(2026, 3, 29), 0),
    ("Asia/Beirut", date(2026, 10, 25), 0),
    ("Asia/Beirut", date(2026, 10, 25), 23),
    ("America/Havana", date(2026, 3, 8), 0),
    ("America/Havana", date(2026, 11, 1), 0),
    ("Australia/Lord_Howe", date(2026, 4, 5), 2),
    ("Pacific/Chatham", date(2026, 9, 27), 2),
    ("Pacific/Chatham", date(2026, 9, 27), 3),
    ("America/Nuuk", date(2026, 3, 28), 23),
    ("America/Nuuk", date(2026, 3, 28), 0),
]


@pytest.mark.parametrize(("zone", "day", "hour"), DAYS, ids=str)
def test_every_quarter_of_an_hour_is_tried_and_each_day_has_one_digest(app, cast, zone, day, hour):
    """As the worker does, all around the day; there is always something new."""
    start = datetime.combine(day - timedelta(days=1), datetime.min.time(), ZoneInfo(zone)).astimezone(UTC)
    with time_machine.travel(start - timedelta(days=1), tick=False) as machine:
        cast.bao.time_zone = zone
        begin_telling(now=start - timedelta(days=1))
        others = update(MailChoice).where(MailChoice.member_id != cast.bao.id).values(frequency=Frequency.NEVER)
        db.session.execute(others.values(next_at=datetime(9999, 1, 1, tzinfo=UTC)))
        mine = update(MailChoice).where(MailChoice.member_id == cast.bao.id)
        due = next_time(
            start - timedelta(seconds=1), frequency=Frequency.DAILY, hour=hour, weekday=0, zone=ZoneInfo(zone)
        )
        db.session.execute(mine.values(hour=hour, next_at=due))
        for quarter in range(0, 76 * 4, 2):  # a little more than three days, one of which may be longer
            machine.move_to(start + timedelta(minutes=15 * quarter))
            if quarter % 8 == 0:
                threads.open_thread(cast.andes_group, title=f"T{quarter}", body="Who?", by=cast.ana)
            db.session.commit()
            with app.app_context():
                prepare_due(10)
        db.session.expire_all()
        days = list(db.session.scalars(select(Digest.day).where(Digest.member_id == cast.bao.id).order_by(Digest.day)))
    assert day in days and len(days) == len(set(days)), days
    assert {day - timedelta(days=1), day, day + timedelta(days=1)} <= set(days)


def test_a_day_to_come_can_be_tried_from_the_command_line(app, cast):
    begin_telling(now=datetime(2026, 3, 27, tzinfo=UTC))
    choices = update(MailChoice).values(hour=2, told_until=datetime(2026, 3, 27, tzinfo=UTC))
    db.session.execute(choices.values(next_at=datetime(2026, 3, 28, 1, tzinfo=UTC)))
    cast.bao.time_zone = "Europe/Madrid"
    with time_machine.travel(datetime(2026, 3, 27, 12, tzinfo=UTC), tick=False):
        threads.open_thread(cast.andes_group, title="Water by night", body="Who?", by=cast.ana)
    with time_machine.travel(datetime(2026, 3, 28, 12, tzinfo=UTC), tick=False):
        threads.open_thread(cast.andes_group, title="Again", body="Who?", by=cast.ana)
    bao = cast.bao.id
    db.session.commit()
    for moment in ("2026-03-28T01:00", "2026-03-28T23:00", "2026-03-29T00:30", "2026-03-29T01:00", "2026-03-29T01:30"):
        result = app.test_cli_runner().invoke(digests, ["--at", moment])
        assert result.exit_code == 0, result.output
    db.session.expire_all()
    days = db.session.scalars(select(Digest.day).where(Digest.member_id == bao)).all()
    assert sorted(days) == [date(2026, 3, 28), date(2026, 3, 29)]


def test_no_day_to_come_is_tried_where_mail_goes_to_people(app, cast, monkeypatch):
    assert isinstance(app.extensions["forum.mail"].outgoing, Maildir)
    monkeypatch.setattr("forum.notifications.commands.outgoing", lambda: Smtp("smtp://localhost"))
    result = app.test_cli_runner().invoke(digests, ["--at", "2026-03-29T01:00"])
    assert result.exit_code == 1 and "people" in result.output


@pytest.mark.slow
@pytest.mark.parametrize("hour", [0, 1, 2, 3, 4, 23])
def test_in_every_zone_of_the_world_each_day_of_a_year_has_one_moment(hour):
    first, last = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
    for name in sorted(available_timezones()):
        zone, moment, days = ZoneInfo(name), first, []
        while moment < last:
            moment = next_time(moment, frequency=Frequency.DAILY, hour=hour, weekday=0, zone=zone)
            days.append(local_day(moment, zone))
        gaps = [after - before for before, after in pairwise(days)]
        assert set(gaps) == {timedelta(days=1)}, name
