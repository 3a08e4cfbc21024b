"""Who asks for a page, in the fewest words; and what the readers of a page that is shared have in common."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from sqlalchemy import and_, bindparam, select, true

from forum.accounts.models import LoginSession, Member, Office
from forum.kernel.direct import Direct, Line
from forum.kernel.editions import CURRENT
from forum.kernel.errors import Personal
from forum.kernel.mail.deliveries import was_paused
from forum.web.sharing.pages import Shareable, SharedPage
from forum.web.sharing.places import Asking, Open, making


class Officer:
    """What an office means, for whoever holds it."""

    office: Office

    @property
    def is_moderator(self) -> bool:
        return self.office in (Office.MODERATOR, Office.SECRETARIAT)

    @property
    def is_secretariat(self) -> bool:
        return self.office is Office.SECRETARIAT


@dataclass(frozen=True)
class Person(Officer):
    """A member who may take part, as far as a page that is already made needs to know them."""

    id: int
    name: str
    office: Office
    language: str
    time_zone: str
    edition: str | None  # of the content, asked for in the same statement
    unread: int = 0  # notices; asked for by the slice that has them


#: What a `Person` is made of, but for what waits for them.
BEARING = (
    select(Member.id, Member.name, Member.office, Member.language, Member.time_zone, CURRENT)
    .join(LoginSession, and_(LoginSession.id == bindparam("sid"), LoginSession.member_id == Member.id))
    # `Member.is_admitted`, but for those whose suspension has run out: they are recognised the long way
    .where(Member.fs_uniquifier == bindparam("who"), Member.active.is_(true()), Member.confirmed_at.is_not(None))
    .where(Member.approved_at.is_not(None), Member.suspended_until.is_(None))
    # and but for those whose mail comes back: their pages say so at the top
    .where(~was_paused(Member.email))
)
_BEARING = Direct(BEARING)


def recognise(line: Line, session: Mapping[str, Any], statement: Direct = _BEARING) -> Person | None:
    """Who bears this session: a member who may take part and has not ended it, or nobody we know so quickly.

    Args:
        session: what a signed session cookie says.
        statement: BEARING, or narrower than that and with what waits for them.
    """
    found = line.row(statement, who=str(session.get("_user_id", "")), sid=str(session.get("sid", "")))
    if found is None:
        return None
    return Person(found[0], found[1], Office(found[2]), *found[3:])


@dataclass(frozen=True)
class Belonging:
    """A membership without the member."""

    role: str
    is_active: bool


@dataclass(frozen=True)
class Likeness(Officer):
    """A reader who could be any of their kind. It knows what the key of their page says; all else raises.

    Args:
        language: that they chose for themselves; the page may be in another.
        groups: what they are to the groups the page depends on, by id; None: nothing.
        wrote: whether they wrote the entries the page depends on, by id.
        known: whatever else the page depends on.
    """

    office: Office
    language: str
    time_zone: str
    groups: Mapping[int, Belonging | None] = field(default_factory=dict)
    wrote: Mapping[int, bool] = field(default_factory=dict)
    known: tuple[Hashable, ...] = ()
    others: set[int] = field(default_factory=set, compare=False)  # who of this kind sees something else

    is_authenticated = True

    @property
    def key(self) -> Hashable:
        """All of it, in a form pages can be kept under."""
        return (
            self.office,
            self.language,
            self.time_zone,
            tuple((id_, one and (one.role, one.is_active)) for id_, one in sorted(self.groups.items())),
            tuple(sorted(self.wrote.items())),
            self.known,
        )

    @property
    def name(self) -> Open:
        """The place where their own name stands."""
        place: Open = making().open.name()
        return place

    def belonging_to(self, group_id: int) -> Belonging | None:
        """What they are to this group.

        Raises:
            Personal: the key does not say, so it may be something else for the next of this kind.
        """
        if group_id not in self.groups:
            raise Personal(f"the key of this page does not say what its reader is to group {group_id}")
        return self.groups[group_id]

    def has_written(self, entry_id: int) -> bool:
        """Whether they wrote this entry.

        Raises:
            Personal: as above.
        """
        if entry_id not in self.wrote:
            raise Personal(f"the key of this page does not say whether its reader wrote entry {entry_id}")
        return self.wrote[entry_id]

    def but_for(self, member_id: int | None) -> None:
        """Say that this member, should they be of this kind, sees something else than the others."""
        if member_id is not None:
            self.others.add(member_id)

    def __getattr__(self, name: str) -> NoReturn:
        raise Personal(f"what all readers of a kind see cannot depend on their {name!r}")


Reader = Member | Person | Likeness


class OfTheirKind(Shareable):
    """The standpoint of a page that differs by nothing but office and language."""

    def __init__(self, asking: Asking) -> None:
        self.asking = asking

    def likeness(self) -> Likeness:
        person: Any = self.asking.person
        return Likeness(person.office, person.language, person.time_zone)


def shared_as_it_is(path: str, *arguments: str) -> SharedPage:
    """A page that is the same for all members of an office and language, but for what stands on every page.

    Args:
        path: a regular expression for its address.
        arguments: what the address may say after the question mark.
    """
    return SharedPage(re.compile(path), frozenset(arguments), lambda _line, asking, _words: OfTheirKind(asking))
