"""Telling members what was said, and what moved, in what they follow."""

from __future__ import annotations

from sqlalchemy import select

from forum.access.scopes import readers_of
from forum.accounts.models import Member
from forum.entries.models import Follow, Level, Link, Relation
from forum.kernel.db import db
from forum.kernel.events import handles
from forum.library.events import FileAdded, ResourceEdited
from forum.library.models import Resource
from forum.notices.models import NoticeKind, Reason
from forum.notices.telling import tell, tell_of_change, tell_of_post, tell_of_thread
from forum.recommendations.events import RecommendationAdopted
from forum.recommendations.models import Recommendation
from forum.threads.events import MemberMentioned, ReplyPosted, ThreadOpened
from forum.threads.models import Post, Thread


@handles(ReplyPosted)
def tell_of_a_reply(event: ReplyPosted) -> None:
    post = db.session.get(Post, event.post_id)
    if post is not None and not post.is_deleted and not post.is_hidden and not post.thread.is_hidden:
        tell_of_post(post.thread, post, post.number)


@handles(ThreadOpened)
def tell_of_a_thread(event: ThreadOpened) -> None:
    thread = db.session.get(Thread, event.thread_id)
    if thread is not None and not thread.is_hidden:
        about = select(Link.to_id).where(Link.from_id == thread.id, Link.relation == Relation.ABOUT)
        tell_of_thread(thread, db.session.scalars(about.where(Link.revoked_at.is_(None))))


@handles(MemberMentioned)
def tell_who_was_named(event: MemberMentioned) -> None:
    post = db.session.get(Post, event.post_id)
    if post is None or post.is_deleted or post.is_hidden or not _hears(event.mentioned_id, post.thread):
        return
    tell(
        [event.mentioned_id],
        NoticeKind.MENTION,
        Reason.NAMED,
        key=f"mention-{post.id}",
        entry_id=post.thread_id,
        actor_id=event.member_id,
        number=post.number,
    )


def _hears(member_id: int, thread: Thread) -> bool:
    """Whether a member may read a thread, and did not choose to hear nothing of it, even when named."""
    muted = select(Follow.member_id).where(Follow.entry_id == thread.id, Follow.level == Level.MUTED)
    found = select(Member.id).where(Member.id == member_id, readers_of(thread), Member.id.not_in(muted))
    return db.session.scalar(found) is not None


@handles(RecommendationAdopted)
def tell_of_what_was_adopted(event: RecommendationAdopted) -> None:
    found = db.session.get(Recommendation, event.recommendation_id)
    if found is not None:
        tell_of_change(found, NoticeKind.ADOPTED, actor_id=event.member_id)


@handles(ResourceEdited)
def tell_of_what_changed(event: ResourceEdited) -> None:
    _tell_of_resource(event.resource_id, event.member_id)


@handles(FileAdded)
def tell_of_what_came_to_it(event: FileAdded) -> None:
    _tell_of_resource(event.resource_id, event.member_id)


def _tell_of_resource(resource_id: int, member_id: int) -> None:
    resource = db.session.get(Resource, resource_id)
    if resource is not None and not resource.is_hidden:
        tell_of_change(resource, NoticeKind.CHANGED, actor_id=member_id)
