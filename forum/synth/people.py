"""Invented members, their profiles, and the groups they are in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from sqlalchemy import Table, select

from forum.accounts.models import Member
from forum.community.models import Country, Group, Membership, Profile, ProfileRegion, ProfileTheme, Region, Theme
from forum.entries.models import Visibility
from forum.synth import plan
from forum.synth.bulk import Bulk
from forum.synth.words import FAMILY_NAMES, GIVEN_NAMES, LANGUAGES, REGIONS, SHARES, THEMES

MEMBER: Table = Member.__table__  # type: ignore[assignment]
GROUP: Table = Group.__table__  # type: ignore[assignment]
#: What a thread of a group with this visibility is open to.
IMPLIED = {"public": Visibility.PUBLIC, "members": Visibility.MEMBERS, "private": Visibility.GROUP}


@dataclass(frozen=True)
class Places:
    """Ids of what people and threads are sorted by: the record's where it is loaded, else invented."""

    regions: list[int]
    themes: list[int]
    countries: list[str]


def places(bulk: Bulk) -> Places:
    """The regions, themes and countries of this site; some are invented where there are none."""
    for model, names in ((Region, REGIONS), (Theme, THEMES)):
        table: Table = model.__table__  # type: ignore[assignment]
        if bulk.connection.scalar(select(table.c.id).limit(1)) is None:
            rows = [(n, f"synth-{name.lower().replace(' ', '-')}", {"en": name}, n) for n, name in enumerate(names, 1)]
            bulk.add(table, "id slug labels position", rows)
            bulk.set_sequences(table)
    return Places(
        list(bulk.connection.scalars(select(Region.id).order_by(Region.id))),
        list(bulk.connection.scalars(select(Theme.id).order_by(Theme.id))),
        list(bulk.connection.scalars(select(Country.code).order_by(Country.code))),
    )


def add_members(bulk: Bulk, size: plan.Size, where: Places, password_hash: str, random: Random) -> int:
    """Members `synth00001@example.org` and so on, admitted, all with one password; returns the first one's id."""
    first = bulk.next_id(MEMBER)
    joined = [plan.moment(random.randrange(plan.DAYS * 43_200)) for _ in range(size.members)]

    def members() -> Iterator[tuple[Any, ...]]:
        for n in range(1, size.members + 1):
            name = f"{random.choice(GIVEN_NAMES)} {random.choice(FAMILY_NAMES)}"
            since = joined[n - 1]
            language = random.choices(list(SHARES), weights=list(SHARES.values()))[0]
            yield (
                *(first + n - 1, f"synth{n:05d}", name, f"synth{n:05d}@example.org", language, True),
                *(since, since, since, since, since, password_hash, f"{random.getrandbits(128):032x}"),
            )

    bulk.add(
        MEMBER,
        "id handle name email language is_demo "
        "joined_at adult_stated_at charter_accepted_at confirmed_at approved_at password fs_uniquifier",
        members(),
    )
    ids = range(first, first + size.members)
    profiles = (
        (
            i,
            f"{random.choice(FAMILY_NAMES)} Centre",
            random.choice(where.countries) if where.countries else None,
            random.sample(list(LANGUAGES), k=random.randrange(1, 3)),
        )
        for i in ids
    )
    bulk.add(_table(Profile), "member_id organisation country_code languages", profiles)
    bulk.add(_table(ProfileRegion), "member_id region_id", ((i, random.choice(where.regions)) for i in ids))
    bulk.add(_table(ProfileTheme), "member_id theme_id", ((i, random.choice(where.themes)) for i in ids))
    return first


def add_groups(
    bulk: Bulk, size: plan.Size, where: Places, members: list[list[int]], first_member: int, random: Random
) -> list[tuple[int, Visibility]]:
    """Working groups of a region and a theme, most of them public; returns each one's id and what its threads are
    open to, in the order of `members`."""
    first = bulk.next_id(GROUP)
    made: list[tuple[int, Visibility]] = []
    rows = []
    for n in range(size.groups):
        visibility = "members" if n % 10 == 7 else "private" if n % 25 == 13 else "public"
        made.append((first + n, IMPLIED[visibility]))
        since = plan.moment(n)
        name = f"Circle {n + 1}: {random.choice(THEMES)}, {random.choice(REGIONS)}"
        region, theme = random.choice(where.regions), random.choice(where.themes)
        rows.append((first + n, f"circle-{first + n}", "working", name, region, theme, visibility, since))
    bulk.add(GROUP, "id slug kind name region_id theme_id visibility created_at", rows)
    memberships = (
        (first + n, first_member + place, "facilitator" if order < 2 else "member", plan.moment(n), plan.moment(n))
        for n, places_of in enumerate(members)
        for order, place in enumerate(places_of)
    )
    bulk.add(_table(Membership), "group_id member_id role requested_at joined_at", memberships)
    return made


def _table(model: type[Any]) -> Table:
    table: Table = model.__table__
    return table
