"""What recommendations say, for whoever reads law in it."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from forum.entries.models import Kind
from forum.instruments.models import Place
from forum.instruments.texts import Text, register
from forum.kernel.db import db
from forum.recommendations.models import Recommendation


def texts_of_recommendations(ids: list[int]) -> Iterator[tuple[int, Text]]:
    """Their titles and wordings."""
    table = Recommendation.__table__.c
    for id, title, text in db.session.execute(select(table.id, table.title, table.text).where(table.id.in_(ids))):
        yield id, Text(Place.TITLE, title)
        yield id, Text(Place.TEXT, text)


register(Kind.RECOMMENDATION, texts_of_recommendations)
