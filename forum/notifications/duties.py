"""What waits for one member to act: told before what is new, without a number, because no answer by mail does it.

Each slice that keeps somebody waiting says here how many wait and since when; slices above register theirs with `duty`.
All of it is one statement, and nothing is said that its member could not see on the page it leads to.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import ngettext
from sqlalchemy import Integer, Select, String, func, literal, or_, select, union_all

from forum.access.scopes import visible_to
from forum.accounts.models import Member
from forum.community.models import Group, Membership, MembershipRole
from forum.entries.models import Entry
from forum.glossary.models import TermSuggestion
from forum.glossary.models import Verdict as TermVerdict
from forum.kernel.db import db
from forum.library.models import SuggestedEdit, Verdict
from forum.recommendations.models import Recommendation
from forum.recommendations.models import State as Standing
from forum.threads.models import Draft

#: A draft is mentioned when nobody went on with it for so long.
OLD_DRAFT = timedelta(days=3)


@dataclass(frozen=True)
class Duty:
    """Something that waits, in its member's words."""

    words: str
    path: str
    count: int
    since: datetime  # when the latest of it began to wait


@dataclass(frozen=True)
class Source:
    """One kind of duty.

    Args:
        waiting: (ref, how many, since when the latest waits) for a member; nothing where it never concerns them.
        words: a sentence, from how many and what `ref` is called.
        path: where it is done, from what `ref` is called in addresses.
        whom: ids of members without an office for whom some of it may have begun to wait after a moment, up to another; nothing
            where it concerns moderators and the secretariat only.
    """

    waiting: Callable[[Member, datetime], Select[Any] | None]
    words: Callable[[int, str], str]
    path: Callable[[str], str]
    whom: Callable[[datetime, datetime], Select[Any]] | None = None


SOURCES: dict[str, Source] = {}


def duty(
    name: str,
    *,
    words: Callable[[int, str], str],
    path: Callable[[str], str],
    whom: Callable[[datetime, datetime], Select[Any]] | None = None,
) -> Callable[[Any], Any]:
    """Register what counts one kind of duty: called with a member and the moment it is asked for."""

    def register(waiting: Callable[[Member, datetime], Select[Any] | None]) -> Any:
        SOURCES[name] = Source(waiting, words, path, whom)
        return waiting

    return register


def counted(latest: Any, *, ref: Any = None) -> Select[Any]:
    """What a source answers with: rows to narrow down.

    Args:
        latest: column that says since when each waits.
        ref: column of the group it is in, where there is one.
    """
    group = literal(0, Integer) if ref is None else ref
    query: Any = select(group.label("ref"), func.count().label("number"), func.max(latest).label("since"))
    return query if ref is None else query.group_by(ref)


def may_begin(since: datetime, until: datetime) -> set[int]:
    """Members without an office for whom something may have begun to wait in a window: none is missing."""
    asked = [source.whom(since, until) for source in SOURCES.values() if source.whom is not None]
    return set(db.session.scalars(union_all(*asked)))


def duties_of(member: Member, *, at: datetime) -> list[Duty]:
    """What waits for a member at a moment. To be called in their language."""
    asked = {name: query for name, source in SOURCES.items() if (query := source.waiting(member, at)) is not None}
    everything = union_all(*(query.add_columns(literal(name, String).label("kind")) for name, query in asked.items()))
    rows = [row for row in db.session.execute(everything) if row.number]
    ids = {row.ref for row in rows if row.ref}
    groups = {group.id: group for group in db.session.scalars(select(Group).where(Group.id.in_(ids)))} if ids else {}
    made = []
    for row in sorted(rows, key=lambda row: (list(SOURCES).index(row.kind), row.ref)):
        group, source = groups.get(row.ref), SOURCES[row.kind]
        name, slug = (group.label(member.language), group.slug) if group else ("", "")
        made.append(Duty(source.words(row.number, name), source.path(slug), row.number, row.since))
    return made


FACILITATING = (Membership.role == MembershipRole.FACILITATOR, Membership.joined_at.is_not(None))
REQUEST: Any = Membership.__table__.alias("request")


@duty(
    "join requests",
    words=lambda count, group: ngettext(
        "%(num)s person asks to join “%(group)s”", "%(num)s people ask to join “%(group)s”", count, group=group
    ),
    path=lambda slug: f"/groups/{slug}/requests",
    whom=lambda since, _until: (
        select(Membership.member_id)
        .join(REQUEST, REQUEST.c.group_id == Membership.group_id)
        .where(*FACILITATING, REQUEST.c.joined_at.is_(None))
        .where(REQUEST.c.requested_at > since)
    ),
)
def requests_to_join(member: Member, at: datetime) -> Select[Any]:
    """To the groups somebody facilitates."""
    mine = select(Membership.group_id).where(Membership.member_id == member.id, *FACILITATING)
    asked = counted(Membership.requested_at, ref=Membership.group_id).where(Membership.joined_at.is_(None))
    return asked.where(Membership.group_id.in_(mine), Membership.requested_at <= at)


