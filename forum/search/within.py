"""A search within one place (a group, a meeting, a resource, a thread): what it is called, for who may see it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import select

from forum.access.scopes import groups_visible_to, visible_to
from forum.accounts.models import Member
from forum.community.models import Group
from forum.entries.models import Entry
from forum.entries.titles import named as entries_named
from forum.entries.titles import titled_entries
from forum.kernel.db import db

KEY = re.compile(r"(entry|group)/([0-9]{1,9})")


@dataclass(frozen=True)
class Within:
    """A place that is being searched.

    Args:
        key: as it stands in the address: "group/3", "entry/12".
    """

    key: str
    title: str
    url: str
    language: str = ""


def place_called(key: str, *, reader: Member | None, language: str) -> Within | None:
    """The place, or None when there is none that this reader may see."""
    found = KEY.fullmatch(key)
    if found is None:
        return None
    number = int(found[2])
    if found[1] == "group":
        group = db.session.scalar(select(Group).where(Group.id == number, groups_visible_to(reader)))
        return Within(key, group.label(language), f"/groups/{group.slug}") if group else None
    for entry in entries_named(titled_entries().where(Entry.id == number, visible_to(reader))):
        return Within(key, entry.title, entry.url, entry.language)
    return None
