"""What the start page gathers, in as few statements as it can: it is the page most people open first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Integer, Select, String, and_, bindparam, case, cast, func, literal, null, or_, select, union_all
from sqlalchemy.orm import aliased

from forum.access.scopes import ME, as_read_by, for_each_office, visible_to
from forum.accounts.models import Member
from forum.community.models import Group, GroupKind, GroupVisibility, Membership, ProfileRegion, ProfileTheme
from forum.community.queries import all_regions, all_themes
from forum.entries.models import Entry, Kind, Link, Relation, Visibility
from forum.kernel import clock
from forum.kernel.db import db
from forum.kernel.editions import kept_for_an_edition
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

    Which they are is the same for everybody: worked out from what is public, once for each edition of the content and
    each day. How many threads there are about each, a member is told as far as they may see them.

    Args:
        each: how many of either.
    """
    recommendations, meetings = _latest_record(each, clock.now().date().isoformat())
    if reader is not None and recommendations:
        about = as_read_by(reader, references=[row.reference for row in recommendations])
        threads = {row[0]: row[1] for row in db.session.execute(_talked_about(reader), about)}
        recommendations = [replace(row, threads=threads.get(row.reference, 0)) for row in recommendations]
    return recommendations, meetings


@for_each_office
def _talked_about(reader: Member | None) -> Select[Any]:
    """How many threads the reader may see about each of a few recommendations."""
    told = aliased(Entry, name="told")
    query: Any = (
        select(told.reference, func.count())
        .join(Link, Link.to_id == told.id)
        .join(Entry, Entry.id == Link.from_id)
        .where(told.reference.in_(bindparam("references", expanding=True)), Link.relation == Relation.ABOUT)
        .where(Link.revoked_at.is_(None), Entry.kind == Kind.THREAD, visible_to(reader, ME))
        .group_by(told.reference)
    )
    return query


@kept_for_an_edition
def _latest_record(each: int, today: str) -> tuple[list[RecordRow], list[RecordRow]]:
    regions = {region.id: region.slug for region in all_regions()}
    query = union_all(_recommendations(each), _meetings(each, today))
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


def _recommendations(each: int) -> Select[Any]:
    thread = aliased(Entry)
    seen = and_(thread.kind == Kind.THREAD, thread.visibility == Visibility.PUBLIC, thread.hidden_at.is_(None))
    talked = (
        select(Link.to_id, func.count().label("threads"))
        .join(thread, thread.id == Link.from_id)
        .where(Link.relation == Relation.ABOUT, Link.revoked_at.is_(None), seen)
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
        .where(Entry.kind == Kind.RECOMMENDATION, visible_to(None))
        .order_by(threads.desc(), Entry.active_at.desc(), Entry.id.desc())
        .limit(each)
    )
    return select(found.subquery())


def _meetings(each: int, today: str) -> Select[Any]:
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
        .where(Entry.kind == Kind.MEETING, visible_to(None), start.is_not(None))
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


@for_each_office
def _my_groups(_reader: Member | None) -> Select[Any]:
    my_regions = select(ProfileRegion.region_id).where(ProfileRegion.member_id == ME)
    my_themes = select(ProfileTheme.theme_id).where(ProfileTheme.member_id == ME)
    membership = and_(Membership.group_id == Group.id, Membership.member_id == ME)
    suits = or_(Group.region_id.in_(my_regions), Group.theme_id.in_(my_themes))
    query: Any = (
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
    return query


def my_groups(*, reader: Member) -> tuple[list[GroupRow], list[GroupRow]]:
    """The reader's groups, and groups to suggest to them. One statement."""
    regions = {region.id: region for region in all_regions()}
    themes = {theme.id: theme for theme in all_themes()}
    mine: list[GroupRow] = []
    suggested: list[GroupRow] = []
    for row in db.session.execute(_my_groups(reader), as_read_by(reader)):
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
