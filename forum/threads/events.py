"""What happens in conversations, for whoever wants to tell somebody."""

from dataclasses import dataclass

from forum.kernel.events import Event, event


@event("thread.opened")
@dataclass(frozen=True, kw_only=True)
class ThreadOpened(Event):
    thread_id: int
    member_id: int


@event("reply.posted")
@dataclass(frozen=True, kw_only=True)
class ReplyPosted(Event):
    thread_id: int
    post_id: int
    member_id: int


@event("post.edited")
@dataclass(frozen=True, kw_only=True)
class PostEdited(Event):
    post_id: int
    member_id: int


@event("post.deleted")
@dataclass(frozen=True, kw_only=True)
class PostDeleted(Event):
    """Args: reason: what its author is told, where somebody else deleted it."""

    post_id: int
    member_id: int
    reason: str = ""


@event("post.restored")
@dataclass(frozen=True, kw_only=True)
class PostRestored(Event):
    post_id: int
    member_id: int


@event("member.mentioned")
@dataclass(frozen=True, kw_only=True)
class MemberMentioned(Event):
    """Somebody who can read the post is named in it, for the first time."""

    post_id: int
    mentioned_id: int
    member_id: int


@event("thread.closed")
@dataclass(frozen=True, kw_only=True)
class ThreadClosed(Event):
    thread_id: int
    member_id: int


@event("thread.reopened")
@dataclass(frozen=True, kw_only=True)
class ThreadReopened(Event):
    thread_id: int
    member_id: int


@event("thread.moved")
@dataclass(frozen=True, kw_only=True)
class ThreadMoved(Event):
    thread_id: int
    from_group_id: int
    member_id: int
