"""The list of threads as members share it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from forum.kernel.direct import Line
from forum.threads.queries import Standing, listed
from forum.threads.views.rows import ThreadList
from forum.web.sharing.pages import SharedPage
from forum.web.sharing.places import Asking


def stand(line: Line, asking: Asking, words: Mapping[str, str]) -> ThreadList | None:
    """Which threads the list of this address shows to the member who asks."""
    person: Any = asking.person
    number, state = words.get("page", "1"), words.get("state", "")
    if not re.fullmatch("[1-9][0-9]{0,4}", number) or state not in {"", *Standing}:
        return None
    rows, has_next = listed(line, reader=person, state=Standing(state) if state else None, page=int(number))
    return ThreadList(asking, rows, has_next) if rows or number == "1" else None


LIST_OF_THREADS = SharedPage(re.compile("/threads"), frozenset({"page", "state"}), stand)
