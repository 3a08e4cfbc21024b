"""How much there is for each region and theme."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, cast, func, literal, or_, select, union_all
from sqlalchemy import String as Text

from forum.access.scopes import visible_to
from forum.accounts.models import Member
from forum.community.models import Profile, ProfileRegion, ProfileTheme, Shown
from forum.entries.models import Entry, EntryRegion, EntryTheme, Kind, Link, Relation
from forum.kernel.db import db

PEOPLE = "people"


@dataclass
class PlaceTally:
    """Counts of what a reader may see, by kind."""

    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def threads(self) -> int:
        return self.counts.get(Kind.THREAD, 0)

    @property
    def recommendations(self) -> int:
        return self.counts.get(Kind.RECOMMENDATION, 0)

    @property
    def meetings(self) -> int:
        return self.counts.get(Kind.MEETING, 0)

    @property
    def resources(self) -> int:
        return self.counts.get(Kind.RESOURCE, 0)

    @property
    def people(self) -> int:
        return self.counts.get(PEOPLE, 0)


def tally_of_regions(*, reader: Member | None) -> dict[int, PlaceTally]:
    """By region id, in one statement."""
    entries = _entries(EntryRegion.region_id, EntryRegion.entry_id, reader)
    return _gather(entries, _people(ProfileRegion.region_id, ProfileRegion.member_id, reader))


def tally_of_themes(*, reader: Member | None) -> dict[int, PlaceTally]:
    """By theme id, in one statement. A meeting counts for the themes of what was made there."""
    entries = _entries(EntryTheme.theme_id, EntryTheme.entry_id, reader)
    meetings: Any = (
        select(EntryTheme.theme_id, literal(Kind.MEETING.value), func.count(Entry.id.distinct()))
        .select_from(EntryTheme)
        .join(Link, Link.from_id == EntryTheme.entry_id)
        .join(Entry, Entry.id == Link.to_id)
        .where(Link.relation == Relation.MADE_AT, Link.revoked_at.is_(None), visible_to(reader))
        .where(Entry.kind == Kind.MEETING)
        .group_by(EntryTheme.theme_id)
    )
    return _gather(entries, meetings, _people(ProfileTheme.theme_id, ProfileTheme.member_id, reader))


def _entries(place: Any, entry: Any, reader: Member | None) -> Select[Any]:
    kind = cast(Entry.kind, Text)
    query: Select[Any] = select(place, kind, func.count()).join(Entry, Entry.id == entry)
    return query.where(visible_to(reader)).group_by(place, kind)


def _people(place: Any, member: Any, reader: Member | None) -> Select[Any]:
    """Members who show themselves in the directory to this reader."""
    shown = [Profile.shown_in_directory == Shown.EVERYONE]
    if reader is not None:
        shown.append(Profile.shown_in_directory == Shown.MEMBERS)
    query: Select[Any] = select(place, literal(PEOPLE), func.count()).join(Profile, Profile.member_id == member)
    query = query.join(Member, Member.id == Profile.member_id).where(Member.approved_at.is_not(None))
    return query.where(or_(*shown)).group_by(place)


def _gather(*counted: Select[Any]) -> dict[int, PlaceTally]:
    found: dict[int, PlaceTally] = defaultdict(PlaceTally)
    for place_id, kind, number in db.session.execute(union_all(*counted)):
        found[place_id].counts[kind] += number
    return found
