"""A post as mail: what was said, in its reader's language, under headers by which mail programs build the conversation.

RFC 5322 3.6.4 (threads), 2369, 2919 and 8058 (lists and how one leaves them), 5064 (where it can be read).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from babel.dates import format_date, format_time
from flask import current_app, render_template
from flask_babel import force_locale, get_locale, ngettext
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import select

from forum.community.models import Group
from forum.entries.models import Visibility
from forum.kernel import mail
from forum.kernel.db import db
from forum.kernel.i18n import direction
from forum.kernel.mail import Message, address_of
from forum.kernel.mail.message import LONGEST_NAME
from forum.kernel.text import trusted
from forum.notices.models import Reason
from forum.notices.recipients import Recipient
from forum.notifications.addresses import group_address, reply_address
from forum.notifications.origins import MailOrigin, message_id_of
from forum.notifications.schedule import zone_of
from forum.notifications.streams import stream_headers
from forum.notifications.tokens import Purpose, Token
from forum.threads.models import Post

KIND = "post"
ANSWERING = re.compile(r"\s*(re|aw|sv|rv|res|rép|رد)\s*:\s*", re.I)
LOCAL_LINK = re.compile(r'(?<= href=")(?=[/#])(#?)')  # in what the sanitiser wrote
LARGEST_WORDS = 8000  # bytes of the text part; the whole is below 10 KB, as every mail of ours


@dataclass(frozen=True)
class Said:
    """A post with all that its mails have in common.

    Args:
        before: Message-IDs of what it goes on from, oldest first; the last is what it answers.
        restricted: only the members of its group may read it, so its words are in no mail.
        is_more: the thread went on faster than anybody reads mail: this one only says so.
    """

    post: Post
    group: Group
    author: str
    before: tuple[str, ...]
    restricted: bool
    is_more: bool

    @property
    def path(self) -> str:
        return f"/threads/{self.post.thread_id}/posts/{self.post.number}"

    @property
    def body_html(self) -> Markup:
        """What was said, with links that lead to us from anywhere."""
        here = address_of(self.path)
        return trusted(LOCAL_LINK.sub(lambda link: f"{here}#" if link[1] else address_of(""), self.post.html))

    @property
    def words(self) -> str:
        """What was said, as it was typed, or as much of it as goes into a mail."""
        whole = self.post.body.encode()
        if len(whole) <= LARGEST_WORDS:
            return self.post.body
        return whole[:LARGEST_WORDS].decode("utf-8", "ignore").rsplit(None, 1)[0] + " …"

    @property
    def goes_on(self) -> bool:
        """Whether there is more of it than `words` say."""
        return len(self.post.body.encode()) > LARGEST_WORDS


def said_in(post: Post, *, is_more: bool = False) -> Said:
    """Gather, once for all its mails, what there is to say of a post."""
    author = post.author
    return Said(
        post,
        post.thread.group or Group(slug="forum", name=""),
        author.name if author is not None and not author.erased_at else "",
        _before(post),
        Visibility.GROUP in (post.visibility, post.thread.visibility),
        is_more,
    )


def _before(post: Post) -> tuple[str, ...]:
    """The Message-IDs of the thread's first post and of the previous one: ours, and their authors' own where they came by mail."""
    if post.number == 1:
        return ()
    found = select(Post.id).where(Post.thread_id == post.thread_id, Post.number.in_((1, post.number - 1)))
    ids = list(db.session.scalars(found.order_by(Post.number)))
    those = (*ids, post.thread_id)
    origins = {
        row.entry_id: row.message_id
        for row in db.session.scalars(select(MailOrigin).where(MailOrigin.entry_id.in_(those)))
    }
    domain = mail.office().sender.domain
    names: list[str] = [origins[post.thread_id]] if post.thread_id in origins else []
    for id in ids:
        names += [origins[id]] if id in origins else []
        names.append(message_id_of(id, domain))
    return tuple(dict.fromkeys(names))


def key_of(post_id: int, member_id: int) -> str:
    """Names the mail that brings a post to a member."""
    return f"{KIND}-{post_id}-{member_id}"


def write(said: Said, to: Recipient) -> Message:
    """One post as a mail to one member."""
    with force_locale(to.language):
        return _discreet(said, to) if to.is_discreet else _whole(said, to)


def _whole(said: Said, to: Recipient) -> Message:
    post = said.post
    stop = stopping(said, to)
    answerable = to.may_answer and post.thread.is_open
    reply_to = reply_address(Token(Purpose.ANSWER_POST, to.id, post.id)) if answerable else ""
    context = {
        **_common(to),
        "said": said,
        "title": post.thread.title,
        "wording_language": post.language,
        "author": said.author or _("A former member"),
        "group": said.group.label(to.language),
        "moment": _moment(post.created_at, to.time_zone),
        "why": why(said, to),
        "path": said.path,
        "alone_path": f"/u/{Token(Purpose.SEE_POST, to.id, post.id)}",
        "stop_path": f"/unsubscribe/{stop}",
        "stop_words": stop_words(stop, said, to),
        "answerable": bool(reply_to),
    }
    return Message(
        to=to.email,
        subject=subject_of(post),
        text=render_template("notices/mail/post.txt", **context).strip() + "\n",
        html=render_template("notices/mail/post.html", **context),
        language=to.language,
        key=key_of(post.id, to.id),
        kind=KIND,
        member_id=to.id,
        sender_name="" if said.restricted else _sender(context["author"]),
        reply_to=reply_to,
        message_id=message_id_of(post.id, mail.office().sender.domain),
        in_reply_to=said.before[-1] if said.before else "",
        references=said.before,
        headers=_headers(said, to, stop),
    )


def _discreet(said: Said, to: Recipient) -> Message:
    """That something is new: not what, nor where, nor by whom; not even in a header."""
    stop = Token(Purpose.STOP_NOTICES, to.id)
    context = {**_common(to), "stop_path": f"/unsubscribe/{stop}"}
    return Message(
        to=to.email,
        subject=ngettext("%(num)s new item", "%(num)s new items", 1),
        text=render_template("notices/mail/discreet.txt", **context).strip() + "\n",
        html=render_template("notices/mail/discreet.html", **context),
        language=to.language,
        key=key_of(said.post.id, to.id),
        kind=KIND,
        member_id=to.id,
        message_id=message_id_of(said.post.id, mail.office().sender.domain),
        headers=stream_headers(
            "notices",
            stop=stop,
            stop_path=f"/unsubscribe/{stop}",
            archive="/me/notices",
            archived_at="/me/notices",
        ),
    )


def _common(to: Recipient) -> dict[str, object]:
    return {
        "name": to.name,
        "language": to.language,
        "direction": direction(to.language),
        "address_of": address_of,
        "site_name": current_app.config["SITE_NAME"],
    }


def subject_of(post: Post) -> str:
    """The title; "Re:" before it, once, for all but the opening post. RFC 5322 3.6.5."""
    title = post.thread.title
    return title if post.number == 1 else f"Re: {ANSWERING.sub('', title, count=1) or title}"


def _sender(author: object) -> str:
    """The author's name and ours; never their address."""
    site = current_app.config["SITE_NAME"]
    whole = _("%(name)s via %(site)s", name=author, site=site)
    return _(
        "%(name)s via %(site)s", name=str(author)[: max(8, LONGEST_NAME - len(whole) + len(str(author)))], site=site
    )


