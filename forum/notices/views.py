"""What concerns me: the list, one read, all read."""

from __future__ import annotations

from flask import Blueprint, flash, make_response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from forum.accounts.session import member, sign_in_required
from forum.kernel.errors import NotFound
from forum.notices import operations, words
from forum.notices.alone import looked_at
from forum.notices.queries import notices_of
from forum.notifications import tokens
from forum.threads.fragments import fragments_of
from forum.threads.queries import post_row
from forum.web.hypermedia import page, see_other, wants_fragment
from forum.web.paging import asked_page

bp = Blueprint("notices", __name__)


@bp.get("/me/notices")
@sign_in_required
def index() -> ResponseReturnValue:
    """All that concerns me, or only what I have not read."""
    unread = request.args.get("state") == "unread"
    told = notices_of(member(), unread=unread, page=asked_page())
    if told.is_beyond_the_end:
        raise NotFound
    newest = max((each.notice.id for each in told), default=0)
    return page("notices/index.html", told=told, unread=unread, words=words, newest=newest)


@bp.get("/u/<token>")
def alone(token: str) -> ResponseReturnValue:
    """The one post a mail told of, without signing in. Nothing is written, so a mail scanner that opens it does no harm."""
    found = looked_at(tokens.read(token))
    post = post_row(found.thread, found.post.number, reader=found.member)
    answer = make_response(page("notices/alone.html", alone=found, wording=fragments_of([post])[0][1]))
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


@bp.post("/me/notices/<int:notice_id>/read")
@sign_in_required
def read(notice_id: int) -> ResponseReturnValue:
    operations.mark_read(notice_id, by=member())
    if wants_fragment():
        return "", 200
    return see_other("/me/notices")


@bp.post("/me/notices/read")
@sign_in_required
def read_all() -> ResponseReturnValue:
    """Everything up to the latest that was on the page I looked at."""
    asked = request.form.get("up_to", "")
    operations.mark_all_read(by=member(), up_to=int(asked) if asked.isascii() and asked.isdigit() else 0)
    flash(_("All of it is marked as read."), "success")
    return see_other("/me/notices")
