"""A list on its way to a file: read a little, written a little, until it is whole; then it is sent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from flask import Response, current_app, request
from flask_babel import gettext as _

from forum.accounts.session import reader
from forum.citing.citable import Citable, citables
from forum.citing.formats import FORMATS
from forum.entries.models import Kind
from forum.exports.files import TABLES, Row, Table
from forum.exports.lists import Listing, Pages
from forum.kernel.errors import NotFound


class Overflow:
    """Whether there was more than a file holds, and what to say of it."""

    def __init__(self) -> None:
        self.given = 0

    def happened(self, given: int) -> None:
        self.given = given

    def note(self) -> str:
        said = _(
            "Only the first %(number)s are in this file. Narrow the list by its filters to get the others.",
            number=self.given,
        )
        return str(said) if self.given else ""


def sent(name: str, listing: Listing, form: str) -> Response:
    """The list of the address, as a file of this format.

    Raises:
        NotFound: nothing in this list can be cited.
    """
    pages = listing.open(request.args, reader())
    if form in TABLES:
        media_type, write = TABLES[form]
        content: Any = write(_table(name, listing, pages))
    elif form in FORMATS and listing.can_be_cited:
        media_type, content = f"{FORMATS[form].media_type}; charset=utf-8", _cited(listing, pages, form)
    else:
        raise NotFound
    answer = Response(_whole(content), content_type=media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _whole(content: Iterable[str] | Iterable[bytes]) -> bytes:
    """All of it before anything is sent, some megabytes at the most: the pieces of an answer are asked for when its
    transaction is over and nobody is signed in any more, and what fails half-way would look like a whole file."""
    return b"".join(piece if isinstance(piece, bytes) else piece.encode() for piece in content)


def _table(name: str, listing: Listing, pages: Pages) -> Table:
    overflow, site = Overflow(), current_app.config["BASE_URL"]
    asked = request.query_string.decode("ascii", "replace")
    source = f"{site}{listing.path}" + (f"?{asked}" if asked else "")

    def rows(some: Sequence[Any]) -> list[Row]:
        said = [listing.row(row) for row in some]
        return [{**row, "url": f"{site}{row['url']}"} for row in said]

    parts = (rows(some) for some in listing.parts(pages, overflow.happened))
    return Table(name, source, listing.columns, parts, overflow.note)


def _cited(listing: Listing, pages: Pages, form: str) -> Iterator[str]:
    """The entries of a list for a reference manager, those of kinds that can be cited, in the order of the list."""
    overflow, site = Overflow(), current_app.config["BASE_URL"]
    for some in listing.parts(pages, overflow.happened):
        known = [listing.kind_of(row) for row in some]
        by_kind: dict[Kind, list[int]] = defaultdict(list)
        for kind, id in filter(None, known):
            by_kind[kind].append(id)
        found: dict[int, Citable] = {}
        for kind, ids in by_kind.items():
            found |= citables(kind, ids, site=site)
        if things := [found[key[1]] for key in known if key and key[1] in found]:
            yield FORMATS[form].write(things) + "\n"
    if form == "bib" and (note := overflow.note()):
        yield f"% {note}\n"
