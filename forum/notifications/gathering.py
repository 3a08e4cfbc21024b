"""What is new for one member in a window of time, as they would see it themselves.

Five statements, whatever there is: threads of their groups, regions and themes; replies in what they follow; what
else moved; meetings that come near; and what all of these are called.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    String,
    and_,
    bindparam,
    cast,
    func,
    literal,
    or_,
    select,
    union_all,
)

from forum.access.scopes import ME, as_read_by, for_each_office, visible_to
from forum.accounts.models import Member
from forum.community.models import Membership, ProfileRegion, ProfileTheme
from forum.entries.models import Because, Entry, EntryRegion, EntryTheme, Follow, Kind, Level
from forum.kernel.db import UTCDateTime, db
from forum.kernel.mail import Delivery, State
from forum.meetings.models import Meeting
from forum.notifications.models import GroupWeight, RegionWeight, Section, ThemeWeight, Weight, Why
from forum.threads.models import Post, ReadMark, Thread

THREAD: Any = Thread.__table__
POST: Any = Post.__table__
MEETING: Any = Meeting.__table__
SINCE: BindParameter[datetime] = bindparam("since", type_=UTCDateTime())
UNTIL: BindParameter[datetime] = bindparam("until", type_=UTCDateTime())
#: An hour before the window: two who post at once may get their numbers the other way round.
LONG_BEFORE: BindParameter[datetime] = bindparam("long_before", type_=UTCDateTime())
AT_ONCE = timedelta(hours=1)
#: Meetings are told of once, when they are this near.
NEAR = timedelta(days=14)
MOST = 400  # candidates of one kind; a digest has thirty lines


@dataclass(frozen=True)
class Candidate:
    """Something that may become a line.

    Args:
        number, latest: of a thread's first and last post that is new.
        count: how many are.
    """

    entry_id: int
    section: Section
    language: str
    at: datetime
    group_id: int | None = None
    weight: Weight = Weight.NORMAL
    posts: int = 0
    number: int | None = None
    latest: int | None = None
    count: int = 0
    why: Why = Why.GROUP
    regions: frozenset[int] = frozenset()
    themes: frozenset[int] = frozenset()
    score: float = field(default=0.0, compare=False)


@dataclass(frozen=True)
class Interests:
    """What somebody cares about: what their profile says, as far as they have not chosen otherwise.

    Args:
        first_regions, first_themes: those of them they want to hear of first.
    """

    languages: frozenset[str] = frozenset()
    regions: frozenset[int] = frozenset()
    themes: frozenset[int] = frozenset()
    first_regions: frozenset[int] = frozenset()
    first_themes: frozenset[int] = frozenset()


REASON_OF = {
    Because.CHOSE: Why.FOLLOWED,
    Because.STARTED: Why.STARTED,
    Because.REPLIED: Why.REPLIED,
    Because.MENTIONED: Why.MENTIONED,
    Because.GROUP: Why.GROUP,
}


def interests_of(member: Member, languages: Iterable[str] = ()) -> Interests:
    """In one statement."""
    weights = weights_of_tags(member)
    spoken = frozenset({member.language, *languages})
    found = {kind: {id for id, weight in each.items() if weight is not Weight.NEVER} for kind, each in weights.items()}
    first = {kind: {id for id, weight in each.items() if weight is Weight.FIRST} for kind, each in weights.items()}
    return Interests(
        spoken,
        frozenset(found["region"]),
        frozenset(found["theme"]),
        frozenset(first["region"]),
        frozenset(first["theme"]),
    )


def weights_of_tags(member: Member) -> dict[str, dict[int, Weight]]:
    """What a member chose for each "region" and "theme", by its id; those of their profile are NORMAL unless they chose."""
    unsaid = literal(None, String)
    regions = select(ProfileRegion.region_id.label("id"), literal("region").label("kind"), unsaid.label("weight"))
    themes = select(ProfileTheme.theme_id, literal("theme"), unsaid)
    chosen_regions = select(RegionWeight.region_id, literal("region"), cast(RegionWeight.weight, String))
    chosen_themes = select(ThemeWeight.theme_id, literal("theme"), cast(ThemeWeight.weight, String))
    query = union_all(
        regions.where(ProfileRegion.member_id == ME),
        themes.where(ProfileTheme.member_id == ME),
        chosen_regions.where(RegionWeight.member_id == ME),
        chosen_themes.where(ThemeWeight.member_id == ME),
    )
    found: dict[str, dict[int, Weight]] = {"region": {}, "theme": {}}
    for id, kind, weight in db.session.execute(query, {"me": member.id}):
        if weight is not None or id not in found[kind]:
            found[kind][id] = Weight(weight or Weight.NORMAL)
    return found


def gather(member: Member, interests: Interests, *, since: datetime, until: datetime) -> list[Candidate]:
    """Everything that may be told, in no particular order, each thing once.

    Args:
        since, until: the window: after the one, up to and with the other.
    """
    window = as_read_by(member, since=since, until=until)
    unsure = {**window, "long_before": since - AT_ONCE}
    replies = [_reply(row) for row in db.session.execute(_replies(member), unsure)]
    told = {candidate.entry_id for candidate in replies}
    threads = [_thread(row) for row in db.session.execute(_threads(member), window)]
    threads = [thread for thread in threads if thread.entry_id not in told]
    moved = [_moved(row) for row in db.session.execute(_moved_entries(member), window)]
    near = {"near_from": (since + NEAR).date().isoformat(), "near_to": (until + NEAR).date().isoformat()}
    today = {"today": until.date().isoformat()}
    coming = [_meeting(row) for row in db.session.execute(_coming(member), {**as_read_by(member), **near, **today})]
    found = _with_tags([*replies, *threads, *moved, *coming])
    return [fit for each in found if (fit := _fitting(each, interests)) is not None]


@for_each_office
def _threads(reader: Member | None) -> Select[Any]:
    """New threads by others: of my groups, and of my regions and themes elsewhere."""
    mine = and_(Membership.group_id == Entry.group_id, Membership.member_id == ME, Membership.joined_at.is_not(None))
    query: Any = (
        select(
            Entry.id,
            Entry.language,
            Entry.created_at,
            Entry.group_id,
            THREAD.c.post_count,
            Membership.member_id.label("mine"),
            GroupWeight.weight,
        )
        .join(THREAD, THREAD.c.id == Entry.id)
        .outerjoin(Membership, mine)
        .outerjoin(GroupWeight, and_(GroupWeight.group_id == Entry.group_id, GroupWeight.member_id == ME))
        .where(Entry.kind == Kind.THREAD, Entry.created_at > SINCE, Entry.created_at <= UNTIL)
        .where(Entry.active_at > SINCE)  # which says nothing new, but there is an index of it
        .where(visible_to(reader, ME), or_(Entry.author_id != ME, Entry.author_id.is_(None)))
        .where(Entry.id.not_in(select(Follow.entry_id).where(Follow.member_id == ME, Follow.level == Level.MUTED)))
        .outerjoin(POST, and_(POST.c.thread_id == Entry.id, POST.c.number == 1))
        .where(or_(POST.c.id.is_(None), ~_was_mailed(POST.c.id)))
        .order_by(Entry.created_at.desc())
        .limit(MOST)
    )
    return query


@for_each_office
def _replies(reader: Member | None) -> Select[Any]:
    """Threads I follow in which others wrote: the first of their posts I have not read, and how many there are."""
    post = POST.c
    entry = Entry.__table__.alias("said")
    earlier, its_entry = POST.alias(), Entry.__table__.alias()
    # posts are numbered as they come, so all up to the last old one are old: a long thread is walked from its end
    old = (
        select(earlier.c.number)
        .join(its_entry, its_entry.c.id == earlier.c.id)
        .where(earlier.c.thread_id == THREAD.c.id, its_entry.c.created_at <= LONG_BEFORE)
        .order_by(earlier.c.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    query: Any = (
        select(
            Entry.id,
            Entry.language,
            Entry.group_id,
            THREAD.c.post_count,
            Follow.because,
            GroupWeight.weight,
            func.min(post.number).label("number"),
            func.max(post.number).label("latest"),
            func.count().label("count"),
            func.max(entry.c.created_at).label("at"),
        )
        .join(Follow, and_(Follow.entry_id == Entry.id, Follow.member_id == ME, Follow.level != Level.MUTED))
        .join(THREAD, THREAD.c.id == Entry.id)
        .join(POST, post.thread_id == Entry.id)
        .join(entry, entry.c.id == post.id)
        .outerjoin(ReadMark, and_(ReadMark.thread_id == Entry.id, ReadMark.member_id == ME))
        .outerjoin(GroupWeight, and_(GroupWeight.group_id == Entry.group_id, GroupWeight.member_id == ME))
        .where(Entry.kind == Kind.THREAD, visible_to(reader, ME), Entry.active_at > SINCE)
        .where(entry.c.created_at > SINCE, entry.c.created_at <= UNTIL, entry.c.hidden_at.is_(None))
        .where(or_(entry.c.author_id != ME, entry.c.author_id.is_(None)), post.deleted_at.is_(None))
        .where(post.number > func.coalesce(ReadMark.number, 0), post.number > func.coalesce(old, 0))
        .where(~_was_mailed(post.id))
        .group_by(Entry.id, Entry.language, Entry.group_id, THREAD.c.post_count, Follow.because, GroupWeight.weight)
        .order_by(func.max(entry.c.created_at).desc())
        .limit(MOST)
    )
    return query


@for_each_office
def _moved_entries(reader: Member | None) -> Select[Any]:
    """Recommendations and resources that are new or different, and who follows them."""
    follow = and_(Follow.entry_id == Entry.id, Follow.member_id == ME)
    query: Any = (
        select(Entry.id, Entry.kind, Entry.language, Entry.active_at, Follow.because)
        .outerjoin(Follow, follow)
        .where(Entry.kind.in_((Kind.RECOMMENDATION, Kind.RESOURCE)), visible_to(reader, ME))
        .where(Entry.active_at > SINCE, Entry.active_at <= UNTIL)
        .where(or_(Entry.author_id != ME, Entry.author_id.is_(None)))
        .where(or_(Follow.level.is_(None), Follow.level != Level.MUTED))
        .order_by(Entry.active_at.desc())
        .limit(MOST)
    )
    return query


@for_each_office
def _coming(reader: Member | None) -> Select[Any]:
    """Meetings that came near in this window."""
    start = MEETING.c.start_date
    follow = and_(Follow.entry_id == Entry.id, Follow.member_id == ME)
    query: Any = (
        select(Entry.id, Entry.language, Entry.active_at, Follow.because)
        .join(MEETING, MEETING.c.id == Entry.id)
        .outerjoin(Follow, follow)
        .where(Entry.kind == Kind.MEETING, visible_to(reader, ME), func.length(start) == 10)
        .where(start > bindparam("near_from", type_=String), start <= bindparam("near_to", type_=String))
        .where(start >= bindparam("today", type_=String))
        .where(or_(Follow.level.is_(None), Follow.level != Level.MUTED))
        .order_by(start)
        .limit(MOST)
    )
    return query


def _was_mailed(post_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether the reader has this post in a mail of its own already, or will have it in a moment."""
    key = literal("post-").concat(cast(post_id, String)).concat("-").concat(cast(ME, String))
    gone = Delivery.state.not_in((State.FAILED, State.CANCELLED, State.HELD, State.BOUNCED))
    return select(Delivery.id).where(Delivery.key == key, gone).exists()


