"""What was told, and what would be: for the member's own pages."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from forum.accounts.models import Member
from forum.kernel import clock
from forum.kernel.db import db
from forum.kernel.errors import NotFound
from forum.notifications.gathering import Candidate, gather, interests_of
from forum.notifications.lines import Line, lines_of
from forum.notifications.models import Digest, DigestItem, Frequency
from forum.notifications.ranking import LINES
from forum.notifications.schedule import local_day, zone_of

LOOKED_BACK = 28  # days
KB_OF_A_MAIL = 2.5  # without lines, both parts, as sent
KB_OF_A_LINE = 0.7


def digest_of(day: date, *, reader: Member) -> tuple[Digest, list[Line]]:
    """The digest of one day with everything of its window, as its member sees it now.

    Raises:
        NotFound: there was none on that day.
    """
    digest = db.session.scalar(select(Digest).where(Digest.member_id == reader.id, Digest.day == day))
    if digest is None:
        raise NotFound
    told = [_candidate(item) for item in digest.items]
    ids = {each.entry_id for each in told}
    found = gather(reader, interests_of(reader), since=digest.since, until=digest.until)
    return digest, lines_of([*told, *(each for each in found if each.entry_id not in ids)], reader=reader)


def _candidate(item: DigestItem) -> Candidate:
    return Candidate(
        item.entry_id, item.section, "", item.entry.active_at, item.entry.group_id, number=item.number,
        latest=item.quoted, count=item.count, why=item.why,
    )  # fmt: skip


def latest_digests(*, reader: Member, limit: int = 30) -> Sequence[Digest]:
    mine = select(Digest).where(Digest.member_id == reader.id)
    return db.session.scalars(mine.order_by(Digest.day.desc()).limit(limit)).all()


@dataclass(frozen=True)
class Estimate:
    """What one frequency would bring in a week."""

    frequency: Frequency
    mails: float
    kilobytes: int


def estimates(*, reader: Member) -> list[Estimate]:
    """What each choice would have brought in a usual week, from what happened in the last four."""
    until = clock.now()
    zone = zone_of(reader.time_zone)
    found = gather(reader, interests_of(reader), since=until - timedelta(days=LOOKED_BACK), until=until)
    days: dict[date, int] = {}
    for each in found:
        day = local_day(each.at, zone)
        days[day] = days.get(day, 0) + 1
    return [_estimate(frequency, days) for frequency in Frequency]


def _estimate(frequency: Frequency, days: dict[date, int]) -> Estimate:
    weeks = LOOKED_BACK / 7
    bundles: dict[object, int] = {}
    for day, count in days.items():
        bundles[_bundle(frequency, day)] = bundles.get(_bundle(frequency, day), 0) + count
    if frequency is Frequency.NEVER:
        bundles = {}
    size = sum(KB_OF_A_MAIL + KB_OF_A_LINE * min(count, LINES) for count in bundles.values())
    return Estimate(frequency, round(len(bundles) / weeks, 1), math.ceil(size / weeks))


def _bundle(frequency: Frequency, day: date) -> object:
    """What would share one mail with this day."""
    if frequency is Frequency.WEEKDAYS and day.weekday() >= 5:
        return day + timedelta(days=7 - day.weekday())  # Saturday and Sunday come with Monday
    if frequency is Frequency.WEEKLY:
        return day.toordinal() // 7
    if frequency is Frequency.FORTNIGHTLY:
        return day.toordinal() // 14
    return day
