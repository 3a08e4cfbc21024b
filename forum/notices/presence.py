"""How many notices wait, said on every page: one small statement, which finds little to read where nothing waits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from forum.accounts import likeness
from forum.accounts.likeness import Person
from forum.accounts.session import reader
from forum.kernel.direct import Line
from forum.notices.queries import count_unread, unread_of


def recognise(line: Line, session: Mapping[str, Any]) -> Person | None:
    """Who bears this session, and how much waits for them."""
    person = likeness.recognise(line, session)
    return None if person is None else replace(person, unread=unread_of(line, reader=person))


def count() -> int:
    """How much waits for whoever is looking at a page that is made for them alone."""
    looking = reader()
    return 0 if looking is None else count_unread(looking)