def _moment(at: datetime, time_zone: str) -> str:
    """When it was said, by its reader's clocks."""
    zone, locale = zone_of(time_zone), get_locale()
    return f"{format_date(at.astimezone(zone), 'medium', locale=locale)} {format_time(at, 'short', tzinfo=zone, locale=locale)}"


def stopping(said: Said, to: Recipient) -> Token:
    """What one click on this mail stops: what made it come."""
    if to.reason is Reason.NAMED:
        return Token(Purpose.STOP_NOTICES, to.id)
    if to.reason is Reason.EACH:
        return Token(Purpose.STOP_GROUP, to.id, said.group.id)
    return Token(Purpose.STOP_ENTRY, to.id, said.post.thread_id)


def stop_words(stop: Token, said: Said, to: Recipient) -> str:
    return {
        Purpose.STOP_NOTICES: _("No posts by mail at once any more:"),
        Purpose.STOP_GROUP: _("Hear no more of this group:"),
        Purpose.STOP_ENTRY: _("Hear no more of this thread:"),
    }[stop.purpose]


def why(said: Said, to: Recipient) -> str:
    """Why it came to this member."""
    sentences = {
        Reason.NAMED: _("You get this because it names you."),
        Reason.EACH: _("You get this because you want each post of “%(group)s”.", group=said.group.label(to.language)),
        Reason.STARTED: _("You get this because you started the thread."),
    }
    return sentences.get(to.reason, _("You get this because you follow every post of the thread."))


def _headers(said: Said, to: Recipient, stop: Token) -> dict[str, str]:
    headers = stream_headers(
        said.group.slug,
        stop=stop,
        stop_path=f"/unsubscribe/{stop}",
        archive=f"/groups/{said.group.slug}",
        archived_at=said.path,
    )
    if to.may_answer and (address := group_address(said.group.slug)):
        headers["List-Post"] = f"<mailto:{address}>"
    return headers | {"Precedence": "list"}
