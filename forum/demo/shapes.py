"""What the invented community is described with; who reads `people` and `conversations` needs only this."""

from __future__ import annotations

from dataclasses import dataclass

from forum.accounts.models import Office
from forum.community.models import GroupVisibility, Joining


@dataclass(frozen=True)
class Person:
    """An invented member.

    Args:
        profession, country, regions, themes: as the record calls them.
        languages: those they work in; the first is the one they write.
        time_zone: where their country has more clocks than one.
    """

    handle: str
    name: str
    profession: str
    organisation: str
    country: str
    languages: tuple[str, ...]
    regions: tuple[str, ...]
    themes: tuple[str, ...]
    about: str = ""
    office: Office = Office.MEMBER
    time_zone: str = ""


@dataclass(frozen=True)
class Circle:
    """An invented working group; `facilitators` and `members` are handles, `asking` adds what they wrote."""

    slug_from: str
    description: str
    facilitators: tuple[str, ...]
    members: tuple[str, ...]
    region: str | None = None
    theme: str | None = None
    visibility: GroupVisibility = GroupVisibility.PUBLIC
    joining: Joining = Joining.OPEN
    asking: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Conversation:
    """An invented thread.

    Args:
        group: slug of a region's or theme's group, or the name of a circle.
        posts: (handle, Markdown) in their order.
        about: references of the entries it is about.
        mailed: (place among the posts, from 1; what the mail it came by quoted).
        days_ago: when the latest post was written; the others lie before it.
    """

    language: str
    title: str
    group: str
    posts: tuple[tuple[str, str], ...]
    days_ago: int
    about: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    mailed: tuple[tuple[int, str], ...] = ()
    pinned: bool = False
    closed: bool = False
