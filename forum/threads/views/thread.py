"""One thread: reading it, following where one is in it."""

from __future__ import annotations

import hashlib
from typing import Any

from flask import Response, make_response, request, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf

from forum import __version__
from forum.access.rules import Can, may, wrote
from forum.accounts.models import Member
from forum.accounts.session import member, reader, sign_in_required
from forum.threads import operations
from forum.threads.forms import ReplyForm
from forum.threads.fragments import fragments_of
from forum.threads.models import Thread
from forum.threads.queries import Reading, filed, get_thread, posts_in
from forum.threads.views.blueprint import bp
from forum.threads.views.standpoint import as_rows, standpoint
from forum.web.hypermedia import page, see_other, wants_fragment
from forum.web.languages import chosen, time_zone
from forum.web.paging import NoSuchPage, Page, asked_page
from forum.web.sharing.places import now_making
from forum.web.waiting import count_waiting

THREAD_DEEDS = (Can.REPLY, Can.CLOSE, Can.PIN, Can.MOVE, Can.RETITLE, Can.HIDE)


@bp.get("/threads/<int:thread_id>")
def show(thread_id: int) -> ResponseReturnValue:
    """A page of a thread: twenty posts by their numbers."""
    reading, number = get_thread(thread_id, reader=reader()), asked_page()
    if number > reading.thread.page_count:
        raise NoSuchPage
    tag = None if now_making() else _entity_tag(reading, number)
    if tag and request.if_none_match.contains_weak(tag):
        return _validated(Response(status=304), tag)
    return _validated(make_response(page("threads/show.html", **shown(reading, number))), tag)


def shown(reading: Reading, number: int, form: ReplyForm | None = None, **more: Any) -> dict[str, Any]:
    """What the template of a thread needs.

    Args:
        number: of the page.
        form: the reply as far as it is written; made from the draft when not given.
    """
    thread, looking = reading.thread, reader()
    posts = posts_in(thread, page=number, reader=looking)
    last = posts[-1].number if posts else 0
    stands = standpoint(reading, looking)
    return {
        "stands": stands,
        "thread": thread,
        "group": reading.group,
        "filed": filed(thread, reader=looking),
        "page": Page(posts, number, number < thread.page_count, thread.post_count, Thread.POSTS_ON_A_PAGE),
        "posts": fragments_of(posts),
        "last": last,
        "me": looking,
        "deeds": deeds_open_to(looking, reading),
        "form": form or reply_form(stands, looking, last),
        "described": _described(reading),
        **as_rows(stands),
        **more,
    }


def deeds_open_to(looking: Member | None, reading: Reading) -> frozenset[Can]:
    """What to offer beside this thread. Most readers belong to no list of exceptions, and cost no question."""
    if looking is None:
        return frozenset()
    if reading.membership is None and not looking.is_moderator and not wrote(looking, reading.thread):
        return frozenset()
    return frozenset(can for can in THREAD_DEEDS if may(looking, can, reading.thread))


def reply_form(stands: Any, looking: Member | None, last: int = 0) -> ReplyForm:
    """An empty form for a reply, or what its writer had begun.

    Args:
        stands: where they stand (see `standpoint`).
        last: number of the last post they are shown.
    """
    form = ReplyForm(language=looking.language if looking else chosen(), shown=last)
    if stands is not None:
        form.body.data, form.draft_version.data = stands.draft(), stands.draft_version()
        form.submission.data = stands.submission()
    return form


@bp.get("/threads/<int:thread_id>/unread")
def first_unread(thread_id: int) -> ResponseReturnValue:
    """Where a reader left off: the first post they have not seen, else the last one there is."""
    reading = get_thread(thread_id, reader=reader())
    return see_other(post_url(reading.thread, min(reading.read_to + 1, max(1, reading.thread.post_count))))


@bp.post("/threads/<int:thread_id>/read")
@sign_in_required
def read(thread_id: int) -> ResponseReturnValue:
    """Remember how far the reader has read."""
    reading = get_thread(thread_id, reader=member())
    asked = request.form.get("number", "")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 9 else 0
    operations.mark_read(reading.thread, number, by=member())
    if wants_fragment():
        return page("threads/read.html", fragment="read")
    return see_other(f"/threads/{thread_id}?page={Thread.page_of(max(1, min(number, reading.thread.post_count)))}")


def post_url(thread: Thread, number: int) -> str:
    """The page and place of a post."""
    in_page = Thread.page_of(number)
    return f"/threads/{thread.id}{f'?page={in_page}' if in_page > 1 else ''}#post-{number}"


def _entity_tag(reading: Reading, number: int) -> str | None:
    """Everything the page depends on, in a few letters; None when it also carries a message shown once."""
    looking, follow, draft = reader(), reading.follow, reading.draft
    if "_flashes" in session or request.args.keys() - {"page"}:
        return None
    if looking is not None:
        generate_csrf()  # the page carries the session's token, so the session must have one before we look at it
    parts = (
        __version__,
        reading.thread.version,
        reading.thread.visibility,
        number,
        chosen(),
        time_zone(),
        wants_fragment(),
        looking and (looking.id, looking.name, looking.office, session.get("csrf_token"), count_waiting()),
        reading.membership and (reading.membership.role, reading.membership.is_active),
        follow and (follow.level, follow.because),
        reading.read_to,
        draft and draft.version,
        reading.group.name,
    )
    return hashlib.blake2b(repr(parts).encode(), digest_size=12).hexdigest()


def _validated(response: Response, tag: str | None) -> Response:
    if tag:
        response.set_etag(tag, weak=True)
    response.cache_control.private = True
    response.cache_control.no_cache = True
    return response


def _described(reading: Reading) -> dict[str, Any]:
    """The thread in schema.org's words, for those who read with machines. https://schema.org/DiscussionForumPosting"""
    thread = reading.thread
    author = thread.author.name if thread.author else _("A former member")
    return {
        "@context": "https://schema.org",
        "@type": "DiscussionForumPosting",
        "headline": thread.title,
        "inLanguage": thread.language,
        "datePublished": thread.created_at.isoformat(timespec="seconds"),
        "dateModified": thread.active_at.isoformat(timespec="seconds"),
        "author": {"@type": "Person", "name": author},
        "isPartOf": {"@type": "CreativeWork", "name": reading.group.name},
        "commentCount": max(0, thread.post_count - 1),
    }
