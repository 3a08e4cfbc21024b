"""One's own page, and one's own data: to look at, to take along, to erase."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, flash, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import logout_user
from flask_security import auth_required
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from forum.accounts.forms import EraseForm
from forum.accounts.models import Member
from forum.accounts.queries import sessions_of
from forum.accounts.session import member, sign_in_required
from forum.community.directory import portrait_of, profile_of
from forum.community.models import Group, Membership
from forum.community.operations import leave
from forum.entries.models import Follow
from forum.entries.titles import titles_of
from forum.inbound.queries import all_received_of
from forum.kernel.db import db
from forum.notices.queries import all_of
from forum.notifications.choosing import taken_along
from forum.searches.queries import searches_of
from forum.threads.models import Post, PostQuote, ReadMark, Thread
from forum.threads.queries import drafts_of
from forum.web.hypermedia import page, see_other

bp = Blueprint("me", __name__)


@bp.get("/me")
@sign_in_required
def show() -> ResponseReturnValue:
    group = selectinload(Membership.group)
    names = (group.joinedload(Group.region), group.joinedload(Group.theme))  # a group may be called after either
    mine = select(Membership).where(Membership.member_id == member().id).options(*names)
    return page(
        "me/show.html",
        person=portrait_of(member().handle, reader=member()),
        memberships=db.session.scalars(mine.order_by(Membership.requested_at)).all(),
    )


@bp.get("/me/settings/account")
@sign_in_required
def account() -> ResponseReturnValue:
    return page("me/account.html", form=EraseForm())


@bp.get("/me/export.json")
@sign_in_required
def export() -> ResponseReturnValue:
    body = json.dumps(everything_about(member()), ensure_ascii=False, indent=2)
    return Response(
        body,
        mimetype="application/json",
        headers={
            "Content-Disposition": f'attachment; filename="{member().handle}.json"',
            "Cache-Control": "private, no-store",
        },
    )


@bp.post("/me/settings/account/erase")
@auth_required("session", within=30, grace=10)
def erase() -> ResponseReturnValue:
    form = EraseForm()
    if not form.validate_on_submit():
        return page("me/account.html", form=form, status=422)
    leave(member())
    session.pop("sid", None)
    logout_user()
    flash(_("Your account is erased. What you said stays, without your name. Thank you for having been here."))
    return see_other("/")


def everything_about(person: Member) -> dict[str, Any]:
    """All we hold about a member, in plain values."""
    profile = profile_of(person)
    groups = select(Membership).where(Membership.member_id == person.id).options(selectinload(Membership.group))
    posts = db.session.scalars(select(Post).where(Post.author_id == person.id).order_by(Post.id)).all()
    titled = select(Thread.id, Thread.title).where(Thread.id.in_({post.thread_id for post in posts}))
    titles = {row.id: row.title for row in db.session.execute(titled)}
    folded = select(PostQuote).where(PostQuote.post_id.in_(select(Post.id).where(Post.author_id == person.id)))
    quoted = {row.post_id: row.text for row in db.session.scalars(folded)}
    return {
        "account": {
            "name": person.name,
            "handle": person.handle,
            "email": person.email,
            "language": person.language,
            "time_zone": person.time_zone,
            "joined": person.joined_at.isoformat(),
            "stated_to_be_adult": _when(person.adult_stated_at),
            "accepted_charter": _when(person.charter_accepted_at),
            "charter_version": person.charter_version,
        },
        "profile": {
            "profession": profile.profession.slug if profile.profession else None,
            "organisation": profile.organisation,
            "country": profile.country_code,
            "languages": profile.languages,
            "regions": [region.slug for region in profile.regions],
            "themes": [theme.slug for theme in profile.themes],
            "about": profile.about,
        },
        "groups": [
            {"group": row.group.slug, "role": row.role.value, "joined": _when(row.joined_at)}
            for row in db.session.scalars(groups)
        ],
        "searches": [
            {"name": kept.search.name, "question": kept.search.question, "filters": kept.search.filters}
            | {"mails": kept.search.mails, "kept_since": kept.search.created_at.isoformat()}
            for kept in searches_of(person)
        ],
        "posts": [
            {"thread": post.thread_id, "title": titles.get(post.thread_id), "number": post.number}
            | {"language": post.language, "written": post.created_at.isoformat(), "text": post.body}
            | ({"quoted": quoted[post.id]} if post.id in quoted else {})
            for post in posts
        ],
        **_theirs_alone(person),
    }


def _theirs_alone(person: Member) -> dict[str, Any]:
    """What nobody else is shown: drafts, what they follow and why, how far they read, where they are signed in."""
    follows = db.session.scalars(select(Follow).where(Follow.member_id == person.id).order_by(Follow.created_at)).all()
    named = titles_of(row.entry_id for row in follows)
    read = select(ReadMark).where(ReadMark.member_id == person.id).order_by(ReadMark.thread_id)
    return {
        "drafts": [
            {"place": draft.place, "title": draft.title, "text": draft.body, "saved": draft.saved_at.isoformat()}
            for draft in drafts_of(person)
        ],
        "follows": [
            {"entry": row.entry_id, "address": named[row.entry_id].url if row.entry_id in named else None}
            | {"level": row.level.value, "because": row.because.value, "since": row.created_at.isoformat()}
            for row in follows
        ],
        "read": [
            {"thread": mark.thread_id, "up_to_post": mark.number, "when": mark.read_at.isoformat()}
            for mark in db.session.scalars(read)
        ],
        "mail": taken_along(person),
        "notices": [
            {"what": each.kind.value, "why": each.reason.value, "entry": each.entry_id, "said": each.said}
            | {"when": each.at.isoformat(), "read": _when(each.read_at)}
            for each in all_of(person)
        ],
        "sent_by_mail": [
            {"subject": mail.subject, "to": mail.envelope_to, "when": mail.received_at.isoformat()}
            | {"became": mail.fate.value, "why": mail.why.value, "words": words}
            for mail, words in all_received_of(person)
        ],
        "sessions": [{"browser": row.browser, "signed_in": row.created_at.isoformat()} for row in sessions_of(person)],
    }


def _when(instant: Any) -> str | None:
    return instant.isoformat() if instant else None
