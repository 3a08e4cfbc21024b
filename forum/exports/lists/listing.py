"""What a list is that can be taken along."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from werkzeug.datastructures import MultiDict

from forum.accounts.models import Member
from forum.community.queries import Word
from forum.entries.models import Kind
from forum.entries.queries import Tags
from forum.exports.files import Row
from forum.kernel.paging import Page

#: Rows of one file. Whoever needs more narrows the list, year by year say.
MOST = 10_000
AT_ONCE = 500
#: Asked for one page of a list after another.
Pages = Callable[[int], Page[Any]]


@dataclass(frozen=True)
class Listing:
    """One list.

    Args:
        path: of its page.
        columns: of its rows, in English: programs read them.
        open: from the arguments of the address and the reader to the pages of the list.
        row: what a row says, apart from its address.
        kind_of: which entry a row is, where it can be cited.
        can_be_cited: whether the list is offered to reference managers.
    """

    path: str
    columns: Sequence[str]
    open: Callable[[MultiDict[str, str], Member | None], Pages]
    row: Callable[[Any], Row]
    kind_of: Callable[[Any], tuple[Kind, int] | None] = field(default=lambda row: None)
    can_be_cited: bool = False

    def parts(self, pages: Pages, more: Callable[[int], None]) -> Iterator[list[Any]]:
        """The rows, a page at a time, up to the most a file may hold.

        Args:
            more: told how many rows were given, when there would have been more.
        """
        given, number = 0, 1
        while True:
            page = pages(number)
            rows = list(page)[: MOST - given]
            given += len(rows)
            yield rows
            if given >= MOST and (page.has_next or len(rows) < len(page)):
                return more(given)
            if not page.has_next:  # a search gives no page beyond its hundredth, but says how many there are
                return more(given) if (page.total or 0) > given else None
            number += 1


def whole(rows: Sequence[Any]) -> Pages:
    """A list that is short enough to be read at once."""
    return lambda number: Page(rows)


def slugs(tags: Tags) -> dict[str, str]:
    """The regions and themes of a row, as they stand in addresses."""
    return {
        "regions": "; ".join(region.slug for region in tags.regions),
        "themes": "; ".join(theme.slug for theme in tags.themes),
    }


def in_languages(word: Word) -> dict[str, str]:
    """What a word is called in each language it is known in."""
    return {f"name_{language}": word.labels.get(language, "") for language in LANGUAGES}


LANGUAGES = ("en", "es", "fr", "ar", "pt")
NAMES = tuple(f"name_{language}" for language in LANGUAGES)
#: The last columns of what is filed under regions and themes.
FILED = ("regions", "themes", "url")
