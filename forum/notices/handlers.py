"""What the worker does after a deed: tell whom it concerns. And by the clock: forget what was read long ago."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, select, update

from forum.access.scopes import readers_of
from forum.accounts.events import MemberApproved, MemberErased, MemberWaiting
from forum.accounts.models import Member, Standing
from forum.accounts.queries import moderators
from forum.community.models import Membership, MembershipRole
from forum.entries.models import Follow, Level, Link, Relation
from forum.glossary.events import SuggestionDecided
from forum.glossary.models import TermSuggestion
from forum.glossary.models import Verdict as TermVerdict
from forum.groups.events import AskedToJoin, MemberBroughtIn, RequestAnswered
from forum.kernel import clock
from forum.kernel.db import db
from forum.kernel.events import handles
from forum.kernel.jobs import every
from forum.library.events import EditDecided, EditSuggested, FileAdded, ResourceEdited
from forum.library.models import Resource, SuggestedEdit, Verdict
from forum.notices.models import Notice, NoticeKind, Reason
from forum.notices.telling import tell, tell_of_change, tell_of_post, tell_of_thread
from forum.recommendations.events import RecommendationAdopted
from forum.recommendations.models import Recommendation
from forum.threads.events import (
    MemberMentioned,
    PostDeleted,
    PostRestored,
    ReplyPosted,
    ThreadClosed,
    ThreadMoved,
    ThreadOpened,
    ThreadReopened,
)
from forum.threads.models import Post, ReadMark, Thread

KEEP_READ = timedelta(days=180)
KEEP_UNREAD = timedelta(days=400)


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


@handles(ThreadClosed)
def tell_whose_was_closed(event: ThreadClosed) -> None:
    _tell_whose(db.session.get(Thread, event.thread_id), NoticeKind.CLOSED, by=event.member_id)


@handles(ThreadReopened)
def tell_whose_was_reopened(event: ThreadReopened) -> None:
    _tell_whose(db.session.get(Thread, event.thread_id), NoticeKind.REOPENED, by=event.member_id)


@handles(ThreadMoved)
def tell_whose_was_moved(event: ThreadMoved) -> None:
    _tell_whose(db.session.get(Thread, event.thread_id), NoticeKind.MOVED, by=event.member_id)


@handles(PostDeleted)
def tell_whose_was_deleted(event: PostDeleted) -> None:
    _tell_whose(db.session.get(Post, event.post_id), NoticeKind.DELETED, by=event.member_id)


@handles(PostRestored)
def tell_whose_was_restored(event: PostRestored) -> None:
    _tell_whose(db.session.get(Post, event.post_id), NoticeKind.RESTORED, by=event.member_id)


def _tell_whose(thing: Thread | Post | None, kind: NoticeKind, *, by: int) -> None:
    """Tell its author what somebody who looks after the place did with it, once a day; who did it themselves knows."""
    if thing is None or thing.author_id in (None, by):
        return
    post = thing if isinstance(thing, Post) else None
    thread_id = post.thread_id if post else thing.id
    tell(
        [thing.author_id],
        kind,
        Reason.THEIRS,
        key=f"{kind.value}-{thing.id}-{clock.now():%Y%m%d}",
        entry_id=thread_id,
        path=f"/threads/{thread_id}/posts/{post.number}" if post else "",
    )


@handles(AskedToJoin)
def tell_who_may_admit(event: AskedToJoin) -> None:
    """The facilitators of the group; the moderators where it has none."""
    asked = db.session.get(Membership, (event.group_id, event.member_id))
    if asked is None or asked.is_active:
        return  # answered, or withdrawn, before we came to it
    tending = select(Membership.member_id).where(
        Membership.group_id == event.group_id,
        Membership.joined_at.is_not(None),
        Membership.role == MembershipRole.FACILITATOR,
    )
    those = list(db.session.scalars(tending))
    tell(
        those or [each.id for each in moderators()],
        NoticeKind.ASKED,
        Reason.TENDING if those else Reason.MODERATING,
        key=f"asked-{event.group_id}-{event.member_id}-{asked.requested_at:%Y%m%d%H%M%S}",
        group_id=event.group_id,
        actor_id=event.member_id,
        said=event.note,
        path=f"/groups/{asked.group.slug}/requests",
    )


@handles(RequestAnswered)
def tell_who_asked(event: RequestAnswered) -> None:
    kind = NoticeKind.ADMITTED if event.admitted else NoticeKind.DECLINED
    key = f"{kind.value}-{event.group_id}-{clock.now():%Y%m%d}"
    tell([event.member_id], kind, Reason.ASKED, key=key, group_id=event.group_id, said=event.word)


@handles(MemberBroughtIn)
def tell_the_newcomer(event: MemberBroughtIn) -> None:
    key = f"brought-in-{event.group_id}-{clock.now():%Y%m%d}"
    tell([event.member_id], NoticeKind.BROUGHT_IN, Reason.MEMBER, key=key, group_id=event.group_id)


@handles(MemberWaiting)
def tell_the_moderators(event: MemberWaiting) -> None:
    newcomer = db.session.get(Member, event.member_id)
    if newcomer is not None and newcomer.standing is Standing.WAITING:
        tell(
            [each.id for each in moderators()],
            NoticeKind.NEWCOMER,
            Reason.MODERATING,
            key=f"newcomer-{newcomer.id}",
            actor_id=newcomer.id,
            path="/moderation",
        )


@handles(MemberApproved)
def welcome(event: MemberApproved) -> None:
    tell([event.member_id], NoticeKind.WELCOME, Reason.MEMBER, key="welcome", path="/groups")


@handles(EditSuggested)
def tell_who_may_change_it(event: EditSuggested) -> None:
    """The author of the resource; the moderators where nobody here is the author."""
    found = db.session.get(SuggestedEdit, event.suggestion_id)
    if found is None or found.verdict is not Verdict.OPEN:
        return
    author = found.resource.author
    theirs = author is not None and author.is_admitted
    readers = [author.id] if author is not None and theirs else [each.id for each in moderators()]
    tell(
        [id for id in readers if id != found.member_id],
        NoticeKind.SUGGESTED,
        Reason.THEIRS if theirs else Reason.MODERATING,
        key=f"suggested-{found.id}",
        entry_id=found.resource_id,
        actor_id=found.member_id,
        said=found.reason,
        path=f"/library/suggestions#suggestion-{found.id}",
    )


@handles(EditDecided)
def tell_who_suggested_it(event: EditDecided) -> None:
    found = db.session.get(SuggestedEdit, event.suggestion_id)
    if found is None or found.decided_by_id == found.member_id:
        return
    tell(
        [found.member_id],
        NoticeKind.TAKEN if found.verdict is Verdict.ACCEPTED else NoticeKind.NOT_TAKEN,
        Reason.ASKED,
        key=f"decided-{found.id}",
        entry_id=found.resource_id,
        actor_id=found.decided_by_id,
        said=found.answer,
    )


@handles(SuggestionDecided)
def tell_who_suggested_a_word(event: SuggestionDecided) -> None:
    found = db.session.get(TermSuggestion, event.suggestion_id)
    if found is None or found.author_id in (None, found.decided_by_id):
        return
    tell(
        [found.author_id],
        NoticeKind.TAKEN if found.verdict is TermVerdict.TAKEN else NoticeKind.NOT_TAKEN,
        Reason.ASKED,
        key=f"term-{found.id}",
        actor_id=found.decided_by_id,
        said=found.answer,
        path=f"/glossary/{found.concept.slug}" if found.concept else "/glossary",
    )


@every(timedelta(days=1))
def settle_and_forget() -> None:
    """Write down what was read by reading the thread; forget what was read long ago, and what nobody read for a year."""
    now, quietly = clock.now(), {"synchronize_session": False}
    passed = select(ReadMark.member_id).where(
        ReadMark.member_id == Notice.member_id, ReadMark.thread_id == Notice.entry_id, ReadMark.number >= Notice.last
    )
    read = update(Notice).where(Notice.read_at.is_(None), Notice.last.is_not(None), passed.exists())
    db.session.execute(read.values(read_at=now).execution_options(**quietly))
    for old in (Notice.read_at < now - KEEP_READ, Notice.at < now - KEEP_UNREAD):
        db.session.execute(delete(Notice).where(old).execution_options(**quietly))


@handles(MemberErased)
def forget_what_they_were_told(event: MemberErased) -> None:
    theirs = delete(Notice).where(Notice.member_id == event.member_id)
    db.session.execute(theirs.execution_options(synchronize_session=False))
