"""What comes out of a file: pages, what it says about itself, a picture; or the reason why not."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Self

#: Never text: control characters, half characters, non-characters, overrides of direction.
NOT_TEXT = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]")


class Reason(StrEnum):
    """Why a file, or the rest of one, was not read. Kept in rows, so the values are permanent."""

    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"
    MISLABELLED = "mislabelled"  # it begins like one thing and is another
    BOMB = "bomb"  # unpacks to far more than is reasonable, or names things within things
    NO_PAGES = "no-pages"
    TOO_LONG = "too-long"  # more pages or text than we keep; what came before is kept
    TIME = "time"
    MEMORY = "memory"
    CRASHED = "crashed"  # the reader gave up in a way nobody foresaw
    NO_WORDS = "no-words"  # it opened, and says nothing
    SCAN = "scan"  # pictures of pages, and nobody here can read pictures


class Unreadable(Exception):
    """A file will not be read, however often it is tried."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(detail or reason.value)
        self.reason = reason


class Interrupted(Exception):
    """Reading was cut off from outside and says nothing about the file: try again."""


@dataclass(frozen=True)
class Limits:
    """How much one file may cost."""

    memory: int = 1024 * 2**20  # bytes of address space
    cpu: int = 60  # seconds of computing
    wall: float = 90.0  # seconds by the clock
    scan_cpu: int = 240  # the same where pictures are read
    scan_wall: float = 300.0
    output: int = 64 * 2**20  # bytes the child may say
    pages: int = 3000
    page_text: int = 100_000  # characters
    unpacked: int = 256 * 2**20  # bytes in all that may come out of a zip
    ratio: int = 200  # how many times its packed size one member of a zip may unpack to

    def as_plain(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Page:
    """One page, slide, sheet or chapter."""

    text: str
    is_ocr: bool = False
    is_scan: bool = False  # a picture with hardly a word, which was not read


@dataclass(frozen=True)
class Found:
    """What a file says about itself: to be suggested, never believed."""

    title: str = ""
    authors: tuple[str, ...] = ()
    issued: str = ""  # "2019", "2019-11" or "2019-11-04"
    language: str = ""
    pages: int | None = None  # how many there are, read or not

    @classmethod
    def from_plain(cls, said: Any) -> Self:
        """Whatever a child said, brought into shape: it is no more to be trusted than its file."""
        if not isinstance(said, dict):
            return cls()
        authors = said.get("authors")
        pages = said.get("pages")
        return cls(
            title=one_line(said.get("title"), 400),
            authors=tuple(filter(None, (one_line(a, 200) for a in authors[:20]))) if isinstance(authors, list) else (),
            issued=issued if re.fullmatch(r"\d{4}(-\d{2}){0,2}", issued := one_line(said.get("issued"), 10)) else "",
            language=code if re.fullmatch(r"[a-z]{2,3}", code := one_line(said.get("language"), 3)) else "",
            pages=pages if isinstance(pages, int) and 0 < pages < 10**7 else None,
        )

    def as_plain(self) -> dict[str, Any]:
        """Only what there is."""
        return {name: value for name, value in asdict(self).items() if value}


@dataclass
class Extracted:
    """Everything that came out of one file."""

    pages: list[Page] = field(default_factory=list)
    found: Found = field(default_factory=Found)
    picture: bytes | None = None  # WebP of the first page
    reason: Reason | None = None  # why it ended before the last page, if it did

    @property
    def has_words(self) -> bool:
        return any(page.text.strip() for page in self.pages)

    @property
    def is_ocr(self) -> bool:
        return any(page.is_ocr for page in self.pages)

    @property
    def has_scans(self) -> bool:
        return any(page.is_scan for page in self.pages)


def as_text(said: object, most: int) -> str:
    """Characters a page can hold and a database store, at most so many."""
    if not isinstance(said, str):
        return ""
    return NOT_TEXT.sub("", said.replace("\r\n", "\n").replace("\r", "\n"))[:most]


def one_line(said: object, most: int) -> str:
    return " ".join(as_text(said, 10 * most).split())[:most].strip()