def _weight(row: Any) -> Weight:
    return row.weight or Weight.NORMAL


def _thread(row: Any) -> Candidate:
    return Candidate(
        row.id,
        Section.THREADS,
        row.language,
        row.created_at,
        row.group_id if row.mine else None,
        _weight(row),
        row.post_count,
    )


def _reply(row: Any) -> Candidate:
    return Candidate(
        row.id,
        Section.REPLIES,
        row.language,
        row.at,
        row.group_id,
        _weight(row),
        row.post_count,
        row.number,
        row.latest,
        row.count,
        REASON_OF[row.because],
    )


def _moved(row: Any) -> Candidate:
    section = Section.RECOMMENDATIONS if row.kind is Kind.RECOMMENDATION else Section.RESOURCES
    return _followed(Candidate(row.id, section, row.language, row.active_at, why=Why.THEME), row.because)


def _meeting(row: Any) -> Candidate:
    return _followed(Candidate(row.id, Section.MEETINGS, row.language, row.active_at, why=Why.REGION), row.because)


def _followed(candidate: Candidate, because: Because | None) -> Candidate:
    return replace(candidate, why=REASON_OF[because], count=1) if because else candidate


def _with_tags(candidates: list[Candidate]) -> list[Candidate]:
    """Their regions and themes, in one statement."""
    ids = [candidate.entry_id for candidate in candidates]
    if not ids:
        return []
    regions: dict[int, set[int]] = {}
    themes: dict[int, set[int]] = {}
    tags = select(EntryRegion.entry_id, EntryRegion.region_id.label("region"), literal(0).label("theme"))
    query = tags.where(EntryRegion.entry_id.in_(ids)).union_all(
        select(EntryTheme.entry_id, literal(0), EntryTheme.theme_id).where(EntryTheme.entry_id.in_(ids))
    )
    for entry_id, region, theme in db.session.execute(query):
        if region:
            regions.setdefault(entry_id, set()).add(region)
        if theme:
            themes.setdefault(entry_id, set()).add(theme)
    return [
        replace(
            each,
            regions=frozenset(regions.get(each.entry_id, ())),
            themes=frozenset(themes.get(each.entry_id, ())),
        )
        for each in candidates
    ]


def _fitting(candidate: Candidate, interests: Interests) -> Candidate | None:
    """The candidate with the reason it is told, or nothing when there is none."""
    if candidate.section is Section.REPLIES:
        return candidate if candidate.weight is not Weight.NEVER else None
    if candidate.section is not Section.THREADS and candidate.count:
        return candidate  # it is followed
    if candidate.section is Section.THREADS and candidate.weight is Weight.NEVER:
        return None
    if candidate.group_id is not None:
        return replace(candidate, why=Why.GROUP)
    if candidate.themes & interests.themes:
        return replace(candidate, why=Why.THEME)
    if candidate.regions & interests.regions:
        return replace(candidate, why=Why.REGION)
    return None