@duty(
    "newcomers",
    words=lambda count, _group: ngettext(
        "%(num)s newcomer waits to be admitted", "%(num)s newcomers wait to be admitted", count
    ),
    path=lambda _slug: "/moderation",
)
def newcomers(member: Member, at: datetime) -> Select[Any] | None:
    """For moderators."""
    if not member.is_moderator:
        return None
    waiting = (Member.confirmed_at.is_not(None), Member.approved_at.is_(None), Member.refused_at.is_(None))
    return counted(Member.confirmed_at).where(*waiting, Member.erased_at.is_(None), Member.confirmed_at <= at)


@duty(
    "suggested edits",
    words=lambda count, _group: ngettext(
        "%(num)s suggestion for the library waits for your answer",
        "%(num)s suggestions for the library wait for your answer",
        count,
    ),
    path=lambda _slug: "/library/suggestions",
    whom=lambda since, _until: (
        select(Entry.author_id)
        .join(SuggestedEdit, SuggestedEdit.resource_id == Entry.id)
        .where(SuggestedEdit.verdict == Verdict.OPEN, SuggestedEdit.created_at > since, Entry.author_id.is_not(None))
    ),
)
def suggested_edits(member: Member, at: datetime) -> Select[Any]:
    """On what somebody shared; for moderators, on what nobody here shared."""
    whose = Entry.author_id == member.id
    if member.is_moderator:
        whose = or_(whose, Entry.author_id.is_(None))
    # asked of each open suggestion, of which there are few: the other way round every entry would be looked at
    theirs = select(Entry.id).where(Entry.id == SuggestedEdit.resource_id, whose, visible_to(member)).exists()
    others = SuggestedEdit.member_id != member.id
    return counted(SuggestedEdit.created_at).where(
        SuggestedEdit.verdict == Verdict.OPEN, others, theirs, SuggestedEdit.created_at <= at
    )


@duty(
    "suggested terms",
    words=lambda count, _group: ngettext(
        "%(num)s suggestion for the glossary waits", "%(num)s suggestions for the glossary wait", count
    ),
    path=lambda _slug: "/glossary/suggestions",
    whom=lambda since, _until: select(Membership.member_id).where(
        *FACILITATING,
        select(TermSuggestion.id)
        .where(TermSuggestion.created_at > since, TermSuggestion.verdict == TermVerdict.OPEN)
        .exists(),
    ),
)
def suggested_terms(member: Member, at: datetime) -> Select[Any]:
    """For everybody who may edit the glossary: moderators, and facilitators of whichever group."""
    open_ones = (TermSuggestion.verdict == TermVerdict.OPEN, TermSuggestion.created_at <= at)
    found = counted(TermSuggestion.created_at).where(*open_ones)
    if member.is_moderator:
        return found
    return found.where(select(Membership.group_id).where(Membership.member_id == member.id, *FACILITATING).exists())


@duty(
    "to be adopted",
    words=lambda count, _group: ngettext(
        "%(num)s recommendation was submitted and waits to be adopted",
        "%(num)s recommendations were submitted and wait to be adopted",
        count,
    ),
    path=lambda _slug: "/recommendations?state=submitted",
)
def submitted_recommendations(member: Member, at: datetime) -> Select[Any] | None:
    """For the secretariat, which adopts."""
    if not member.is_secretariat:
        return None
    found = counted(Recommendation.active_at).where(Recommendation.state == Standing.SUBMITTED)
    return found.where(Recommendation.active_at <= at, Recommendation.hidden_at.is_(None))


@duty(
    "drafts",
    words=lambda count, _group: ngettext(
        "%(num)s draft of yours lies unfinished", "%(num)s drafts of yours lie unfinished", count
    ),
    path=lambda _slug: "/me/drafts",
    whom=lambda since, until: select(Draft.member_id).where(
        Draft.saved_at > since, Draft.saved_at <= until - OLD_DRAFT
    ),
)
def old_drafts(member: Member, at: datetime) -> Select[Any]:
    """That nobody went on with for days."""
    begun = Draft.member_id == member.id, Draft.body != ""
    return counted(Draft.saved_at).where(*begun, Draft.saved_at <= at - OLD_DRAFT)


def begin_in(duties: list[Duty], since: datetime) -> bool:
    """Whether any of it began to wait after a moment: a reason for a mail by itself. What waits longer comes along."""
    return any(each.since > since for each in duties)


__all__ = ["Duty", "begin_in", "counted", "duties_of", "duty", "may_begin"]
