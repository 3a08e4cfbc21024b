"""What every format of a citation is made from; each slice above registers how its kind becomes one.

A slice does so in its `citable.py`:

    register(Kind.RESOURCE, citable_resources)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from forum.entries.models import Kind

#: What turns the direction of a line, and blanks of more than one: neither belongs in a file for programs.
INVISIBLE = re.compile(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")

#: What no XML and no spreadsheet may hold; the joiners that Persian and emoji need stay.
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class Genre(StrEnum):
    """What something is, in few enough words that every format has one for it."""

    REPORT = "report"
    LAW = "law"
    ARTICLE = "article"
    BRIEF = "brief"
    TEACHING = "teaching"
    BROADCAST = "broadcast"
    DOCUMENT = "document"
    EVENT = "event"


#: Between family and given name; Arabic keyboards have a comma of their own.
COMMA = re.compile("[,،]")


@dataclass(frozen=True)
class Name:
    """A person ("Family, Given") or an organisation (as it calls itself)."""

    text: str
    is_organisation: bool = False

    @property
    def family(self) -> str:
        return COMMA.split(self.text, 1)[0].strip()

    @property
    def given(self) -> str:
        return "".join(COMMA.split(self.text, 1)[1:]).strip()

    @property
    def filed(self) -> str:
        """As programs file it: "Family, Given" with the one comma they know."""
        return self.text if self.is_organisation or not self.given else f"{self.family}, {self.given}"


@dataclass(frozen=True)
class Citable:
    """One thing as it is cited.

    Args:
        key: short and permanent, for programs: "jwc-12".
        issued: "2019", "2019-11" or "2019-11-04"; None when nobody knows.
        url: of its page here; `source` is where it is published.
        number: what it is numbered as: a symbol or our reference.
        file: address of a file of it that anybody may have.
        event: title of the meeting it comes from.
    """

    key: str
    genre: Genre
    title: str
    language: str
    url: str
    kind_word: str = ""
    issued: str | None = None
    alternative_titles: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    authors: tuple[Name, ...] = ()
    editors: tuple[Name, ...] = ()
    translators: tuple[Name, ...] = ()
    publisher: str = ""
    place: str = ""
    event: str = ""
    abstract: str = ""
    source: str = ""
    number: str = ""
    doi: str = ""
    isbn: str = ""
    licence: str = ""
    file: str = ""
    themes: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()

    @property
    def date(self) -> tuple[int, ...]:
        """Year, month and day, as far as they are known."""
        return tuple(int(part) for part in (self.issued or "").split("-") if part.isdigit())

    @property
    def responsible(self) -> tuple[Name, ...]:
        """Who stands first in a citation: its authors, else who published it."""
        return self.authors or ((Name(self.publisher, is_organisation=True),) if self.publisher else ())


def line(text: str) -> str:
    """A text for one line of a file: no breaks, no marks of direction, nothing below the blank."""
    return " ".join(CONTROL.sub(" ", INVISIBLE.sub("", text)).split())


#: Takes ids of entries of one kind the reader may see, and the address of this site.
Maker = Callable[[list[int], str], Mapping[int, Citable]]
MAKERS: dict[Kind, Maker] = {}


def register(kind: Kind, maker: Maker) -> None:
    """Say how entries of this kind are cited. Called once, when the slice is imported."""
    MAKERS[kind] = maker


def citables(kind: Kind, ids: Iterable[int], *, site: str) -> dict[int, Citable]:
    """These entries as they are cited, in a fixed number of statements.

    Args:
        ids: of this kind, and only those the reader may see.
        site: address of this site, without a stroke at its end.
    """
    wanted = list(ids)
    return dict(MAKERS[kind](wanted, site)) if wanted and kind in MAKERS else {}


@dataclass(frozen=True)
class Format:
    """A way to write citations down for programs."""

    name: str  # as it ends an address
    title: str
    media_type: str
    write: Callable[[Iterable[Citable]], str] = field(repr=False)
