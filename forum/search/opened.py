"""The pages inside files where something was found, as a result shows them: read from the database as they are now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import select, tuple_

from forum.kernel.db import db
from forum.library.models import FilePage, ResourceFile
from forum.library.standing import stands
from forum.search.excerpts import Piece, excerpt
from forum.search.pages import key_of, place_of


@dataclass(frozen=True)
class PageShown:
    """One page on which the words stand.

    Args:
        url: where it opens, with the words marked.
        file: the file's name, for a resource that has several.
    """

    number: int
    url: str
    file: str
    language: str
    excerpt: list[Piece]
    is_ocr: bool


def pages_shown(
    asked: Mapping[str, Sequence[str]], *, tokens: frozenset[str], typed: str
) -> dict[str, list[PageShown]]:
    """Per resource, the pages to show of it.

    Args:
        asked: keys of resources that the reader may see, with the keys of their pages; a page that is gone, or is of
            another resource by now, is left out.
    """
    places = [place_of(key) for keys in asked.values() for key in keys]
    if not places:
        return {}
    rows = db.session.execute(
        select(
            FilePage.file_id, FilePage.number, FilePage.text, FilePage.language, FilePage.is_ocr,
            ResourceFile.resource_id, ResourceFile.number.label("file_number"), ResourceFile.name,
        )
        .join(ResourceFile, ResourceFile.id == FilePage.file_id)
        .where(tuple_(FilePage.file_id, FilePage.number).in_(places), stands())
    )  # fmt: skip
    found = {(f"entry/{row.resource_id}", key_of(row.file_id, row.number)): _shown(row, tokens, typed) for row in rows}
    return {parent: _those(found, parent, keys) for parent, keys in asked.items()}


def _those(found: Mapping[tuple[str, str], PageShown], parent: str, keys: Iterable[str]) -> list[PageShown]:
    return [found[parent, key] for key in keys if (parent, key) in found]


def _shown(row: Any, tokens: frozenset[str], typed: str) -> PageShown:
    asked = f"?{urlencode({'q': typed})}" if typed else ""
    return PageShown(
        number=row.number,
        url=f"/library/{row.resource_id}/files/{row.file_number}/pages/{row.number}{asked}",
        file=row.name,
        language=row.language,
        excerpt=excerpt(row.text, tokens, row.language),
        is_ocr=row.is_ocr,
    )
