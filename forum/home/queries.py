"""What the start page gathers, in as few statements as it can: it is the page most people open first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Integer, Select, String, and_, bindparam, case, cast, func, literal, null, or_, select, union_all
from sqlalchemy.orm import aliased

from forum.access.scopes import ME, as_read_by, for_each_office, visible_to
from forum.accounts.likeness import Person, Reader
from forum.accounts.models import Member
from forum.community.models import Group, GroupKind, GroupVisibility, Membership, ProfileRegion, ProfileTheme
from forum.community.queries import RegionWord, ThemeWord, all_regions, all_themes
from forum.entries.models import Entry, Kind, Link, Relation, Visibility
from forum.kernel import clock
from forum.kernel.db import db
from forum.kernel.direct import Direct, Line, direct
from forum.kernel.editions import kept_for_an_edition
from forum.meetings.models import Meeting
from forum.recommendations.models import Recommendation

MEETING: Any = Meeting.__table__
RECOMMENDATION: Any = Recommendation.__table__
SUGGESTIONS = 4
EACH = 4  # recommendations, and meetings


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


def latest_record(
    *, reader: Member | None, each: int = EACH, counted: Mapping[str, int] | None = None
) -> tuple[list[RecordRow], list[RecordRow]]:
    """Recommendations people talk about most, else the newest; and the next meetings, else the last. One statement.

    Which they are is the same for everybody: worked out from what is public, once for each edition of the content and
    each day. How many threads there are about each, a member is told as far as they may see them.

    Args:
        each: how many of either.
        counted: threads about each, by its reference, where they are counted already.
    """
    recommendations, meetings = _latest_record(each, clock.now().date().isoformat())
    if counted is not None:
        return [replace(row, threads=counted.get(row.reference, 0)) for row in recommendations], meetings
    if reader is not None and recommendations:
        about = as_read_by(reader, **_asked_for([row.reference for row in recommendations]))
        threads = {row[0]: row[1] for row in db.session.execute(_talked_about(reader), about)}
        recommendations = [replace(row, threads=threads.get(row.reference, 0)) for row in recommendations]
    return recommendations, meetings


@for_each_office
def _talked_about(reader: Reader | None) -> Select[Any]:
    """How many threads the reader may see about each of a few recommendations."""
    asked = [bindparam(name, type_=String) for name in _asked_for([])]
    told = aliased(Entry, name="told")
    # counted one by one: joined, a database may think it best to go through every link there is
    threads = (
        select(func.count())
        .select_from(Link)
        .join(Entry, Entry.id == Link.from_id)
        .where(Link.to_id == told.id, Link.relation == Relation.ABOUT, Link.revoked_at.is_(None))
        .where(Entry.kind == Kind.THREAD, visible_to(reader, ME))
        .correlate(told)
        .scalar_subquery()
    )
    query: Any = select(told.reference, threads).where(told.reference.in_(asked))
    return query


def _asked_for(references: Sequence[str]) -> dict[str, str]:
    """The values of `_talked_about`: always as many, so that its text is always the same."""
    return {f"reference_{n}": references[n] if n < len(references) else "" for n in range(EACH)}


def talked_about(line: Line, *, reader: Person) -> dict[str, int]:
    """How many threads this member may see about each recommendation the start page shows, by its reference."""
    edition = reader.edition or ""
    if edition not in _shown:
        _shown.clear()
        _shown[edition] = [row[1] for row in line.rows(_SHOWN)]
    return dict(line.rows(direct(_talked_about(reader)), me=reader.id, **_asked_for(_shown[edition])))


#: The references of those recommendations, in this process, for the present edition of the content.
_shown: dict[str, list[str]] = {}


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


_SHOWN = Direct(_recommendations(EACH))


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
    waits: bool  # asked for, not yet admitted

    def label(self, language: str) -> str:
        """Its name in the reader's language."""
        labels = self.labels or {}
        return labels.get(language) or labels.get("en") or self.name


@for_each_office
def _my_groups(_reader: Reader | None, *, bare: bool = False) -> Select[Any]:
    """The reader's groups and those that suit their profile.

    Args:
        bare: ask only for ids and what the reader is to each.
    """
    suits: Any = aliased(Group)
    # each found by an index: to look at every group once would grow with the site
    ids = union_all(
        select(Membership.group_id).where(Membership.member_id == ME),
        select(suits.id)
        .join(ProfileRegion, ProfileRegion.region_id == suits.region_id)
        .where(ProfileRegion.member_id == ME),
        select(suits.id)
        .join(ProfileTheme, ProfileTheme.theme_id == suits.theme_id)
        .where(ProfileTheme.member_id == ME),
    )
    membership = and_(Membership.group_id == Group.id, Membership.member_id == ME)
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
        .where(Group.id.in_(ids), or_(Membership.member_id.is_not(None), Group.visibility != GroupVisibility.PRIVATE))
        .order_by(Group.kind, Group.name)
    )
    if bare:
        query = query.with_only_columns(Group.id, Membership.member_id, Membership.joined_at.is_not(None))
    return query


def my_groups(*, reader: Member) -> tuple[list[GroupRow], list[GroupRow]]:
    """The reader's groups, and groups to suggest to them. One statement."""
    regions = {region.id: region for region in all_regions()}
    themes = {theme.id: theme for theme in all_themes()}
    mine: list[GroupRow] = []
    suggested: list[GroupRow] = []
    for row in db.session.execute(_my_groups(reader), as_read_by(reader)):
        group = _group_row(row, regions, themes, waits=row.member_id is not None and row.joined_at is None)
        (mine if row.member_id is not None else suggested).append(group)
    return mine, suggested[:SUGGESTIONS]


def my_group_ids(line: Line, *, reader: Person) -> tuple[list[tuple[int, bool]], list[tuple[int, bool]]]:
    """The same for a page on which groups are already written: (id, whether they asked and wait) of each."""
    found = line.rows(direct(_my_groups(reader, bare=True)), me=reader.id)
    mine = [(group_id, not has_joined) for group_id, member_id, has_joined in found if member_id is not None]
    suggested = [(group_id, False) for group_id, member_id, _ in found if member_id is None]
    return mine, suggested[:SUGGESTIONS]


def groups_called(asked: Sequence[tuple[int, bool]]) -> dict[tuple[int, bool], GroupRow]:
    """These groups, for whoever may know of them already (`my_group_ids`), as waiting or not."""
    regions = {region.id: region for region in all_regions()}
    themes = {theme.id: theme for theme in all_themes()}
    query = select(Group.id, Group.slug, Group.name, Group.kind, Group.region_id, Group.theme_id)
    rows = {row.id: row for row in db.session.execute(query.where(Group.id.in_({group_id for group_id, _ in asked})))}
    return {
        (group_id, waits): _group_row(rows[group_id], regions, themes, waits=waits)
        for group_id, waits in asked
        if group_id in rows
    }


def _group_row(row: Any, regions: dict[int, RegionWord], themes: dict[int, ThemeWord], *, waits: bool) -> GroupRow:
    words = {GroupKind.REGION: regions.get(row.region_id), GroupKind.THEME: themes.get(row.theme_id)}.get(row.kind)
    region = regions.get(row.region_id)
    return GroupRow(row.slug, row.name, dict(words.labels) if words else None, region.slug if region else None, waits)
