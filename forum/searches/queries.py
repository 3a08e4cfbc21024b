"""Reading kept searches: each is its member's alone, and what it found is read as that member."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select

from forum.access.scopes import visible_to
from forum.accounts.models import Member
from forum.entries.models import Entry
from forum.instruments.texts import WITHIN
from forum.kernel.db import db
from forum.kernel.errors import NotFound
from forum.search.engine import Hit
from forum.search.said import key_of
from forum.search.showing import Result, results
from forum.searches.models import SavedSearch, SearchNews

MOST_SHOWN = 30


@dataclass(frozen=True)
class Kept:
    """A kept search as the list shows it, with how much of what it found is new to its member."""

    search: SavedSearch
    news: int


def searches_of(member: Member) -> list[Kept]:
    """Everything a member keeps, the latest first."""
    searches = db.session.scalars(
        select(SavedSearch).where(SavedSearch.member_id == member.id).order_by(SavedSearch.id.desc())
    ).all()
    news = news_counted(member, [search.id for search in searches])
    return [Kept(search, news.get(search.id, 0)) for search in searches]


def news_counted(member: Member, search_ids: Sequence[int], *, since: datetime | None = None) -> dict[int, int]:
    """Per search, how many entries it found since its member looked that they may see now; absent ones have none.

    Args:
        since: count only what was found after this, too.
    """
    if not search_ids:
        return {}
    wanted = [SearchNews.search_id.in_(search_ids), SearchNews.found_at > SavedSearch.looked_at, *_seen_by(member)]
    if since is not None:
        wanted.append(SearchNews.found_at > since)
    rows = db.session.execute(
        select(SearchNews.search_id, func.count())
        .join(SavedSearch, SavedSearch.id == SearchNews.search_id)
        .join(Entry, Entry.id == SearchNews.entry_id)
        .where(*wanted)
        .group_by(SearchNews.search_id)
    )
    return {row[0]: row[1] for row in rows}


def is_still_there(member: Member, search_ids: Sequence[int], *, since: datetime | None, until: datetime) -> bool:
    """Whether any of what these searches found in that time can be seen by their member now, looked at or not."""
    found = select(SearchNews.entry_id).join(Entry, Entry.id == SearchNews.entry_id)
    found = found.where(SearchNews.search_id.in_(search_ids), SearchNews.found_at <= until, *_seen_by(member))
    if since is not None:
        found = found.where(SearchNews.found_at > since)
    return db.session.scalar(found.limit(1)) is not None


def _seen_by(member: Member) -> list[ColumnElement[bool]]:
    """What they may see, and for replies and the like also what these belong to."""
    return [visible_to(member), *(or_(Entry.kind != kind, clause(member)) for kind, clause in WITHIN.items())]


def get_search(search_id: int, *, reader: Member) -> SavedSearch:
    """One of the reader's own. Raises: NotFound."""
    found = db.session.get(SavedSearch, min(search_id, 2**31 - 1))
    if found is None or found.member_id != reader.id:
        raise NotFound
    return found


def found_by(search: SavedSearch, *, reader: Member, tokens: frozenset[str]) -> list[Result]:
    """What it found, the latest first, as the reader may see it now."""
    ids = db.session.scalars(
        select(SearchNews.entry_id)
        .join(Entry, Entry.id == SearchNews.entry_id)
        .where(SearchNews.search_id == search.id, *_seen_by(reader))
        .order_by(SearchNews.found_at.desc(), SearchNews.entry_id.desc())
        .limit(MOST_SHOWN)
    )
    return results([Hit(key_of(id), 0.0) for id in ids], tokens=tokens, reader=reader, typed=search.question)
