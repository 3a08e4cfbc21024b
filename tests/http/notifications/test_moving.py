"""Who moves to another time zone is told of what is new at their hour there."""

from zoneinfo import ZoneInfo

import pytest

from forum.accounts.models import Member
from forum.kernel import jobs
from forum.kernel.db import db
from forum.notifications.models import Frequency, MailChoice
from forum.notifications.operations import choose_mail


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/Lima", "Pacific/Kiritimati"])
def test_the_next_digest_comes_at_their_hour_in_the_new_time_zone(as_, cast, zone):
    choose_mail(by=cast.bao, frequency=Frequency.DAILY, hour=6, weekday=0, paused_until=None, discreet=False)
    before = db.session.get(MailChoice, cast.bao.id).next_at
    bao = cast.bao.id
    client = as_(cast.bao)
    assert client.post("/me/settings/language", data={"language": "en", "time_zone": zone}).status_code == 303
    jobs.drain(lanes=False)
    after = db.session.get(MailChoice, bao).next_at
    assert after != before and after.astimezone(ZoneInfo(zone)).hour == 6


def test_another_language_alone_moves_nothing(as_, cast):
    choose_mail(by=cast.bao, frequency=Frequency.DAILY, hour=6, weekday=0, paused_until=None, discreet=False)
    before = db.session.get(MailChoice, cast.bao.id).next_at
    bao = cast.bao.id
    as_(cast.bao).post("/me/settings/language", data={"language": "fr", "time_zone": "UTC"})
    jobs.drain(lanes=False)
    assert db.session.get(Member, bao).language == "fr" and db.session.get(MailChoice, bao).next_at == before
