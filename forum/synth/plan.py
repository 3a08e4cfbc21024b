"""Who writes what, where and when, before a word is written: small tuples that decide ids, counters and dates.

Ids follow time, as on a site that grew: the posts of one thread lie apart, between those of others.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

#: The invented community ends here, so that the same seed makes the same dates.
UNTIL = datetime(2026, 6, 1, tzinfo=UTC)
DAYS = 900
ONE_GROUP_HOLDS = 0.3  # of all threads: the busiest group of a site is far busier than the rest


@dataclass(frozen=True)
class Size:
    groups: int
    threads: int
    posts: int
    members: int
    resources: int
    hot_thread: int  # posts in one thread, out of all


@dataclass
class PlannedThread:
    group: int  # its place among the groups
    first: int  # seconds since the beginning
    last: int
    size: int
    authors: list[int]  # of its posts, in order: places among the members
    moments: list[int]  # of its posts, in order: seconds since the beginning


def moment(seconds: int) -> datetime:
    """The instant that many seconds after the beginning."""
    return UNTIL - timedelta(days=DAYS) + timedelta(seconds=seconds)


def members_of_groups(size: Size, random: Random) -> list[list[int]]:
    """For each group the places of its members; the first two facilitate it. Everybody is in one at least."""
    groups: list[list[int]] = [[] for _ in range(size.groups)]
    for place in range(size.members):
        home = place % size.groups
        chosen = dict.fromkeys((home, *random.choices(range(size.groups), k=random.randrange(4))))
        if random.random() < 0.4:
            chosen[0] = None
        for group in chosen:
            groups[group].append(place)
    for number, members in enumerate(groups):
        members.extend([number % size.members] if not members else [])
    return groups


def sizes_of_threads(size: Size, random: Random) -> list[int]:
    """How many posts each thread has: few have many. The first is the hot one."""
    if not size.threads:
        return []
    hot = min(size.hot_thread, size.posts - size.threads + 1) if size.hot_thread else 0
    rest = size.threads - (1 if hot else 0)
    if not rest:
        return [size.posts]
    weights = [min(random.paretovariate(1.3), 60) for _ in range(rest)]
    spare, total = size.posts - hot - rest, sum(weights)
    sizes = [1 + int(weight / total * spare) for weight in weights]
    for place in range(size.posts - hot - sum(sizes)):
        sizes[place % rest] += 1
    return [hot, *sizes] if hot else sizes


def threads(size: Size, groups: list[list[int]], random: Random) -> list[PlannedThread]:
    """Every thread with the author and the moment of each of its posts, in the order they were begun."""
    end = DAYS * 86_400
    planned = []
    for place, count in enumerate(sizes_of_threads(size, random)):
        hot = place == 0 and size.hot_thread > 0
        group = 0 if hot or random.random() < ONE_GROUP_HOLDS else random.randrange(size.groups)
        first = end // 2 if hot else random.randrange(end - 86_400)
        last = end if hot else min(end, first + random.randrange(3600, 20 * 86_400))
        moments = [first, *sorted(random.randrange(first + 1, last) for _ in range(count - 1))]
        authors = random.choices(groups[group], k=count)
        planned.append(PlannedThread(group, first, moments[-1], count, authors, moments))
    return sorted(planned, key=lambda thread: thread.first)
