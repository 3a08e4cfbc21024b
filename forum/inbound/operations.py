"""What people do about mail that came in: use its words after all, say that it was theirs, decide for others."""

from __future__ import annotations

from forum.access.rules import Can, authorize
from forum.accounts.models import Member
from forum.groups import operations as groups
from forum.inbound.answers import answer
from forum.inbound.belonging import Stands, form_for, group_missed, standing, thread_at
from forum.inbound.holding import let_pass, throw_away
from forum.inbound.models import HeldMail, MailLine, MailWords
from forum.kernel.errors import Invalid, NotFound, Refused
from forum.kernel.i18n import _
from forum.kernel.text import cleaned
from forum.threads import operations as threads
from forum.threads.queries import draft_for


def into_draft(words: MailWords | MailLine, *, by: Member) -> str:
    """Put the words of a mail, or of a line of one, into the form they belong in, below what stands there; returns the form's name.

    Raises:
        Refused: they belong in no one form, or it is not there any more.
        Invalid: with what is there already they are longer than a post can be.
    """
    if not words.place:
        raise Refused(_("These words belong in several conversations. Copy each to where it belongs."))
    if not (form := form_for(words, reader=by)):
        raise Refused(_("The conversation they answer is not there any more. Copy them to where they belong now."))
    place = form if form.startswith("thread:") else "new"
    known = draft_for(place, reader=by)
    before = known.body.rstrip() if known else ""
    body = before if words.text.strip() in before else "\n\n".join(filter(None, (before, words.text)))
    title = known.title if known and known.title else _title_of(words, by)
    saved = threads.save_draft(
        place, title=title if place == "new" else "", body=body, version=known.version if known else 0, by=by
    )
    if saved.conflict:
        raise Refused(_("You are writing in this form just now. Copy the words from here instead."))
    return form


def _title_of(words: MailWords | MailLine, reader: Member) -> str:
    if isinstance(words, MailWords):
        return words.title
    thread = thread_at(words.place, reader=reader)
    return thread.title if thread else ""


def join_for(words: MailWords | MailLine, *, by: Member) -> Stands:
    """Join the group these words were refused for want of; tells whether that was done at once.

    Raises:
        NotFound: they were not refused for that, or the group is not there for them.
    """
    group = group_missed(words, reader=by)
    if group is None:
        raise NotFound
    groups.join(group, by=by)
    return standing(by, group)


def pass_on(held: HeldMail, *, by: Member) -> None:
    """A moderator knows that it is its member's: it is posted as theirs."""
    authorize(by, Can.JUDGE_MAIL)
    let_pass(held, by=by.id)


def turn_down(held: HeldMail, *, reason: str, by: Member) -> None:
    """A moderator does not let it pass, and says why; the member is told, and can still use the words.

    Raises:
        Invalid: no reason was given.
    """
    authorize(by, Can.JUDGE_MAIL)
    reason = cleaned(reason).strip()[:500]
    if not reason:
        raise Invalid(_("Please give a reason; they will read it."), "reason")
    received, member = held.received, held.member
    throw_away(held, forget=False)
    answer(received, "turned_down", to=member, reason=reason)
