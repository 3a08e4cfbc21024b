"""Words of mails that were not posted, kept for their author to use after all."""

from __future__ import annotations

from forum.accounts.models import Member
from forum.community.models import Group
from forum.inbound.models import MailQuestion, MailWords, ReceivedMail
from forum.kernel.db import db
from forum.kernel.text import cleaned
from forum.notifications.models import Digest
from forum.threads.models import Post

MOST = 200_000  # characters


def keep_words(
    received: ReceivedMail, text: str, *, title: str, about: Post | Digest | Group | MailQuestion | None, by: Member
) -> None:
    """Keep what somebody wrote, with the form of the site it belongs in."""
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


def forget_words(received: ReceivedMail) -> None:
    """They stand on the site now."""
    if (known := db.session.get(MailWords, received.id)) is not None:
        db.session.delete(known)
