"""The page of a group as members share it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from forum.accounts.likeness import Likeness
from forum.groups.queries import InGroup, in_group
from forum.kernel.direct import Line
from forum.threads.queries import listed
from forum.threads.views.rows import Listed, ThreadList
from forum.web.sharing.pages import SharedPage
from forum.web.sharing.places import Asking


class InGroupPage(ThreadList):
    """Where a member stands as regards a group and what is said in it."""

    def __init__(self, asking: Asking, group: InGroup, rows: Listed, has_next: bool) -> None:
        super().__init__(asking, rows, has_next)
        self.group = group

    def likeness(self) -> Likeness:
        person: Any = self.asking.person
        groups = {self.group.group_id: self.group.membership}
        return Likeness(person.office, person.language, person.time_zone, groups=groups, known=self.known)


def stand(line: Line, asking: Asking, words: Mapping[str, str]) -> InGroupPage | None:
    """What the member who asks is to the group of this address, and which threads its page shows them."""
    person: Any = asking.person
    group = in_group(line, words["slug"], reader=person)
    number = words.get("page", "1")
    if group is None or not re.fullmatch("[1-9][0-9]{0,4}", number):
        return None
    rows, has_next = listed(line, reader=person, group_id=group.group_id, page=int(number))
    return InGroupPage(asking, group, rows, has_next) if rows or number == "1" else None


GROUP_PAGE = SharedPage(re.compile(r"/groups/(?P<slug>(?!new$)[a-z0-9-]{1,80})"), frozenset({"page"}), stand)
