"""What was taken back, in a sentence that names it as far as its author may still know of it."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select

from forum.access.scopes import visible_to
from forum.accounts.models import Member
from forum.entries.models import Entry, Follow, Level
from forum.entries.titles import named, titled_entries
from forum.inbound.models import Did, MailDeed
from forum.kernel.db import db
from forum.notifications.stopping import called
from forum.notifications.tokens import Purpose, Token
from forum.threads.models import Post


def what_is_taken_back(deed: MailDeed, *, by: Member) -> str:
    """How it is now that a deed was undone. To be called in its author's language."""
    if deed.did is Did.PUT_OFF:
        return _("the digest tells again what waits for you")
    if deed.did is Did.STOP:
        return _what_comes_again(Token(Purpose(deed.before["purpose"]), by.id, deed.before["object"]), by)
    if deed.did is Did.JOIN:
        return _where_they_are_not(Token(Purpose.STOP_GROUP, by.id, deed.before["group"]), by)
    title = _title(deed, by)
    if deed.did is Did.FOLLOW:
        return _how_they_follow(deed.entry_id, title, by)
    if deed.did is Did.POST:
        return _("your post in “%(title)s” is deleted", title=title) if title else _("your post is deleted")
    if deed.did is Did.THREAD:
        if not title:
            return _(
                "the conversation you started has lost its opening words, and is closed if nobody had answered",
            )
        return _(
            "“%(title)s”, the conversation you started, has lost its opening words, and is closed if nobody had answered",
            title=title,
        )
    if not title:
        return _("the file you sent is a draft that only you see")
    return _("“%(title)s”, the file you sent, is a draft that only you see", title=title)


def _what_comes_again(token: Token, by: Member) -> str:
    name = called(token, by.language)
    if token.purpose is Purpose.STOP_DIGEST:
        return _("your digest comes again")
    if token.purpose is Purpose.STOP_NOTICES:
        return _("posts come by mail at once again")
    if token.purpose is Purpose.STOP_SEARCHES:
        return _("mail about the searches you keep comes again")
    if token.purpose is Purpose.STOP_GROUP and name:
        return _("mail is no longer stopped for the group “%(group)s”", group=name)
    if token.purpose is Purpose.STOP_ENTRY and name:
        return _how_they_follow(token.object_id, name, by)
    return _("the mail you had stopped comes again")


def _where_they_are_not(token: Token, by: Member) -> str:
    if name := called(token, by.language):
        return _("you are not in the group “%(group)s”, and do not ask to join it any more", group=name)
    return _("you are not in the group any more, and your request to join it is withdrawn")


def _how_they_follow(entry_id: int | None, title: str, by: Member) -> str:
    """As it is: somebody who ordered the same twice, and takes the second back, still has what the first did."""
    if not title:
        return _("you follow the conversation as before")
    level = db.session.scalar(select(Follow.level).where(Follow.entry_id == entry_id, Follow.member_id == by.id))
    if level is None:
        return _("you do not follow “%(title)s” any more", title=title)
    if level is Level.MUTED:
        return _("“%(title)s” is muted, as it was before", title=title)
    return _("you follow “%(title)s” again, as before", title=title)


def _title(deed: MailDeed, by: Member) -> str:
    """Of a post, the title of its conversation."""
    id = deed.entry.thread_id if isinstance(deed.entry, Post) else deed.entry_id
    found = named(titled_entries().where(Entry.id == id, visible_to(by)))
    return found[0].title if found else ""
