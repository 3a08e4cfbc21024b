"""A post's Markdown made into HTML, with the members and entries it names looked up."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice

from sqlalchemy import delete, select

from forum.accounts.models import Member
from forum.catalogue.queries import entries_called
from forum.community.models import Membership
from forum.entries.models import Because, Entry, Level, Visibility
from forum.entries.operations import follow
from forum.instruments.linking import places_in
from forum.kernel.db import db, insert_or
from forum.kernel.events import record
from forum.kernel.text import RENDERED_BY, Rendered, cleaned, render
from forum.threads.events import MemberMentioned
from forum.threads.models import Mention, Post, Thread

#: Nobody names more in one post except to annoy; the rest stay plain words.
AS_MANY = 50


def handles_to_addresses(handles: frozenset[str]) -> Mapping[str, str]:
    """Which of these handles belong to members, and where their pages are."""
    known = select(Member.handle).where(Member.handle.in_(list(islice(sorted(handles), AS_MANY))))
    return {handle: f"/members/{handle}" for handle in db.session.scalars(known.where(Member.erased_at.is_(None)))}


def references_to_addresses(references: frozenset[str]) -> Mapping[str, str]:
    """Which of these references exist, and where. Only public ones: the HTML is the same for every reader."""
    found = entries_called(islice(sorted(references), AS_MANY * 4), reader=None)
    return {reference: entry.url for reference, entry in found.items()}


def rendered(body: str) -> Rendered:
    """The HTML of a post, as it will be stored or as a preview shows it."""
    return render(body, members=handles_to_addresses, entries=references_to_addresses, citations=places_in)


def write(post: Post, body: str, *, by: Member) -> Rendered:
    """Give a post its wording; `note_mentions` afterwards, once the post has an id."""
    made = rendered(body)
    post.body, post.html, post.rendered_by = cleaned(body), made.html, RENDERED_BY
    return made


def note_mentions(post: Post, thread: Thread, handles: frozenset[str], *, by: Member) -> None:
    """Remember who is named in a post, and let those newly named follow the thread from here."""
    before = set(db.session.scalars(select(Mention.member_id).where(Mention.post_id == post.id)))
    named = {m.id: m for m in _who_can_read(thread, handles) if m.id != by.id}
    if gone := before - named.keys():
        db.session.execute(delete(Mention).where(Mention.post_id == post.id, Mention.member_id.in_(gone)))
    for member_id in sorted(named.keys() - before):
        row = insert_or(Mention).values(post_id=post.id, member_id=member_id)
        db.session.execute(row.on_conflict_do_nothing())
        follow(thread, by=named[member_id], level=Level.DIGEST, because=Because.MENTIONED)
        record(MemberMentioned(post_id=post.id, mentioned_id=member_id, member_id=by.id))


def _who_can_read(thread: Entry, handles: frozenset[str]) -> list[Member]:
    if not handles:
        return []
    query = select(Member).where(Member.handle.in_(handles))
    if thread.visibility is Visibility.GROUP:
        query = query.join(Membership, Membership.member_id == Member.id)
        query = query.where(Membership.group_id == thread.group_id, Membership.joined_at.is_not(None))
    return list(db.session.scalars(query))
