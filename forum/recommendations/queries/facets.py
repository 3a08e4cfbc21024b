"""What the filters of the list offer, each choice with how many it would leave."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from sqlalchemy import String, cast, func, literal, select, union_all

from forum.access.scopes import visible_to
from forum.accounts.likeness import Reader
from forum.community.queries import all_regions, all_themes
from forum.entries.models import Entry, EntryRegion, EntryTheme
from forum.kernel.db import db
from forum.kernel.editions import kept_for_an_edition
from forum.recommendations.models import Addressee
from forum.recommendations.queries.lists import ASKED, OfCongress, OfMeeting, RecommendationFilters


@dataclass(frozen=True)
class Choice:
    """One value of a filter, and how many recommendations it would leave."""

    value: str
    count: int


def facets(filters: RecommendationFilters, *, reader: Reader | None) -> dict[str, list[Choice]]:
    """The choices of every filter, in one statement; a filter's own value does not narrow its own choices.

    Moderators are told what they may see; everybody else is told what is public, which is worked out once for each
    edition of the content. (Recommendations are public or drafts of the secretariat.)
    """
    return _count(filters, reader) if reader is not None and reader.is_moderator else _public(filters)


@kept_for_an_edition
def _public(filters: RecommendationFilters) -> dict[str, list[Choice]]:
    return _count(filters, None)


def _count(filters: RecommendationFilters, reader: Reader | None) -> dict[str, list[Choice]]:
    conditions = filters.conditions()

    def count(name: str, value: Any, *join: Any) -> Any:
        text = cast(value, String)
        query: Any = select(literal(name), text, func.count()).select_from(Entry).join(ASKED, ASKED.c.id == Entry.id)
        if join:
            query = query.join(*join)
        others = [condition for other, condition in conditions.items() if other != name]
        return query.where(visible_to(reader), *others).group_by(text)

    counted = union_all(
        count("congress", OfCongress.reference, OfCongress, OfCongress.id == ASKED.c.congress_id),
        count("meeting", OfMeeting.reference, OfMeeting, OfMeeting.id == ASKED.c.meeting_id),
        count("region", EntryRegion.region_id, EntryRegion, EntryRegion.entry_id == Entry.id),
        count("theme", EntryTheme.theme_id, EntryTheme, EntryTheme.entry_id == Entry.id),
        count("addressee", Addressee.kind, Addressee, Addressee.recommendation_id == Entry.id),
        count("basis", ASKED.c.basis),
        count("state", ASKED.c.state),
    )
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for name, value, number in db.session.execute(counted):
        found[name][value] = number
    return {
        "congress": [Choice(code, number) for code, number in sorted(found["congress"].items())],
        "meeting": [Choice(code, number) for code, number in sorted(found["meeting"].items())],
        "region": _in_order(found["region"], {str(r.id): r.slug for r in all_regions()}),
        "theme": _in_order(found["theme"], {str(t.id): t.slug for t in all_themes()}),
        **{name: _most_first(found[name]) for name in ("addressee", "basis", "state")},
    }


def _in_order(numbers: dict[str, int], slugs: dict[str, str]) -> list[Choice]:
    return [Choice(slug, numbers[key]) for key, slug in slugs.items() if key in numbers]


def _most_first(numbers: dict[str, int]) -> list[Choice]:
    return [Choice(value, number) for value, number in sorted(numbers.items(), key=lambda pair: (-pair[1], pair[0]))]
