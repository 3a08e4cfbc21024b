"""Words of mails that were not posted, kept for their author to use after all."""

from __future__ import annotations

from sqlalchemy import func, select

from forum.accounts.models import Member
from forum.community.models import Group
from forum.inbound.models import MailLine, MailQuestion, MailWords, ReceivedMail, Why
from forum.kernel.db import db, save
from forum.kernel.text import cleaned
from forum.notifications.models import Digest
from forum.threads.models import Post, Thread

MOST = 200_000  # characters
MOST_LINES = 100  # of one mail, each by itself


def keep_words(
    received: ReceivedMail, text: str, *, title: str, about: Post | Digest | Group | MailQuestion | None, by: Member
) -> None:
    """Keep what somebody wrote, with the form of the site it belongs in; nothing where there are no words."""
    if not text.strip():
        return
    place = ""
    if isinstance(about, Post):
        place = f"thread:{about.thread_id}"
    elif isinstance(about, Group):
        place = f"new:{about.slug}"
    row = MailWords(
        received_id=received.id, member_id=by.id, title=title[:200], text=cleaned(text)[:MOST], place=place[:60]
    )
    db.session.merge(row)
    db.session.flush()


def keep_line(
    received: ReceivedMail, number: int, text: str, *, why: Why, sentence: str, about: Thread | None, by: Member
) -> None:
    """Keep what somebody answered to one line of a digest and could not be posted; nothing where there are no words.

    Args:
        number: of the line; 0 for what stands above the first number.
        sentence: why not, in their language, where `why` alone does not say it.
    """
    if not text.strip():
        return
    text = cleaned(text)[:MOST]
    known = (
        db.session.scalar(select(func.count()).select_from(MailLine).where(MailLine.received_id == received.id)) or 0
    )
    if known >= MOST_LINES:
        said = f"{number}: {text}" if number else text
        _add_to_the_last(db.session.get_one(MailLine, (received.id, known)), said)
        return
    save(
        MailLine(
            received_id=received.id,
            position=known + 1,
            member_id=by.id,
            number=number,
            text=text,
            place=f"thread:{about.id}" if about else "",
            why=why,
            sentence=sentence[: MailLine.SENTENCE_LENGTH],
        )
    )


def _add_to_the_last(line: MailLine, text: str) -> None:
    """Of more lines than anybody writes by hand the rest is kept as one, for no one form."""
    line.text, line.number, line.place = f"{line.text}\n\n{text}"[:MOST], 0, ""
    db.session.flush()


def forget_words(received: ReceivedMail) -> None:
    """They stand on the site now."""
    if (known := db.session.get(MailWords, received.id)) is not None:
        db.session.delete(known)
