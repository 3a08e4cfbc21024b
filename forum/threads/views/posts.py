"""Posts: reply, edit, delete, look back at earlier wordings."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from forum.access.rules import Can, authorize
from forum.accounts.forms import RefuseForm
from forum.accounts.session import member, reader, sign_in_required
from forum.kernel.differences import word_difference
from forum.kernel.errors import NotFound, Refused
from forum.kernel.text import trusted
from forum.threads import operations
from forum.threads.forms import EditForm, ReplyForm, plain_reply
from forum.threads.fragments import fragments_of
from forum.threads.models import Post, Thread
from forum.threads.queries import (
    Reading,
    draft_for,
    get_post,
    get_thread,
    post_row,
    quote_of,
    revisions_of,
    thread_to_answer,
)
from forum.threads.quoting import quoted
from forum.threads.views.blueprint import bp
from forum.threads.views.language import other_language
from forum.threads.views.standpoint import standpoint
from forum.threads.views.thread import deeds_open_to, post_url, reply_form
from forum.web.hypermedia import page, see_other, wants_fragment
from forum.web.limits import WRITING, at_most


@bp.get("/threads/<int:thread_id>/replies")
@sign_in_required
def compose(thread_id: int) -> ResponseReturnValue:
    """The form for a reply on a page of its own, perhaps with a quotation in it."""
    reading = get_thread(thread_id, reader=member())
    authorize(member(), Can.REPLY, reading.thread)
    form = reply_form(standpoint(reading, member()), member(), reading.thread.post_count)
    if quote := request.args.get("quote", type=int):
        form.body.data = "\n\n".join(filter(None, [(form.body.data or "").rstrip(), _quotation(thread_id, quote)]))
    return _reply_page(reading, form)


@bp.post("/threads/<int:thread_id>/replies")
@sign_in_required
def reply(thread_id: int) -> ResponseReturnValue:
    """Post a reply, or look at it first."""
    me = member()
    answering, said = thread_to_answer(thread_id, reader=me), plain_reply(request.form)
    thread = answering.thread
    if said is None:
        form = ReplyForm(request.form)
        if not form.validate():
            return _reply_page(_reading(thread), form, status=422)
        if "preview" in request.form:
            preview = trusted(operations.rendered(form.body.data or "").html)
            return _reply_page(_reading(thread), form, preview=preview)
        said = form.reply
    at_most(WRITING, "writing")
    post = operations.reply(
        thread,
        body=said.body,
        language=said.language,
        submission=said.submission,
        follows=answering.follows,
        has_draft=answering.has_draft,
        by=me,
    )
    if wants_fragment() and post.number == said.shown + 1 and post.number % Thread.POSTS_ON_A_PAGE != 1:
        form = ReplyForm(language=post.language, shown=post.number)
        return _reply_page(_reading(thread), form, posted=_alone(post), notice=other_language(post.body, post.language))
    if notice := other_language(post.body, post.language):
        flash(notice, "info")
    return see_other(post_url(thread, post.number))


def _reading(thread: Thread) -> Reading:
    return get_thread(thread.id, reader=member())


def _reply_page(reading: Reading, form: ReplyForm, status: int = 200, **more: Any) -> ResponseReturnValue:
    context = {"preview": None, "posted": None, "draft": None, "notice": "", **more}
    return page(
        "threads/reply.html",
        fragment="reply",
        status=status,
        form=form,
        thread=reading.thread,
        group=reading.group,
        me=member(),
        deeds=deeds_open_to(member(), reading),
        **context,
    )


def _quotation(thread_id: int, number: int) -> str:
    post = get_post(thread_id, number, reader=member())
    handle = post.author.handle if post.author else None
    return quoted(post.body, handle=handle, number=number, thread_id=thread_id)


def _alone(post: Post) -> Any:
    """One post with its fragment, as the list of a page has them."""
    return fragments_of([post_row(post.thread, post.number, reader=member())])[0]


@bp.get("/threads/<int:thread_id>/posts/<int:number>")
def permalink(thread_id: int, number: int) -> ResponseReturnValue:
    """Where a post stands, whatever was said after it; to htmx, the post itself."""
    reading = get_thread(thread_id, reader=reader())
    if not 1 <= number <= reading.thread.post_count:
        raise NotFound
    if wants_fragment():
        return _one_post(reading, number)
    return see_other(post_url(reading.thread, number))


def _one_post(reading: Reading, number: int) -> ResponseReturnValue:
    row = post_row(reading.thread, number, reader=reader())
    post, wording = fragments_of([row])[0]
    deeds = deeds_open_to(reader(), reading)
    return page(
        "threads/post.html",
        fragment="post",
        thread=reading.thread,
        post=post,
        wording=wording,
        me=reader(),
        deeds=deeds,
    )


@bp.get("/threads/<int:thread_id>/posts/<int:number>/edit")
@sign_in_required
def edit(thread_id: int, number: int) -> ResponseReturnValue:
    """The form to give a post another wording."""
    post = get_post(thread_id, number, reader=member())
    authorize(member(), Can.EDIT, post)
    if post.is_deleted:
        raise Refused(_("This post was deleted."))
    draft = draft_for(f"post:{thread_id}.{number}", reader=member())
    form = EditForm(
        body=draft.body if draft else post.body,
        language=post.language,
        version=post.version,
        draft_version=draft.version if draft else 0,
    )
    return _edit_page(post, form, draft=draft)


@bp.post("/threads/<int:thread_id>/posts/<int:number>/edit")
@sign_in_required
def update(thread_id: int, number: int) -> ResponseReturnValue:
    """Give a post another wording, or look at it first."""
    post, form = get_post(thread_id, number, reader=member()), EditForm(request.form)
    authorize(member(), Can.EDIT, post)
    valid = form.validate()
    if valid and form.version.data != post.version:
        valid, now = (
            False,
            _("This post was changed in the meantime. Below is your text; saving again replaces theirs."),
        )
        form.body.errors, form.version.data = [now], post.version
        form.version.raw_data = None
    if not valid or "preview" in request.form:
        preview = trusted(operations.rendered(form.body.data or "").html) if valid else None
        return _edit_page(post, form, status=200 if valid else 422, preview=preview)
    at_most(WRITING, "writing")
    operations.edit_post(
        post, body=form.body.data or "", language=form.language.data, version=form.version.data, by=member()
    )
    if wants_fragment():
        return _one_post(get_thread(thread_id, reader=member()), number)
    return see_other(post_url(post.thread, number))


def _edit_page(post: Post, form: EditForm, status: int = 200, **more: Any) -> ResponseReturnValue:
    context = {"preview": None, "draft": None, **more}
    return page(
        "threads/edit_post.html", fragment="post", status=status, post=post, thread=post.thread, form=form, **context
    )


@bp.get("/threads/<int:thread_id>/posts/<int:number>/delete")
@sign_in_required
def confirm_delete(thread_id: int, number: int) -> ResponseReturnValue:
    """What deleting means, before it is done."""
    post = get_post(thread_id, number, reader=member())
    authorize(member(), Can.DELETE, post)
    return _delete_page(post, RefuseForm())


def _delete_page(post: Post, form: RefuseForm, status: int = 200) -> ResponseReturnValue:
    wording, asks = trusted(post.html), operations.is_told_why(post, by=member())
    return page(
        "threads/delete_post.html", status=status, post=post, thread=post.thread, wording=wording, form=form, asks=asks
    )


@bp.post("/threads/<int:thread_id>/posts/<int:number>/delete")
@sign_in_required
def delete(thread_id: int, number: int) -> ResponseReturnValue:
    post, form = get_post(thread_id, number, reader=member()), RefuseForm()
    authorize(member(), Can.DELETE, post)
    if operations.is_told_why(post, by=member()) and not form.validate_on_submit():
        return _delete_page(post, form, status=422)
    operations.delete_post(post, by=member(), reason=form.reason.data or "")
    flash(_("The post is deleted. Its number stays, so that links to the others keep working."), "success")
    return see_other(post_url(post.thread, number))


@bp.post("/threads/<int:thread_id>/posts/<int:number>/restore")
@sign_in_required
def restore(thread_id: int, number: int) -> ResponseReturnValue:
    post = operations.restore_post(get_post(thread_id, number, reader=member()), by=member())
    flash(_("The post is back."), "success")
    return see_other(post_url(post.thread, number))


@bp.get("/threads/<int:thread_id>/posts/<int:number>/quoted")
@sign_in_required
def quote(thread_id: int, number: int) -> ResponseReturnValue:
    """What the mail a post came by quoted, and how it was signed: for members who may read the post."""
    post = get_post(thread_id, number, reader=member())
    return page("threads/quoted.html", fragment="quoted", post=post, thread=post.thread, quoted=quote_of(post))


@bp.post("/threads/<int:thread_id>/posts/<int:number>/quoted/remove")
@sign_in_required
def drop_quote(thread_id: int, number: int) -> ResponseReturnValue:
    post = get_post(thread_id, number, reader=member())
    operations.drop_quote(post, by=member())
    flash(_("The quoted text is gone; your words stay."), "success")
    return see_other(post_url(post.thread, number))


@bp.get("/threads/<int:thread_id>/posts/<int:number>/revisions")
def revisions(thread_id: int, number: int) -> ResponseReturnValue:
    """What a post said before, and what each edit changed. After a deletion, for moderators only."""
    post = get_post(thread_id, number, reader=reader())
    if post.is_deleted:
        authorize(reader(), Can.READ_DELETED, post)
    kept = revisions_of(post)
    wordings = [*[(r.version, r.body, r.replaced_at) for r in kept], (post.version, post.body, None)]
    changes = [
        {"version": after[0], "at": before[2], "pieces": word_difference(before[1], after[1])}
        for before, after in pairwise(wordings)
    ]
    return page("threads/revisions.html", post=post, thread=post.thread, first=wordings[0], changes=changes[::-1])
