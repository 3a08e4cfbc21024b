"""Mailing a post to whoever wants it at once: a handful in each transaction, so that a big group holds up nobody.

A worker that is killed on the way leaves whole handfuls behind, and the promise to go on; a mail's key says whose copy of
which post it is, so that doing a handful again promises nothing twice.
"""

from __future__ import annotations

from datetime import timedelta

from forum.kernel import clock
from forum.kernel.db import db
from forum.kernel.events import handles, record
from forum.kernel.mail import Delivery, Reason, objection, promise_all
from forum.notices.events import PostGoesOn
from forum.notices.letters import KIND, said_in, write
from forum.notices.recipients import BURST, recipients_of, said_lately, wants_at_once, why_not
from forum.threads.events import MemberMentioned, ReplyPosted, ThreadOpened
from forum.threads.models import Post, Thread

HANDFUL = 200
#: What is older when its turn comes is news for the digest: the worker stood still, or old posts were brought in.
LATEST = timedelta(days=1)


@handles(ReplyPosted)
def mail_a_reply(event: ReplyPosted) -> None:
    mail_post(event.post_id)


@handles(ThreadOpened)
def mail_a_thread(event: ThreadOpened) -> None:
    thread = db.session.get(Thread, event.thread_id)
    if thread is not None and thread.posts:
        mail_post(thread.posts[0].id)


@handles(PostGoesOn)
def go_on(event: PostGoesOn) -> None:
    mail_post(event.post_id, after=event.after)


@handles(MemberMentioned)
def mail_who_is_named(event: MemberMentioned) -> None:
    """Who was named by an edit was not among those who got the post; who was among them gets it once."""
    mail_post(event.post_id, only=event.mentioned_id)


def mail_post(post_id: int, *, after: int = 0, only: int | None = None) -> None:
    """Promise a post to a handful of those who want it at once, and to go on with the others.

    When a thread had BURST posts within an hour, the next mail only says that there is more, and then only whom a post names
    gets it: the others find it on the site and in their digest.

    Args:
        after: a member's id: those with higher ones have not been looked at.
        only: mail it to this member and nobody else.
    """
    post = db.session.get(Post, post_id)
    if post is None or post.is_deleted or (only is None and post.created_at < clock.now() - LATEST):
        return
    lately = said_lately(post)
    wanting = recipients_of(post, after=after, limit=HANDFUL, only=only, named_only=lately > BURST)
    said, more = said_in(post), said_in(post, is_more=True) if lately == BURST else None
    promise_all(
        [write(more if more and not to.is_named else said, to) for to in wanting if not to.is_paused],
    )
    if len(wanting) == HANDFUL:
        record(PostGoesOn(post_id=post_id, after=wanting[-1].id))


@objection
def is_not_wanted(delivery: Delivery) -> Reason | None:
    """Whether a post, promised a while ago, may still go: it is there, they may read it, and they still want it."""
    if delivery.kind != KIND or delivery.member_id is None:
        return None
    post = db.session.get(Post, int(delivery.key.split("-")[1]))  # see letters.key_of
    if post is None or post.is_deleted:
        return Reason.NOT_VISIBLE
    if wants_at_once(delivery.member_id, post):
        return None
    return why_not(delivery.member_id, post)
