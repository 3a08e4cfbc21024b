"""What any list of entries needs, whatever their kind: what they are filed under, and narrowing by that."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, bindparam, literal, select, union_all

from forum.community.queries import RegionWord, ThemeWord, all_regions, all_themes
from forum.entries.models import Entry, EntryRegion, EntryTheme
from forum.kernel.db import db


@dataclass(frozen=True)
class Tags:
    """The regions and themes of one entry, in the order every list shows them."""

    regions: tuple[RegionWord, ...] = ()
    themes: tuple[ThemeWord, ...] = ()


_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_FILED = union_all(  # built once: every list asks for it
    select(literal(0), EntryRegion.entry_id, EntryRegion.region_id).where(EntryRegion.entry_id.in_(_IDS)),
    select(literal(1), EntryTheme.entry_id, EntryTheme.theme_id).where(EntryTheme.entry_id.in_(_IDS)),
)


def tags_of(ids: Iterable[int]) -> Mapping[int, Tags]:
    """What each of these entries is filed under, in one statement for all of them."""
    wanted: Sequence[int] = list(ids)
    if not wanted:
        return {}
    regions = {region.id: region for region in all_regions()}
    themes = {theme.id: theme for theme in all_themes()}
    filed: dict[tuple[int, int], set[int]] = defaultdict(set)
    for which, entry_id, tag_id in db.session.execute(_FILED, {"ids": wanted}):
        filed[which, entry_id].add(tag_id)
    return {
        entry_id: Tags(
            tuple(region for region_id, region in regions.items() if region_id in filed[0, entry_id]),
            tuple(theme for theme_id, theme in themes.items() if theme_id in filed[1, entry_id]),
        )
        for entry_id in wanted
    }


def in_region(region_id: int) -> ColumnElement[bool]:
    """A WHERE clause over Entry: filed under this region."""
    return Entry.id.in_(select(EntryRegion.entry_id).where(EntryRegion.region_id == region_id))


def in_theme(theme_id: int) -> ColumnElement[bool]:
    """A WHERE clause over Entry: filed under this theme."""
    return Entry.id.in_(select(EntryTheme.entry_id).where(EntryTheme.theme_id == theme_id))
