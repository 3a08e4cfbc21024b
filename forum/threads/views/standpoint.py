"""What the page of a thread leaves open for the member who reads it."""

from __future__ import annotations

import re
import secrets
from collections.abc import Hashable, Mapping
from types import SimpleNamespace
from typing import Any

from forum.accounts.likeness import Likeness, Person
from forum.accounts.models import Member
from forum.entries.models import Because, Level
from forum.kernel.direct import Line
from forum.threads.queries import InThread, Reading, in_thread
from forum.web.sharing.pages import Shareable, SharedPage
from forum.web.sharing.places import Asking, now_making, place


class InThreadPage(Shareable):
    """Where a member stands as regards one thread.

    Args:
        asking: not needed by a page that is made for this member alone.
    """

    def __init__(self, facts: InThread, thread_id: int, asking: Asking | None = None) -> None:
        self.facts, self.thread_id = facts, thread_id
        if asking:
            self.asking = asking

    def likeness(self) -> Likeness:
        person: Any = self.asking.person
        return Likeness(
            person.office,
            person.language,
            person.time_zone,
            groups={self.facts.group_id: self.facts.membership},
            wrote={self.thread_id: self.facts.wrote},
        )

    def told(self) -> Hashable:
        return super().told(), self.facts

    @place(False, True)
    def begins_news(self, number: int) -> bool:
        """Whether the post with this number is the first they have not read."""
        return 0 < self.facts.read_to < self.facts.post_count and number == self.facts.read_to + 1

    @place(False, True)
    def has_news(self) -> bool:
        """Whether they began to read this thread, and it went on since."""
        return 0 < self.facts.read_to < self.facts.post_count

    @place(False, True)
    def is_behind(self, number: int) -> bool:
        """Whether they have not read this far."""
        return number > self.facts.read_to

    @place("none", *Level)
    def level(self) -> str:
        return self.facts.level or "none"

    @place(None, *Because)
    def because(self) -> str | None:
        return self.facts.because

    @place(False, True)
    def has_draft(self) -> bool:
        return bool(self.facts.draft)

    @place()
    def draft(self) -> str:
        return self.facts.draft

    @place()
    def draft_version(self) -> int:
        return self.facts.draft_version

    @place(passing=True)
    def submission(self) -> str:
        """The token of a form that posts once however often it is sent."""
        return secrets.token_urlsafe(16)


def stand(line: Line, asking: Asking, words: Mapping[str, str]) -> InThreadPage | None:
    """Where the member who asks stands in the thread of this address."""
    person: Any = asking.person
    assert isinstance(person, Person)
    thread_id = int(words["thread"])
    facts = in_thread(line, thread_id, reader=person)
    return None if facts is None else InThreadPage(facts, thread_id, asking)


#: One page of a thread. An address with more digits is none of a thread, and for the view to say so.
THREAD_PAGE = SharedPage(re.compile(r"/threads/(?P<thread>[1-9][0-9]{0,8})"), frozenset({"page"}), stand)


def standpoint(reading: Reading, looking: Member | None) -> Any:
    """For the template: where the reader stands, or open places on a page that will be shared; None for a visitor."""
    if made := now_making():
        return made.open
    if looking is None:
        return None
    follow, draft, thread = reading.follow, reading.draft, reading.thread
    facts = InThread(
        group_id=reading.group.id,
        membership=None,
        wrote=thread.author_id == looking.id,
        post_count=thread.post_count,
        read_to=reading.read_to,
        level=follow.level if follow else None,
        because=follow.because if follow else None,
        draft=draft.body if draft else "",
        draft_version=draft.version if draft else 0,
    )
    return InThreadPage(facts, thread.id)


def as_rows(stands: Any) -> dict[str, Any]:
    """What forms that others use too expect as rows of tables: the reader's follow, their draft."""
    if stands is None:
        return {"follow": None, "draft": None}
    return {
        "follow": SimpleNamespace(level=stands.level(), because=stands.because()),
        "draft": SimpleNamespace(is_begun=stands.has_draft()),
    }
