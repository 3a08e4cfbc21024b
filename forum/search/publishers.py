"""One publisher under one name, however often it was written differently: UNICEF, Unicef, « UNICEF »."""

from __future__ import annotations

from sqlalchemy import func, select

from forum.access.scopes import visible_to
from forum.accounts.models import Member
from forum.entries.models import Entry
from forum.kernel.db import db
from forum.library.models import Resource
from forum.search import analysis


def publisher_called(name: str) -> str:
    """The name a publisher is counted under: its words without case, accents and punctuation."""
    return " ".join(analysis.fold(word) for word, _start, _end in analysis.words(name))


def spellings(*, reader: Member | None) -> dict[str, str]:
    """How each publisher is written most often in what this reader may see."""
    published = Resource.__table__.c.publisher
    rows = db.session.execute(
        select(published, func.count())
        .join_from(Entry, Resource.__table__, Resource.__table__.c.id == Entry.id)
        .where(visible_to(reader), published != "")
        .group_by(published)
        .order_by(func.count(), published.desc())
    )
    return {publisher_called(name): name for name, _count in rows}
