"""What the start page gathers, in as few statements as it can: it is the page most people open first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Integer, Select, String, and_, case, cast, func, literal, null, or_, select, union_all

from forum.access.scopes import visible_to
from forum.accounts.models import Member
from forum.community.models import Group, GroupKind, GroupVisibility, Membership, ProfileRegion, ProfileTheme
from forum.community.queries import all_regions, all_themes
from forum.entries.models import Entry, Kind, Link, Relation
from forum.kernel import clock
from forum.kernel.db import db
from forum.meetings.models import Meeting
from forum.recommendations.models import Recommendation

MEETING: Any = Meeting.__table__
RECOMMENDATION: Any = Recommendation.__table__
SUGGESTIONS = 4


@dataclass(frozen=True)
class RecordRow:
    """A recommendation or a meeting, as the start page shows it."""

    kind: str
    reference: str
    title: str
    language: str
    start: str | None  # a meeting's dates, as far as they are known
    end: str | None
    place: str | None
    threads: int  # about this recommendation, as far as the reader may see them
    region: str | None  # slug of a meeting's region


def latest_record(*, reader: Member | None, each: int = 4) -> tuple[list[RecordRow], list[RecordRow]]:
    """Recommendations people talk about most, else the newest; and the next meetings, else the last. One statement.

    Args:
        each: how many of either.
    """
    regions = {region.id: region.slug for region in all_regions()}
    query = union_all(_recommendations(reader, each), _meetings(reader, each))
    rows = [
        RecordRow(
            row.kind,
            row.reference,
            row.title,
            row.language,
            row.start,
            row.end,
            row.place,
            row.threads,
            regions.get(row.region_id),
        )
        for row in db.session.execute(query)
    ]
    of = {kind: [row for row in rows if row.kind == kind] for kind in (Kind.RECOMMENDATION, Kind.MEETING)}
    return of[Kind.RECOMMENDATION], of[Kind.MEETING]


def _recommendations(reader: Member | None, each: int) -> Select[Any]:
    seen = select(Entry.id).where(Entry.kind == Kind.THREAD, visible_to(reader)).scalar_subquery()
    talked = (
        select(Link.to_id, func.count().label("threads"))
        .where(Link.relation == Relation.ABOUT, Link.revoked_at.is_(None), Link.from_id.in_(seen))
        .group_by(Link.to_id)
        .subquery()
    )
    threads = func.coalesce(talked.c.threads, 0)
    found = (
        select(
            literal(Kind.RECOMMENDATION.value).label("kind"),
            Entry.reference,
            RECOMMENDATION.c.title,
            Entry.language,
            cast(null(), String).label("start"),
            cast(null(), String).label("end"),
            cast(null(), String).label("place"),
            threads.label("threads"),
            cast(null(), Integer).label("region_id"),
        )
        .select_from(Entry)
        .join(RECOMMENDATION, RECOMMENDATION.c.id == Entry.id)
        .outerjoin(talked, talked.c.to_id == Entry.id)
        .where(Entry.kind == Kind.RECOMMENDATION, visible_to(reader))
        .order_by(threads.desc(), Entry.active_at.desc(), Entry.id.desc())
        .limit(each)
    )
    return select(found.subquery())


def _meetings(reader: Member | None, each: int) -> Select[Any]:
    today = clock.now().date().isoformat()
    start = MEETING.c.start_date
    coming = case((start >= today, start))
    found = (
        select(
            literal(Kind.MEETING.value).label("kind"),
            Entry.reference,
            MEETING.c.title,
            Entry.language,
            start.label("start"),
            MEETING.c.end_date.label("end"),
            MEETING.c.city.label("place"),
            literal(0).label("threads"),
            MEETING.c.region_id,
        )
        .select_from(Entry)
        .join(MEETING, MEETING.c.id == Entry.id)
        .where(Entry.kind == Kind.MEETING, visible_to(reader), start.is_not(None))
        .order_by(coming.is_(None), coming, start.desc(), Entry.id.desc())
        .limit(each)
    )
    return select(found.subquery())


@dataclass(frozen=True)
class GroupRow:
    """One of the reader's groups, or one we suggest because of the regions and themes of their profile."""

    slug: str
    name: str
    labels: dict[str, str] | None  # of the region or theme the group is named after
    region: str | None
    is_mine: bool
    waits: bool  # asked for, not yet admitted

    def label(self, language: str) -> str:
        """Its name in the reader's language."""
        labels = self.labels or {}
        return labels.get(language) or labels.get("en") or self.name


def my_groups(*, reader: Member) -> tuple[list[GroupRow], list[GroupRow]]:
    """The reader's groups, and groups to suggest to them. One statement."""
    regions = {region.id: region for region in all_regions()}
    themes = {theme.id: theme for theme in all_themes()}
    my_regions = select(ProfileRegion.region_id).where(ProfileRegion.member_id == reader.id)
    my_themes = select(ProfileTheme.theme_id).where(ProfileTheme.member_id == reader.id)
    membership = and_(Membership.group_id == Group.id, Membership.member_id == reader.id)
    suits = or_(Group.region_id.in_(my_regions), Group.theme_id.in_(my_themes))
    found = (
        select(
            Group.slug,
            Group.name,
            Group.kind,
            Group.region_id,
            Group.theme_id,
            Membership.member_id,
            Membership.joined_at,
        )
        .outerjoin(Membership, membership)
        .where(
            or_(Membership.member_id.is_not(None), and_(suits, Group.visibility != GroupVisibility.PRIVATE)),
        )
        .order_by(Group.kind, Group.name)
    )
    mine: list[GroupRow] = []
    suggested: list[GroupRow] = []
    for row in db.session.execute(found):
        words = {GroupKind.REGION: regions.get(row.region_id), GroupKind.THEME: themes.get(row.theme_id)}.get(row.kind)
        region = regions.get(row.region_id)
        group = GroupRow(
            row.slug,
            row.name,
            dict(words.labels) if words else None,
            region.slug if region else None,
            row.joined_at is not None,
            row.member_id is not None and row.joined_at is None,
        )
        (mine if row.member_id is not None else suggested).append(group)
    return mine, suggested[:SUGGESTIONS]
