"""Records for harvesters: what a visitor may see, and what they could see once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select

from forum.access.scopes import visible_to
from forum.citing.citable import Citable, citables
from forum.community.queries import all_regions, all_themes, region_called, theme_called
from forum.entries.models import Entry, Kind
from forum.entries.queries import in_region, in_theme, tags_of
from forum.kernel.db import db
from forum.oai.arguments import Selection
from forum.oai.models import HarvestedRecord
from forum.oai.stamping import KINDS

ON_A_PAGE = 100


@dataclass(frozen=True)
class Header:
    """What harvesters are told of every record, also of those that are gone."""

    id: int
    kind: Kind
    stamped_at: datetime
    is_gone: bool
    sets: tuple[str, ...]


def earliest() -> datetime | None:
    """The first stamp there is."""
    return db.session.scalar(select(func.min(HarvestedRecord.stamped_at)))


def sets() -> list[tuple[str, str]]:
    """Every set with its name: what is filed under a theme, under a region, or is of a kind."""
    names = [(f"kind-{kind.value}", f"{kind.value.capitalize()}s") for kind in KINDS if kind is not Kind.CONGRESS]
    names.append((f"kind-{Kind.CONGRESS.value}", "Congresses"))
    names += [(f"theme-{theme.slug}", f"Theme: {theme.label('en')}") for theme in all_themes()]
    return names + [(f"region-{region.slug}", f"Region: {region.label('en')}") for region in all_regions()]


def _selected(chosen: Selection) -> Select[*tuple[Any, ...]]:
    # that a row could be seen once is what HarvestedRecord says; whether it still can, visible_to says now
    query = select(
        Entry.id, Entry.kind, HarvestedRecord.stamped_at, HarvestedRecord.withdrawn, visible_to(None).label("is_public")
    ).join(HarvestedRecord, HarvestedRecord.entry_id == Entry.id)
    return query.where(*_conditions(chosen))


def _conditions(chosen: Selection) -> list[ColumnElement[bool]]:
    stamp = HarvestedRecord.stamped_at
    found: list[ColumnElement[bool]] = []
    if chosen.since:
        found.append(stamp >= chosen.since)
    if chosen.until:
        found.append(stamp <= chosen.until)
    if chosen.kind_of_set == "kind":
        found.append(Entry.kind == Kind(chosen.set_slug) if chosen.set_slug in list(KINDS) else false())
    if chosen.kind_of_set == "theme":
        theme = theme_called(chosen.set_slug)
        found.append(in_theme(theme.id) if theme else false())
    if chosen.kind_of_set == "region":
        region = region_called(chosen.set_slug)
        found.append(in_region(region.id) if region else false())
    return found


def headers(chosen: Selection, *, size: int = ON_A_PAGE) -> tuple[list[Header], bool]:
    """Some records of a selection in the order of their stamps, and whether more follow; in two statements."""
    query = _selected(chosen)
    stamp, id = HarvestedRecord.stamped_at, HarvestedRecord.entry_id
    if chosen.after:
        query = query.where(or_(stamp > chosen.after[0], and_(stamp == chosen.after[0], id > chosen.after[1])))
    rows = db.session.execute(query.order_by(stamp, id).limit(size + 1)).all()
    return _headers(rows[:size]), len(rows) > size


def count(chosen: Selection) -> int:
    """How many records a selection has, given and to come."""
    counted = select(func.count()).select_from(HarvestedRecord).join(Entry, Entry.id == HarvestedRecord.entry_id)
    return db.session.scalar(counted.where(*_conditions(chosen))) or 0


def header_of(entry_id: int) -> Header | None:
    """One record, None when there never was one for a visitor."""
    rows = db.session.execute(_selected(Selection()).where(Entry.id == entry_id)).all()
    return next(iter(_headers(rows)), None)


def _headers(rows: Sequence[Any]) -> list[Header]:
    tags = tags_of(row.id for row in rows)
    found = []
    for row in rows:
        is_gone = row.withdrawn or not row.is_public
        filed = [f"theme-{theme.slug}" for theme in tags[row.id].themes]
        filed += [f"region-{region.slug}" for region in tags[row.id].regions]
        found.append(Header(row.id, row.kind, row.stamped_at, is_gone, (f"kind-{row.kind.value}", *filed)))
    return found


def metadata_of(found: Sequence[Header], *, site: str) -> dict[int, Citable]:
    """What can be cited of these records, in a fixed number of statements for each kind among them."""
    made: dict[int, Citable] = {}
    for kind in KINDS:
        made |= citables(kind, [header.id for header in found if header.kind is kind and not header.is_gone], site=site)
    return made
