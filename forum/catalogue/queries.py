"""Finding entries by what people write: a reference, a number, a few words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches

from sqlalchemy import and_, or_, select

from forum.access.scopes import visible_to
from forum.accounts.models import Member
from forum.entries.models import Entry, EntryRegion, EntryTheme, Follow, Kind
from forum.entries.titles import KINDS, Named, named, titled_entries
from forum.kernel.db import db
from forum.kernel.errors import NotFound

#: A congress, meeting or recommendation as people cite it: WC21, WC21-BUE19, WC21-BUE19-R03.
REFERENCE = re.compile(r"[A-Za-z]{1,6}\d{1,4}[A-Za-z]?(?:-[A-Za-z0-9]{1,12}){0,3}")
AS_MANY = 8


def find_entry(words: str, *, reader: Member | None) -> Named | None:
    """The entry a person means by a reference (any case) or an entry number, if this reader may see it."""
    return next(iter(find_entries([words], reader=reader).values()), None)


def find_entries(words: Iterable[str], *, reader: Member | None) -> dict[str, Named]:
    """The entries these references or numbers stand for, by what was written, in capitals."""
    wanted = {w.strip().upper() for w in words}
    numbers = {int(w) for w in wanted if w.isascii() and w.isdigit() and len(w) < 10}
    if not wanted:
        return {}
    found: dict[str, Named] = {}
    either = or_(Entry.reference.in_(wanted), Entry.id.in_(numbers))
    for entry in named(titled_entries().where(either, visible_to(reader))):
        found[str(entry.id)] = entry
        if entry.reference:
            found[entry.reference] = entry
    return {w: e for w, e in found.items() if w in wanted}


def entries_called(references: Iterable[str], *, reader: Member | None) -> dict[str, Named]:
    """The entries with these references, by reference in capitals, in one statement."""
    wanted = {r.upper() for r in references}
    if not wanted:
        return {}
    found = named(titled_entries().where(Entry.reference.in_(wanted), visible_to(reader)))
    return {e.reference: e for e in found if e.reference}


def suggest(words: str, *, reader: Member | None, kinds: Iterable[Kind] = ()) -> list[Named]:
    """Entries whose reference begins with what was typed, or whose title holds every word of it.

    Args:
        words: what was typed so far; fewer than two letters suggest nothing.
        kinds: only these; all kinds with a title when empty.
    """
    words = words.strip()[:100]
    if len(words) < 2:
        return []
    query = titled_entries().where(visible_to(reader), Entry.kind.in_(list(kinds) or list(KINDS)))
    title = query.selected_columns["title"]
    with_words = [title.icontains(word, autoescape=True) for word in words.split()[:6]]
    begins = Entry.reference.startswith(words.upper(), autoescape=True)
    query = query.where(or_(begins, and_(*with_words)))
    return named(query.order_by(begins.desc(), Entry.reference, Entry.active_at.desc()).limit(AS_MANY))


def nearest(reference: str, *, reader: Member | None) -> list[Named]:
    """What somebody may have meant by a reference that does not exist: the three most alike."""
    known = db.session.scalars(select(Entry.reference).where(Entry.reference.is_not(None), visible_to(reader))).all()
    alike = get_close_matches(reference.upper(), [r for r in known if r], n=3, cutoff=0.6)
    found = entries_called(alike, reader=reader)
    return [found[r] for r in alike if r in found]


def tags_of(ids: Iterable[int]) -> tuple[set[int], set[int]]:
    """The ids of all regions, and of all themes, that these entries are filed under."""
    wanted = list(ids)
    if not wanted:
        return set(), set()
    regions = db.session.scalars(select(EntryRegion.region_id).where(EntryRegion.entry_id.in_(wanted)))
    themes = db.session.scalars(select(EntryTheme.theme_id).where(EntryTheme.entry_id.in_(wanted)))
    return set(regions), set(themes)


def groups_of(ids: Iterable[int]) -> list[int]:
    """The ids of the groups these entries belong to."""
    wanted = list(ids)
    in_groups = select(Entry.group_id).where(Entry.id.in_(wanted), Entry.group_id.is_not(None))
    return [id for id in db.session.scalars(in_groups) if id] if wanted else []


def get_entry(entry_id: int, *, reader: Member | None) -> Entry:
    """The entry with this id, whatever its kind.

    Raises:
        NotFound: there is none that this reader may see.
    """
    found = db.session.scalar(select(Entry).where(Entry.id == min(entry_id, 2**31 - 1), visible_to(reader)))
    if found is None:
        raise NotFound
    return found


def follow_of(entry: Entry, *, reader: Member) -> Follow | None:
    """How this member follows an entry, if they do."""
    return db.session.get(Follow, (entry.id, reader.id))
