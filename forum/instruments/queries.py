"""Reading what is cited where: always as somebody, except for the codes that entries already seen carry."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select

from forum.access.scopes import visible_to
from forum.accounts.models import Member
from forum.entries.models import Entry, Kind
from forum.entries.titles import Named, titles_of
from forum.instruments.models import Citation, Place
from forum.instruments.texts import FINDERS, NAMERS, WITHIN
from forum.instruments.vocabulary import Instrument, all_instruments
from forum.kernel.db import db
from forum.kernel.errors import NotFound
from forum.kernel.paging import ROWS_ON_A_PAGE, Page

#: Kinds that cite, in the order the page offers them.
CITING = (Kind.RECOMMENDATION, Kind.RESOURCE, Kind.THREAD, Kind.POST)


def instruments_of(entry_ids: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """The codes of the instruments each of these entries cites, in one statement; entries that cite none are left out.

    Args:
        entry_ids: only ids the reader may see.
    """
    wanted = list(entry_ids)
    if not wanted:
        return {}
    found: dict[int, list[str]] = defaultdict(list)
    rows = (
        select(Citation.entry_id, Citation.instrument)
        .where(Citation.entry_id.in_(wanted), Citation.revoked_at.is_(None))
        .distinct()
        .order_by(Citation.entry_id, Citation.instrument)
    )
    for entry_id, code in db.session.execute(rows):
        found[entry_id].append(code)
    return {entry_id: tuple(codes) for entry_id, codes in found.items()}


def law_of(entry_id: int) -> list[tuple[Instrument, tuple[str, ...]]]:
    """The instruments an entry the reader sees cites, each with its provisions, in one statement."""
    rows = (
        select(Citation.instrument, Citation.provision)
        .where(Citation.entry_id == entry_id, Citation.revoked_at.is_(None))
        .distinct()
    )
    found: dict[str, set[str]] = defaultdict(set)
    for code, provision in db.session.execute(rows):
        found[code] |= {provision} - {""}
    known = all_instruments()
    return [(known[code], tuple(sorted(found[code], key=in_order))) for code in known if code in found]


@dataclass(frozen=True)
class Cited:
    """What one entry says about an instrument.

    Args:
        provisions: those it cites, in order.
        pages: (file, page) where its files do.
    """

    entry: Named
    provisions: tuple[str, ...]
    pages: tuple[tuple[int, int], ...] = field(default=())


def _standing(reader: Member | None) -> list[ColumnElement[bool]]:
    within = [or_(Entry.kind != kind, clause(reader)) for kind, clause in WITHIN.items()]
    return [Citation.revoked_at.is_(None), visible_to(reader), *within]


def counts_by_instrument(*, reader: Member | None) -> dict[str, int]:
    """How many entries cite each instrument, as far as this reader may see, in one statement."""
    rows = (
        select(Citation.instrument, func.count(func.distinct(Citation.entry_id)))
        .join(Entry, Entry.id == Citation.entry_id)
        .where(*_standing(reader))
        .group_by(Citation.instrument)
    )
    return {key: count for key, count in db.session.execute(rows)}  # noqa: C416  (typed rows are no pairs to mypy)


def get_instrument(code: str) -> Instrument:
    """One instrument by its code, in any case.

    Raises:
        NotFound: nobody here knows such a code.
    """
    found = all_instruments().get(code.upper())
    if found is None:
        raise NotFound
    return found


def provisions_of(instrument: Instrument, *, reader: Member | None) -> list[tuple[str, int]]:
    """The provisions that are cited, in their order, each with how many entries do, in one statement."""
    rows = (
        select(Citation.provision, func.count(func.distinct(Citation.entry_id)))
        .join(Entry, Entry.id == Citation.entry_id)
        .where(Citation.instrument == instrument.code, Citation.provision != "", *_standing(reader))
        .group_by(Citation.provision)
    )
    return sorted(((p, n) for p, n in db.session.execute(rows)), key=lambda row: in_order(row[0]))


def in_order(provision: str) -> tuple[tuple[int, str], ...]:
    """For sorting: 9 before 10, 40(2) before 40(10), 37(a) before 37(b)."""
    parts = re.findall(r"\d+|[^\W\d_]+", provision)
    return tuple((int(part), "") if part.isdigit() else (0, part) for part in parts)


def _citing(instrument: Instrument, reader: Member | None, kind: Kind | None, provision: str) -> Select[Any]:
    query = select(Entry.id).join(Citation, Citation.entry_id == Entry.id)
    query = query.where(Citation.instrument == instrument.code, *_standing(reader))
    if kind is not None:
        query = query.where(Entry.kind == kind)
    if provision:
        below = [Citation.provision.startswith(provision + sign, autoescape=True) for sign in "(."]
        query = query.where(or_(Citation.provision == provision, *below))
    return query.distinct()


def kinds_citing(instrument: Instrument, *, provision: str = "", reader: Member | None) -> dict[Kind, int]:
    """How many entries of each kind cite it (or this provision of it), in one statement."""
    ids = _citing(instrument, reader, None, provision).scalar_subquery()
    rows = select(Entry.kind, func.count()).where(Entry.id.in_(ids)).group_by(Entry.kind)
    return {key: count for key, count in db.session.execute(rows)}  # noqa: C416  (typed rows are no pairs to mypy)


def citing(
    instrument: Instrument,
    *,
    kind: Kind | None = None,
    provision: str = "",
    page: int = 1,
    size: int = ROWS_ON_A_PAGE,
    reader: Member | None,
) -> Page[Cited]:
    """Who cites an instrument, the latest first, in three statements.

    Args:
        provision: only who cites this one, or what is below it: "40" finds 40(3) too.
    """
    ids = _citing(instrument, reader, kind, provision).scalar_subquery()
    order = (Entry.active_at.desc(), Entry.id.desc())
    query = select(Entry.id, Entry.kind).where(Entry.id.in_(ids)).order_by(*order)
    found = db.session.execute(query.limit(size + 1).offset((page - 1) * size)).all()
    kinds = {row.id: row.kind for row in found[:size]}
    names = dict(titles_of(id for id, kind in kinds.items() if kind not in NAMERS))
    for each, namer in NAMERS.items():
        if mine := [id for id, kind in kinds.items() if kind is each]:
            names |= namer(mine)
    says = _said_by(instrument, list(kinds))
    return Page([Cited(names[id], *says[id]) for id in kinds if id in names], page, len(found) > size, None, size)


def _said_by(instrument: Instrument, ids: list[int]) -> dict[int, tuple[tuple[str, ...], tuple[tuple[int, int], ...]]]:
    rows = select(Citation.entry_id, Citation.provision, Citation.place, Citation.file, Citation.page).where(
        Citation.entry_id.in_(ids), Citation.instrument == instrument.code, Citation.revoked_at.is_(None)
    )
    provisions: dict[int, set[str]] = defaultdict(set)
    pages: dict[int, set[tuple[int, int]]] = defaultdict(set)
    for entry_id, provision, place, file, page in db.session.execute(rows):
        if provision:
            provisions[entry_id].add(provision)
        if place is Place.PAGE:
            pages[entry_id].add((file, page))
    return {id: (tuple(sorted(provisions[id], key=in_order)), tuple(sorted(pages[id]))) for id in ids}


def resources_that_are(sources: Iterable[str], *, reader: Member | None) -> dict[str, str]:
    """The addresses of the resources that are these instruments, by their ids in the record."""
    wanted = sorted(set(sources))
    return {source: url for finder in FINDERS for source, url in finder(wanted, reader=reader).items()}
