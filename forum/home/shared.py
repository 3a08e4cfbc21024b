"""The start page as members share it: what is around their threads and groups, and the places where these stand."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from flask import render_template

from forum.accounts.likeness import Likeness
from forum.home.queries import groups_called, latest_record, my_group_ids, talked_about
from forum.kernel.direct import Line
from forum.threads.queries import Standing, listed
from forum.threads.views.rows import InList, Listed, make_rows, row_parts
from forum.web.languages import chosen
from forum.web.sharing.pages import Shareable, SharedPage
from forum.web.sharing.parts import KeptPart, Part, as_they_are, find_parts, make_parts
from forum.web.sharing.places import Asking, Making, place

CHIP = "group chip"
EARLIER = 8
#: (id, whether the reader waits to be admitted) of each group
Groups = Sequence[tuple[int, bool]]


class Chip(Part):
    """A group's name, linked."""

    def __init__(self, kept: KeptPart) -> None:
        self.kept = kept


class AtHome(Shareable):
    """What is new for one member.

    Args:
        counted: threads they may see about each recommendation shown; most members may see the same.
    """

    def __init__(
        self, asking: Asking, threads: Listed, mine: Groups, suggested: Groups, counted: Mapping[str, int]
    ) -> None:
        self.asking, self.mine, self.suggested, self.counted = asking, mine, suggested, counted
        self.unread = [row for row in threads if row[1]]
        self.earlier = [row for row in threads if not row[1]][:EARLIER]
        self._parts: tuple[list[InList], list[InList], list[Chip], list[Chip]] | None = None

    def likeness(self) -> Likeness:
        person: Any = self.asking.person
        known = tuple(bool(each) for each in (self.unread, self.earlier, self.mine, self.suggested))
        counted = tuple(sorted(self.counted.items()))
        return Likeness(person.office, person.language, person.time_zone, known=(*known, *counted))

    def is_complete(self) -> bool:
        if self._parts is None:
            unread, earlier = row_parts(self.unread, self.asking), row_parts(self.earlier, self.asking)
            mine, suggested = find_parts(CHIP, self.mine, self.asking), find_parts(CHIP, self.suggested, self.asking)
            if unread is None or earlier is None or mine is None or suggested is None:
                return False
            self._parts = unread, earlier, [Chip(part) for part in mine], [Chip(part) for part in suggested]
        return True

    def told(self) -> Hashable:
        return super().told(), tuple([as_they_are(parts) for parts in self._parts or ()])

    @place()
    def unread_rows(self) -> list[InList]:
        return self._parts[0] if self._parts else []

    @place()
    def earlier_rows(self) -> list[InList]:
        return self._parts[1] if self._parts else []

    @place()
    def my_groups(self) -> list[Chip]:
        return self._parts[2] if self._parts else []

    @place()
    def suggestions(self) -> list[Chip]:
        return self._parts[3] if self._parts else []


def stand(line: Line, asking: Asking, _words: Mapping[str, str]) -> AtHome:
    """What is new for the member who asks."""
    person: Any = asking.person
    threads, _ = listed(line, reader=person, state=Standing.MINE)
    mine, suggested = my_group_ids(line, reader=person)
    return AtHome(asking, threads, mine, suggested, talked_about(line, reader=person))


START_PAGE = SharedPage(re.compile("/"), frozenset(), stand)


def for_all_members(made: Making) -> dict[str, Any]:
    """For the template: the places where each member's threads and groups will stand."""
    found: Any = made.standpoint
    assert isinstance(found, AtHome)
    make_rows(thread_id for thread_id, _ in (*found.unread, *found.earlier))
    make_parts(CHIP, {*found.mine, *found.suggested}, Chip, _chips)
    recommendations, meetings = latest_record(reader=None, counted=found.counted)
    return {
        "unread": [made.open.unread_rows()] if found.unread else [],
        "earlier": [made.open.earlier_rows()] if found.earlier else [],
        "mine": [made.open.my_groups()] if found.mine else [],
        "suggested": [made.open.suggestions()] if found.suggested else [],
        "recommendations": recommendations,
        "meetings": meetings,
    }


def _chips(asked: list[tuple[int, bool]], _opened: Any) -> Mapping[tuple[int, bool], str]:
    return {
        key: render_template("home/_chip.html", group=group, language=chosen())
        for key, group in groups_called(asked).items()
    }
