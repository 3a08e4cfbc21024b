"""What became of a member's mail, for themselves, and the days on which no digest came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import select

from forum.accounts.models import Member
from forum.kernel import clock
from forum.kernel.db import db
from forum.kernel.mail import Delivery
from forum.kernel.paging import ROWS_ON_A_PAGE, Page
from forum.notifications.models import Digest, Frequency, MailChoice
from forum.notifications.schedule import comes_on, local_day, moment_on, zone_of

LOOK_BACK = timedelta(days=60)


def mails_of(member: Member, *, number: int = 1) -> Page[Delivery]:
    """Mails to a member in the last two months, latest first."""
    query = (
        select(Delivery)
        .where(Delivery.member_id == member.id, Delivery.created_at > clock.now() - LOOK_BACK)
        .order_by(Delivery.created_at.desc(), Delivery.id.desc())
        .offset((number - 1) * ROWS_ON_A_PAGE)
        .limit(ROWS_ON_A_PAGE + 1)
    )
    return Page.of(db.session.scalars(query).all(), number)


class Without(StrEnum):
    """Why no digest came on a day."""

    NEVER = "never"  # they chose so
    OTHER_DAY = "other day"  # their choice does not fall on it
    PAUSED = "paused"
    NOT_YET = "not yet"
    NOTHING_NEW = "nothing new"
    LATE = "late"  # it should have been looked at, and was not


@dataclass(frozen=True)
class Gap:
    """Days in a row, the latest first, without a digest for the same reason."""

    latest: date
    earliest: date
    why: Without


def days_without(member: Member, choice: MailChoice) -> list[Gap]:
    """Days of the last two months on which no digest was made, as far as the present choice explains them.

    Args:
        choice: how they want to hear from us now; what they had chosen before is not kept.
    """
    now, zone = clock.now(), zone_of(member.time_zone)
    today, first = local_day(now, zone), local_day(max(now - LOOK_BACK, member.approved_at or now), zone)
    made = set(db.session.scalars(select(Digest.day).where(Digest.member_id == member.id, Digest.day >= first)))
    gaps: list[Gap] = []
    day = today
    while day >= first:
        if day not in made:
            why = _why(choice, day, zone, now)
            if gaps and gaps[-1].why is why and gaps[-1].earliest == day + timedelta(days=1):
                gaps[-1] = Gap(gaps[-1].latest, day, why)
            else:
                gaps.append(Gap(day, day, why))
        day -= timedelta(days=1)
    return gaps


def _why(choice: MailChoice, day: date, zone: ZoneInfo, now: datetime) -> Without:
    told_on = local_day(choice.told_until, zone)
    if choice.frequency is Frequency.NEVER:
        return Without.NEVER
    if choice.paused_until and told_on < day < choice.paused_until:
        return Without.PAUSED
    if not comes_on(day, choice.frequency, choice.weekday):
        return Without.OTHER_DAY
    due = moment_on(day, choice.hour, zone)
    if choice.told_until >= due:
        return Without.NOTHING_NEW
    return Without.NOT_YET if due > now or choice.next_at > now else Without.LATE
