"""What a mail becomes as a text of ours: its words, title and language, and what is folded under it."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select

from forum.accounts.models import Member
from forum.inbound.comparing import Sent
from forum.inbound.folding import Folded, fold
from forum.kernel.db import db
from forum.kernel.languages import SURE, guess
from forum.kernel.mail import Delivery
from forum.kernel.mail.message import one_line
from forum.kernel.plain import plain
from forum.notifications.addresses import answering_domain
from forum.threads.models import Thread

#: "Re:", "Fwd: ", "AW:", "[name of a list]", however often, at the beginning of a subject.
PREFIX = re.compile(
    r"(?:\s|\[[^\[\]]{1,60}\]|(?:re|r|fw|fwd|aw|wg|rv|tr|enc|res|ref|sv|vs|rif|i|رد|إعادة توجيه|أعاد توجيه|на|пер)"
    r"\s?(?:\[\d{1,2}\]|\(\d{1,2}\))?\s?[:：])",
    re.IGNORECASE,
)
WORDS_OF_A_TITLE = 80  # characters
KEYS = re.compile(r"/(unsubscribe|searches/stop|me/mail/sure|u)/[A-Za-z0-9]{20,200}")
MAILBOX = re.compile(r"(?<![\w.+-])([\w.+-]{1,64})@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")


def what_we_sent(*keys: str) -> Sent | None:
    """The words of the mail that is answered, by its key; None where they are forgotten."""
    parts: list[str] = []
    for text, html in db.session.execute(select(Delivery.text, Delivery.html).where(Delivery.key.in_(keys))):
        parts += filter(None, (text, plain_of_html(html)))
    return Sent(parts) if parts else None


TAG = re.compile(r"<(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>")


def plain_of_html(html: str) -> str:
    """The words of a page of our own making."""
    return unescape(TAG.sub(" ", html))


def told_apart(text: str, sent: Sent | None) -> Folded:
    """A mail's words apart from the rest, without anything that lets others act for its author."""
    folded = fold(text, sent)
    points = tuple(replace(point, own=without_keys(point.own)) for point in folded.points)
    own, quoted, signature = map(without_keys, (folded.own, folded.quoted, folded.signature))
    return Folded(own, quoted, signature, points)


def without_keys(text: str) -> str:
    """A text without addresses that bear a token: who has one can stop somebody's mail."""
    text = KEYS.sub(r"/\1/…", text)
    domain = answering_domain()
    if domain and domain.casefold() in text.casefold():
        text = re.sub(rf"[A-Za-z2-7]{{22,200}}@{re.escape(domain)}", f"…@{domain}", text, flags=re.IGNORECASE)
    return text


def shown_folded(text: str) -> str:
    """What may stand folded under a post: without the mail addresses of other people."""
    return MAILBOX.sub(r"\1@…", text)


def title_of(subject: str, own: str) -> str:
    """A subject as a title: on one line, without what mail programs add; its first words where there is none."""
    title = one_line(subject)
    while (found := PREFIX.match(title)) is not None:
        title = title[found.end() :]
    title = title.strip() or " ".join(plain(own[:500]).split())[:WORDS_OF_A_TITLE].strip() or _("Without a title")
    return title if len(title) <= Thread.TITLE_LENGTH else title[: Thread.TITLE_LENGTH - 1].rstrip() + "…"


def language_of(text: str, by: Member) -> str:
    """The language a text is filed under: its own where that is plain, else its author's."""
    seems, sure = guess(text)
    return seems if sure >= SURE and seems in current_app.config["LANGUAGES"] else by.language


def item_of(text: str, number: int) -> str:
    """What a digest said of one of its lines, which is all that whoever reads the answer may see of it."""
    lines = text.split("\n")
    for first, line in enumerate(lines):
        if line.startswith(f"{number}. "):
            end = next((at for at in range(first, len(lines)) if not lines[at].strip()), len(lines))
            return "\n".join(lines[first:end])
    return ""
