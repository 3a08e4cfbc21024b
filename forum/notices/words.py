"""What a notice says, in its reader's language: what happened, and why it came to them."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext

from forum.notices.models import NoticeKind, Reason
from forum.notices.queries import Told

KIND = NoticeKind


def sentence(told: Told) -> str:
    """What happened. The title of what it is about stands beside it."""
    notice = told.notice
    name = notice.actor.name if notice.actor and not notice.actor.erased_at else _("A former member")
    if notice.kind is KIND.REPLIES:
        return _replies(told.count, name)
    sentences = {
        KIND.THREAD: _("%(name)s opened a thread", name=name),
        KIND.MENTION: _("%(name)s mentioned you", name=name),
        KIND.ADOPTED: _("This recommendation was adopted"),
        KIND.CHANGED: _("%(name)s changed this resource", name=name),
        KIND.CLOSED: _("Your thread was closed"),
        KIND.REOPENED: _("Your thread was opened again"),
        KIND.MOVED: _("Your thread was moved to another group"),
        KIND.DELETED: _("Your post was deleted"),
        KIND.RESTORED: _("Your post was restored"),
        KIND.ASKED: _("%(name)s asks to join", name=name),
        KIND.ADMITTED: _("You were let in"),
        KIND.DECLINED: _("Your request to join was declined"),
        KIND.BROUGHT_IN: _("A facilitator made you a member"),
        KIND.NEWCOMER: _("%(name)s waits to be admitted", name=name),
        KIND.WELCOME: _("Welcome: you have been admitted"),
        KIND.SUGGESTED: _("%(name)s suggested a change", name=name),
        KIND.TAKEN: _("Your suggestion was taken up"),
        KIND.NOT_TAKEN: _("Your suggestion was not taken up"),
        KIND.FOUND: _("A search you keep found something new"),
        KIND.OPERATORS: ngettext(
            "%(num)s mail came to postmaster@ or abuse@", "%(num)s mails came to postmaster@ or abuse@", told.count
        ),
    }
    return str(sentences[notice.kind])


def _replies(count: int, name: str) -> str:
    if count == 0:
        return str(_("What was replied is not there any more"))
    if count == 1:
        return str(_("%(name)s replied", name=name))
    return str(ngettext("%(num)s new reply", "%(num)s new replies", count))


def about(told: Told) -> str:
    """What it is about, where that is no entry: a group, a search, a page."""
    notice = told.notice
    if notice.kind is KIND.FOUND:
        return notice.said
    places = {
        KIND.NEWCOMER: _("Newcomers"),
        KIND.WELCOME: _("Find your groups"),
        KIND.TAKEN: _("Glossary"),
        KIND.NOT_TAKEN: _("Glossary"),
        KIND.OPERATORS: _("For those who look after the site"),
    }
    return str(places.get(notice.kind, _("On the forum")))


def why(told: Told) -> str:
    """Why it came to this member."""
    sentences = {
        Reason.CHOSE: _("you follow it"),
        Reason.STARTED: _("you started it"),
        Reason.REPLIED: _("you took part in it"),
        Reason.MENTIONED: _("you were named in it"),
        Reason.GROUP: _("it is in one of your groups"),
        Reason.EACH: _("you want each post of its group"),
        Reason.NAMED: _("it names you"),
        Reason.THEIRS: _("it is yours"),
        Reason.ASKED: _("you asked for it"),
        Reason.TENDING: _("you look after the group"),
        Reason.MODERATING: _("you are a moderator"),
        Reason.KEPT: _("you keep this search"),
        Reason.ABOUT: _("it is about something you follow"),
        Reason.MEMBER: _("it is about you"),
        Reason.SITE: _("you look after the site"),
    }
    return str(sentences[told.notice.reason])
