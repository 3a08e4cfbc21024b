"""One post a mail told of, for its member who has not signed in: looked at, and nothing else.

The token in the mail says whose eyes look; what they may not see any more is not there for them here either.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from forum.access.scopes import visible_to
from forum.accounts.models import Member
from forum.entries.models import Entry, Visibility
from forum.kernel import clock
from forum.kernel.db import db
from forum.kernel.errors import NotFound
from forum.kernel.mail.deliveries import KEEP_WORDS
from forum.notifications.tokens import Purpose, Token
from forum.threads.models import Post, Thread


@dataclass(frozen=True)
class Alone:
    """A post by itself.

    Args:
        restricted: only its group may read it, so a link that can be passed on does not show its words.
    """

    member: Member
    thread: Thread
    post: Post
    restricted: bool


def looked_at(token: Token | None) -> Alone:
    """What a token lets its bearer look at, as long as the words of the mail itself are kept.

    Raises:
        NotFound: it is no such token, too old, or not for its member to see any more.
    """
    member = db.session.get(Member, token.member_id) if token and token.purpose is Purpose.SEE_POST else None
    if token is None or member is None or not member.is_admitted:
        raise NotFound
    found = select(Post).where(Post.id == token.object_id, visible_to(member), Post.deleted_at.is_(None))
    found = found.where(Entry.hidden_at.is_(None), Entry.created_at > clock.now() - KEEP_WORDS)
    post = db.session.scalar(found.options(joinedload(Post.author)))
    thread = db.session.scalar(select(Thread).where(Thread.id == post.thread_id, visible_to(member))) if post else None
    if post is None or thread is None:
        raise NotFound
    return Alone(member, thread, post, Visibility.GROUP in (post.visibility, thread.visibility))
