"""The mail a digest becomes: text that is complete in itself, HTML beside it, and headers that let one stop it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from flask import current_app, render_template
from flask_babel import force_locale, format_date, ngettext
from flask_babel import gettext as _

from forum.accounts.models import Member
from forum.kernel.i18n import direction
from forum.kernel.mail import Message, address_of
from forum.notifications.addresses import reply_address
from forum.notifications.duties import Duty
from forum.notifications.lines import Line, shortened
from forum.notifications.models import Section
from forum.notifications.streams import stream_headers
from forum.notifications.tokens import Purpose, Token

LARGEST_TEXT = 10_000  # bytes
SUBJECT_LENGTH = 90  # characters
BRIEF = 60  # characters of an excerpt, where room is short


def heading(section: Section) -> str:
    """What the lines of a section have in common, in the reader's language."""
    return {
        Section.REPLIES: _("Replies in what you follow"),
        Section.THREADS: _("New threads"),
        Section.RECOMMENDATIONS: _("Recommendations that moved"),
        Section.MEETINGS: _("Meetings coming up"),
        Section.RESOURCES: _("New in the library"),
    }[section]


def write(
    member: Member,
    lines: Sequence[Line],
    duties: Sequence[Duty] = (),
    *,
    day: date,
    left_out: int,
    discreet: bool,
    key: str,
    answered_as: Token | None = None,
) -> Message:
    """One digest as a mail in its reader's language.

    Args:
        lines: what is new.
        duties: what waits for them; one of the two is not empty.
        day: where the member is.
        left_out: how many more things there were.
        discreet: say only how many things are new.
        key: names the mail.
        answered_as: what an address to answer its lines at means. Nobody answers what says only how many there are.
    """
    reply_to = reply_address(answered_as) if answered_as and not discreet else ""
    stop = Token(Purpose.STOP_DIGEST, member.id)
    with force_locale(member.language):
        text = ""
        for shown in _smaller_and_smaller(list(lines)):
            text = render_template(
                "notifications/mail/digest.txt",
                **_context(member, shown, day, left_out + len(lines) - len(shown), discreet, stop, reply_to, duties),
            )
            if len(text.encode()) <= LARGEST_TEXT:
                break
        html = render_template(
            "notifications/mail/digest.html",
            **_context(member, list(lines), day, left_out, discreet, stop, reply_to, duties),
        )
        subject = _subject([*(line.title for line in lines), *(each.words for each in duties)], left_out, discreet)
    return Message(
        to=member.email,
        subject=subject,
        text=text.strip() + "\n",
        html=html,
        language=member.language,
        key=key,
        kind="digest",
        member_id=member.id,
        reply_to=reply_to,
        headers=stream_headers(
            "digest",
            stop=stop,
            stop_path=f"/unsubscribe/{stop}",
            archive="/threads",
            archived_at=f"/me/digests/{day.isoformat()}",
        ),
    )


def _smaller_and_smaller(lines: list[Line]) -> Sequence[list[Line]]:
    """All of it; with shorter excerpts; without any; and fewer lines, until it fits."""
    brief = [replace(line, excerpt=shortened(line.excerpt, BRIEF)) for line in lines]
    bare = [replace(line, excerpt="") for line in lines]
    return [lines, brief, bare, *(bare[:most] for most in range(len(bare) - 1, 0, -1))]


def _context(
    member: Member,
    lines: list[Line],
    day: date,
    left_out: int,
    discreet: bool,
    stop: Token,
    reply_to: str,
    duties: Sequence[Duty],
) -> dict[str, object]:
    sections = [(heading(section), [line for line in lines if line.section is section]) for section in Section]
    return {
        "member": member,
        "sections": [(words, found) for words, found in sections if found],
        "duties": duties,
        "count": len(lines) + left_out + (len(duties) if discreet else 0),
        "left_out": left_out,
        "discreet": discreet,
        "answerable": bool(reply_to and lines),
        "can_put_off": bool(reply_to and duties),
        "day": format_date(day, "full"),
        "language": member.language,
        "direction": direction(member.language),
        "address_of": address_of,
        "window_path": f"/me/digests/{day.isoformat()}",
        "stop_path": f"/unsubscribe/{stop}",
        "site_name": current_app.config["SITE_NAME"],
    }


def _subject(titles: Sequence[str], left_out: int, discreet: bool) -> str:
    """What comes first, and how much more there is.

    Args:
        titles: of all that is new, then of what waits.
    """
    count = len(titles) + left_out
    if discreet:
        return ngettext("%(num)s new item", "%(num)s new items", count)
    first = titles[0]
    if count == 1:
        return first[:SUBJECT_LENGTH]
    more = ngettext("and %(num)s more", "and %(num)s more", count - 1)
    return _("%(first)s, %(more)s", first=first[: SUBJECT_LENGTH - len(more) - 2], more=more)
