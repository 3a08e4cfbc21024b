"""Lists of threads on pages that members share: which threads are asked for each, a row is made once for all."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

from flask import render_template

from forum.accounts.likeness import Likeness
from forum.accounts.session import reader
from forum.kernel.paging import Page
from forum.threads.queries import ThreadRow, latest_threads, threads_called
from forum.web.languages import chosen
from forum.web.sharing.pages import Shareable
from forum.web.sharing.parts import KeptPart, Part, as_they_are, find_parts, make_parts
from forum.web.sharing.places import Asking, now_making, place
from forum.web.words import catalogue

KIND = "thread row"
#: (id, posts the reader has not read) of each thread a list shows
Listed = Sequence[tuple[int, int]]


class InList(Part):
    """One row, and how much of its thread the reader has not read."""

    def __init__(self, kept: KeptPart, unread: int, language: str) -> None:
        self.kept, self._unread, self._language = kept, unread, language

    @property
    def key(self) -> int:
        return self._unread

    @place(False, True)
    def is_unread(self) -> bool:
        return self._unread > 0

    @place()
    def news(self) -> str:
        words = catalogue(self._language).ngettext("%(num)s new", "%(num)s new", self._unread)
        return str(words) % {"num": self._unread}


class ThreadList(Shareable):
    """Where a member stands as regards a list of threads."""

    def __init__(self, asking: Asking, listed: Listed, has_next: bool) -> None:
        self.asking, self.listed, self.has_next = asking, listed, has_next
        self._parts: list[InList] | None = None

    @property
    def known(self) -> tuple[bool, ...]:
        """What the page around the rows depends on: whether there are any, and more."""
        return (bool(self.listed), self.has_next)

    def likeness(self) -> Likeness:
        person: Any = self.asking.person
        return Likeness(person.office, person.language, person.time_zone, known=self.known)

    def told(self) -> Hashable:
        return super().told(), as_they_are(self.rows())

    def is_complete(self) -> bool:
        if self._parts is None:
            self._parts = row_parts(self.listed, self.asking)
        return self._parts is not None

    @place()
    def rows(self) -> list[InList]:
        """The rows themselves, in their order."""
        return self._parts or []


def row_parts(listed: Listed, asking: Asking) -> list[InList] | None:
    """The rows of these threads; nothing when one of them has to be made."""
    found = find_parts(KIND, [thread_id for thread_id, _ in listed], asking)
    if found is None:
        return None
    return [InList(part, unread, asking.language) for part, (_, unread) in zip(found, listed, strict=True)]


def make_rows(ids: Iterable[int]) -> None:
    """While a shared page is made: make the rows it will show, as far as they are not at hand."""
    make_parts(KIND, ids, InList, _rendered)


def _rendered(ids: list[int], opened: Any) -> Mapping[int, str]:
    rows = threads_called(ids)
    language = chosen()
    return {row.id: render_template("threads/_row.html", thread=row, stands=opened, language=language) for row in rows}


def threads_shown(*, page: int = 1, **conditions: Any) -> Page[ThreadRow]:
    """What `latest_threads` finds for whoever is looking; on a page that is shared, the place where it will stand.

    Args:
        conditions: those of `latest_threads`. For a shared page the page's standpoint has followed them already.
    """
    made = now_making()
    if made is None:
        return latest_threads(reader=reader(), page=page, **conditions)
    found: Any = made.standpoint
    assert isinstance(found, ThreadList)
    make_rows(thread_id for thread_id, _ in found.listed)
    place_for_rows: Any = [made.open.rows()] if found.listed else []
    return Page(place_for_rows, page, found.has_next)
