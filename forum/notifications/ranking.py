"""Which of many things make a digest, and in which order: what is mine first, and nobody small forgotten."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from forum.notifications.gathering import Candidate, Interests
from forum.notifications.models import Section, Weight, Why

LINES = 30
#: Places kept for each of: questions nobody answered, small regions, small languages.
RESERVED = 2
SMALL = 0.15  # of all candidates: a region or language with less than this share is a small one
FRESH = timedelta(days=7)

WEIGHTS = {Weight.EACH: 6.0, Weight.FIRST: 6.0, Weight.NORMAL: 0.0, Weight.TITLES: -1.0, Weight.NEVER: -100.0}


def choose(
    candidates: Iterable[Candidate], interests: Interests, *, now: datetime, lines: int = LINES
) -> list[Candidate]:
    """The best `lines` of them, in the order of a digest.

    Args:
        candidates: each thing once.
        now: the end of the window; what is older counts a little less.
    """
    ranked = sorted((scored(each, interests, now) for each in candidates), key=lambda c: (-c.score, c.entry_id))
    chosen = ranked[:lines]
    kept: set[int] = set()  # places that were given already are not taken away again
    for reserved in _reservations(ranked):
        _keep_places(chosen, ranked, reserved, kept)
    order = list(Section)
    return sorted(chosen, key=lambda c: (order.index(c.section), -c.score, c.entry_id))


def scored(candidate: Candidate, interests: Interests, now: datetime) -> Candidate:
    """How much it is likely to matter to this member."""
    score = WEIGHTS[candidate.weight]
    score += 4 if candidate.why in (Why.FOLLOWED, Why.STARTED, Why.MENTIONED, Why.REPLIED) else 0
    score += 3 if candidate.group_id is not None else 0
    score += 2 * bool(candidate.regions & interests.regions) + 2 * bool(candidate.themes & interests.themes)
    score += 4 * bool(candidate.regions & interests.first_regions or candidate.themes & interests.first_themes)
    score += candidate.language in interests.languages
    score += 1 if is_unanswered(candidate) else 0
    score -= min((now - candidate.at) / FRESH, 1.0) if candidate.at < now else 0
    return replace(candidate, score=score)


def is_unanswered(candidate: Candidate) -> bool:
    """A question to which nobody has said anything yet."""
    return candidate.section is Section.THREADS and candidate.posts == 1


def _reservations(ranked: list[Candidate]) -> list[Callable[[Candidate], bool]]:
    languages = Counter(each.language for each in ranked)
    regions = Counter(region for each in ranked for region in each.regions)
    few = SMALL * len(ranked)

    def of_a_small_region(each: Candidate) -> bool:
        return any(regions[region] < few for region in each.regions)

    def of_a_small_language(each: Candidate) -> bool:
        return languages[each.language] < few

    return [is_unanswered, of_a_small_region, of_a_small_language]


def _keep_places(
    chosen: list[Candidate], ranked: list[Candidate], holds: Callable[[Candidate], bool], kept: set[int]
) -> None:
    """Let the best of these in, for the last of those that are no such thing."""
    best = [each for each in ranked if holds(each)][:RESERVED]
    there = {each.entry_id for each in chosen}
    kept.update(each.entry_id for each in best)
    for newcomer in (each for each in best if each.entry_id not in there):
        for position in range(len(chosen) - 1, -1, -1):
            if chosen[position].entry_id not in kept:
                chosen[position] = newcomer
                break
