"""Everything one follows, with how much one hears of each and why: found, read page by page, and changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, func, select

from forum.access.scopes import visible_to
from forum.accounts.models import Member
from forum.entries.models import Entry, Follow, Kind, Level
from forum.entries.operations import follow, unfollow
from forum.entries.titles import titled_entries, titles_of
from forum.kernel.db import db
from forum.kernel.paging import Page
from forum.notifications.choosing import Choice, said
from forum.notifications.estimating import Usual, usual_in_threads

ON_A_PAGE = 30
LONGEST = 80  # letters of what is looked for


def what_is_followed(member: Member, *, words: str = "", level: str = "", number: int = 1) -> Page[Choice]:
    """What a member follows and may see, latest first.

    Args:
        words: each must stand in its title or be its reference.
        level: one of Level; all where it is none.
        number: which page, from 1.
    """
    query = _followed_by(member, words, level)
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    query = query.order_by(Follow.created_at.desc(), Follow.entry_id.desc())
    rows = db.session.execute(query.offset((number - 1) * ON_A_PAGE).limit(ON_A_PAGE + 1)).all()
    named = titles_of(row.entry_id for row in rows)
    usual = usual_in_threads(member, [row.entry_id for row in rows if row.kind is Kind.THREAD])
    choices = [
        Choice(
            f"follow-{row.entry_id}",
            named[row.entry_id].title,
            row.level.value,
            _levels(usual.get(row.entry_id, Usual())),
            named[row.entry_id].url,
            named[row.entry_id].language,
            row.because.value,
        )
        for row in rows
        if row.entry_id in named
    ]
    return Page.of(choices, number, size=ON_A_PAGE, total=total)


def _followed_by(member: Member, words: str, level: str) -> Select[Any]:
    query: Any = select(Follow.entry_id, Follow.level, Follow.because, Follow.created_at, Entry.kind)
    query = query.join(Entry, Entry.id == Follow.entry_id).where(Follow.member_id == member.id, visible_to(member))
    if level in set(Level):
        query = query.where(Follow.level == Level(level))
    if words := words.strip()[:LONGEST]:
        mine = select(Follow.entry_id).where(Follow.member_id == member.id)
        titled = titled_entries().where(Entry.id.in_(mine)).subquery()
        for word in words.split():
            is_called = titled.c.title.icontains(word, autoescape=True) | titled.c.reference.icontains(
                word, autoescape=True
            )
            query = query.where(Follow.entry_id.in_(select(titled.c.id).where(is_called)))
    narrowed: Select[Any] = query
    return narrowed


def _levels(usual: Usual) -> list[tuple[str, str]]:
    return [
        (Level.EVERY_POST.value, said(_("Every post"), usual.posts, usual.kb_at_once, mails=True)),
        (Level.DIGEST.value, _("In the digest")),
        (Level.MUTED.value, _("Nothing, even when mentioned")),
        ("none", _("Not following")),
    ]


def take_follows(member: Member, sent: Mapping[str, str]) -> None:
    """Do what a form with follows says, as far as it says something else than before; what is not theirs is passed over."""
    asked = {name[7:]: value for name, value in sent.items() if name.startswith("follow-")}
    ids = [int(id) for id in asked if id.isascii() and id.isdigit() and len(id) < 10][: 2 * ON_A_PAGE]
    mine = select(Follow, Entry).join(Entry, Entry.id == Follow.entry_id)
    rows = db.session.execute(mine.where(Follow.member_id == member.id, Follow.entry_id.in_(ids), visible_to(member)))
    for known, entry in rows.all():
        level = asked[str(entry.id)]
        if level == "none":
            unfollow(entry, by=member)
        elif level in set(Level) and level != known.level:
            follow(entry, by=member, level=Level(level))
