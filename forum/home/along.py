"""What somebody takes along: everything we hold about them. GDPR, Article 20; tests/domain/test_along.py names what is left out."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from forum.access.scopes import visible_to
from forum.accounts.models import Invitation, Member, Passkey
from forum.accounts.queries import sessions_of
from forum.community.directory import profile_of
from forum.community.models import Membership
from forum.entries.models import Entry, Follow, Kind
from forum.entries.titles import titles_of
from forum.glossary.models import TermSuggestion
from forum.inbound.queries import all_received_of
from forum.kernel.db import db
from forum.kernel.mail import Delivery, pause_on
from forum.library.models import SuggestedEdit
from forum.notices.queries import all_of
from forum.notifications.choosing import taken_along
from forum.notifications.models import Digest
from forum.searches.queries import searches_of
from forum.threads.models import Post, PostQuote, PostRevision, ReadMark, Thread
from forum.threads.queries import drafts_of


def everything_about(person: Member) -> dict[str, Any]:
    """All we hold about a member, in plain values."""
    profile = profile_of(person)
    groups = select(Membership).where(Membership.member_id == person.id).options(selectinload(Membership.group))
    posts = db.session.scalars(select(Post).where(Post.author_id == person.id).order_by(Post.id)).all()
    titled = select(Thread.id, Thread.title).where(
        Thread.id.in_({post.thread_id for post in posts}), visible_to(person)
    )
    titles = {row.id: row.title for row in db.session.execute(titled)}
    folded = select(PostQuote).where(PostQuote.post_id.in_(select(Post.id).where(Post.author_id == person.id)))
    quoted = {row.post_id: row.text for row in db.session.scalars(folded)}
    return {
        "account": _account_of(person),
        "profile": {
            "profession": profile.profession.slug if profile.profession else None,
            "organisation": profile.organisation,
            "country": profile.country_code,
            "languages": profile.languages,
            "regions": [region.slug for region in profile.regions],
            "themes": [theme.slug for theme in profile.themes],
            "about": profile.about,
            "shown_to": {
                "directory": profile.shown_in_directory.value,
                "organisation": profile.shown_organisation.value,
                "country": profile.shown_country.value,
                "about": profile.shown_about.value,
            },
        },
        "groups": [
            {"group": row.group.slug, "role": row.role.value, "joined": _when(row.joined_at)}
            | {"asked": row.requested_at.isoformat(), "note": row.request_note}
            for row in db.session.scalars(groups)
        ],
        "searches": [
            {"name": kept.search.name, "question": kept.search.question, "filters": kept.search.filters}
            | {"wishes": kept.search.wishes, "mails": kept.search.mails}
            | {"kept_since": kept.search.created_at.isoformat(), "looked_at": kept.search.looked_at.isoformat()}
            for kept in searches_of(person)
        ],
        "posts": [
            {"thread": post.thread_id, "title": titles.get(post.thread_id), "number": post.number}
            | {"language": post.language, "written": post.created_at.isoformat(), "text": post.body}
            | ({"quoted": quoted[post.id]} if post.id in quoted else {})
            for post in posts
        ],
        "earlier_wordings": [
            {"post": row.post_id, "version": row.version, "text": row.body, "until": row.replaced_at.isoformat()}
            for row in db.session.scalars(_wordings_of(person))
        ],
        "made": _made_by(person),
        "suggestions": _suggested_by(person),
        **_theirs_alone(person),
        **_of_the_account(person),
    }


def _account_of(person: Member) -> dict[str, Any]:
    pause = pause_on(person.email)
    return {
        "name": person.name,
        "handle": person.handle,
        "email": person.email,
        "office": person.office.value,
        "language": person.language,
        "time_zone": person.time_zone,
        "joined": person.joined_at.isoformat(),
        "stated_to_be_adult": _when(person.adult_stated_at),
        "accepted_charter": _when(person.charter_accepted_at),
        "charter_version": person.charter_version,
        "confirmed": _when(person.confirmed_at),
        "admitted": _when(person.approved_at),
        "refused": _when(person.refused_at),
        "refused_because": person.refused_reason,
        "suspended_until": _when(person.suspended_until),
        "second_factor": person.tf_primary_method,
        "telephone": person.tf_phone_number,
        "mail_paused": {"since": pause.since.isoformat(), "because": pause.reason.value} if pause else None,
    }


def _theirs_alone(person: Member) -> dict[str, Any]:
    """What nobody else is shown: drafts, what they follow and why, how far they read, where they are signed in."""
    follows = db.session.scalars(select(Follow).where(Follow.member_id == person.id).order_by(Follow.created_at)).all()
    seen = select(Entry.id).where(Entry.id.in_([row.entry_id for row in follows]), visible_to(person))
    named = titles_of(db.session.scalars(seen))
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
            | {"not_posted": [{"line": each.number, "why": each.why.value, "words": each.text} for each in lines]}
            for mail, words, lines in all_received_of(person)
        ],
    }


def _wordings_of(person: Member) -> Select[Any]:
    theirs = select(Post.id).where(Post.author_id == person.id)
    return select(PostRevision).where(PostRevision.post_id.in_(theirs)).order_by(PostRevision.id)


def _made_by(person: Member) -> list[dict[str, Any]]:
    """Threads, resources, reading lists and whatever else bears their name; posts are told with their words."""
    mine = select(Entry.id, Entry.created_at).where(Entry.author_id == person.id, Entry.kind != Kind.POST)
    rows = db.session.execute(mine.order_by(Entry.id)).all()
    named = titles_of(row.id for row in rows)
    return [
        {"kind": named[row.id].kind.value, "title": named[row.id].title, "address": named[row.id].url}
        | {"when": row.created_at.isoformat()}
        for row in rows
        if row.id in named
    ]


def _suggested_by(person: Member) -> list[dict[str, Any]]:
    edits = db.session.scalars(select(SuggestedEdit).where(SuggestedEdit.member_id == person.id))
    terms = db.session.scalars(select(TermSuggestion).where(TermSuggestion.author_id == person.id))
    return [
        *(
            {"resource": edit.resource_id, "changes": edit.changes, "words": edit.reason, **_answered(edit)}
            for edit in edits
        ),
        *({"concept": term.concept_id, "words": term.words, **_answered(term)} for term in terms),
    ]


def _answered(suggestion: SuggestedEdit | TermSuggestion) -> dict[str, Any]:
    return {
        "when": suggestion.created_at.isoformat(),
        "verdict": suggestion.verdict.value,
        "answer": suggestion.answer,
    }


def _of_the_account(person: Member) -> dict[str, Any]:
    """Whom they invited, how they sign in, and what mail of ours there was for them.

    Of mail that never left, the subject is not told: it may name what was hidden from them before it went.
    """
    mails = select(Delivery).where(Delivery.member_id == person.id).order_by(Delivery.id)
    invited = select(Invitation).where(Invitation.invited_by_id == person.id).order_by(Invitation.id)
    return {
        "sessions": [{"browser": row.browser, "signed_in": row.created_at.isoformat()} for row in sessions_of(person)],
        "passkeys": [
            {"name": key.name, "made": key.create_datetime.isoformat(), "last_used": key.lastuse_datetime.isoformat()}
            for key in db.session.scalars(select(Passkey).where(Passkey.member_id == person.id))
        ],
        "invitations": [
            {"to": row.email, "when": row.created_at.isoformat(), "used": row.used_by_id is not None}
            for row in db.session.scalars(invited)
        ],
        "sent_to_them": [
            {"subject": mail.subject if mail.sent_at else None, "kind": mail.kind, "state": mail.state.value}
            | {"when": mail.created_at.isoformat()}
            for mail in db.session.scalars(mails)
        ],
        "digests": [
            row.isoformat()
            for row in db.session.scalars(select(Digest.day).where(Digest.member_id == person.id).order_by(Digest.day))
        ],
    }


def _when(instant: Any) -> str | None:
    return instant.isoformat() if instant else None
