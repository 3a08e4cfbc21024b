"""What a link in a mail would stop, in words to whoever bears it."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select

from forum.access.scopes import groups_visible_to, visible_to
from forum.accounts.models import Member
from forum.community.models import Group
from forum.entries.models import Entry
from forum.entries.titles import named, titled_entries
from forum.kernel.db import db
from forum.notifications.tokens import Purpose, Token


def what_it_stops(token: Token, language: str) -> str:
    """A sentence; it names the group or the thread as far as its member may know of it."""
    if token.purpose is Purpose.STOP_DIGEST:
        return _("You will get no digest any more.")
    if token.purpose is Purpose.STOP_NOTICES:
        return _(
            "You will get no posts by mail at once any more: what names you, and what you follow, is in your digest."
        )
    name = called(token, language)
    if token.purpose is Purpose.STOP_GROUP:
        if name:
            return _("You will hear no more of the group “%(group)s”: not at once, and not in your digest.", group=name)
        return _("You will hear no more of this group: not at once, and not in your digest.")
    if token.purpose is Purpose.STOP_ENTRY and name:
        return _("You will hear no more of “%(title)s”, not even when somebody names you in it.", title=name)
    return _("You will hear nothing more of this.")


def called(token: Token, language: str) -> str:
    """The name of the group or the entry a token is about; empty where its member may not know of it."""
    member = db.session.get(Member, token.member_id)
    if member is None:
        return ""
    if token.purpose is Purpose.STOP_GROUP:
        group = db.session.scalar(select(Group).where(Group.id == token.object_id, groups_visible_to(member)))
        return group.label(language) if group else ""
    found = named(titled_entries().where(Entry.id == token.object_id, visible_to(member)))
    return found[0].title if found else ""
