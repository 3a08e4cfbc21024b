"""How many notices wait, said on every page: one small statement, which finds little to read where nothing waits."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from forum.accounts import likeness
from forum.accounts.likeness import Person
from forum.accounts.models import Member, Office
from forum.accounts.session import reader
from forum.kernel.direct import Direct, Line
from forum.notices.queries import count_unread, unread_by

#: Who is known to hold an office, by what their sessions say of them; all others are taken for members without one.
_officers: dict[str, Office] = {}


def recognise(line: Line, session: Mapping[str, Any]) -> Person | None:
    """Who bears this session, and how much waits for them: one statement, once it is known what office they hold.

    What they may see depends on their office, so the statement finds them only if they hold the one it was made for.
    """
    who = str(session.get("_user_id", ""))
    found = likeness.recognise(line, session, _waited_for(_officers.get(who, Office.MEMBER)))
    if found is not None:
        return found
    person = likeness.recognise(line, session)
    if person is None:
        return None
    if person.office is Office.MEMBER:
        _officers.pop(who, None)
    else:
        _officers[who] = person.office
    return likeness.recognise(line, session, _waited_for(person.office))


@cache
def _waited_for(office: Office) -> Direct:
    person = Person(0, "", office, "", "", None)
    waiting = unread_by(person, Member.__table__.c.id).scalar_subquery()
    return Direct(likeness.BEARING.add_columns(waiting).where(Member.office == office))


def count() -> int:
    """How much waits for whoever is looking at a page that is made for them alone."""
    looking = reader()
    return 0 if looking is None else count_unread(looking)
