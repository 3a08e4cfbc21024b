"""Everything one can choose to hear more or less of, with what each choice would bring: for the page, and from its form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from forum.access.scopes import visible_to
from forum.accounts.models import Member
from forum.community.models import Group, Membership
from forum.community.queries import all_regions, all_themes
from forum.entries.models import Entry, Follow, Kind, Level
from forum.entries.operations import follow, unfollow
from forum.entries.titles import titles_of
from forum.kernel.db import db
from forum.notifications import operations
from forum.notifications.estimating import Usual, usual_in_groups, usual_in_threads, usual_of_tags
from forum.notifications.gathering import weights_of_tags
from forum.notifications.models import Weight

FOLLOWS_SHOWN = 30
OF_TAGS = (Weight.FIRST, Weight.NORMAL, Weight.NEVER)


@dataclass(frozen=True)
class Choice:
    """One thing, what is chosen for it, and what may be.

    Args:
        name: of the field.
        options: (value, words) each; the words say what it would bring in a usual week.
    """

    name: str
    label: str
    value: str
    options: Sequence[tuple[str, str]]
    url: str = ""
    language: str = ""


def words_of(weight: Weight) -> str:
    return {
        Weight.EACH: _("Each post, at once"),
        Weight.FIRST: _("First"),
        Weight.NORMAL: _("Like the others"),
        Weight.TITLES: _("Titles only"),
        Weight.NEVER: _("Never"),
    }[weight]


def groups_of(member: Member) -> list[Group]:
    mine = select(Group).join(Membership).where(Membership.member_id == member.id, Membership.joined_at.is_not(None))
    return list(db.session.scalars(mine.order_by(Group.kind, Group.name)))


def group_choices(member: Member, language: str) -> list[Choice]:
    """How much of each of my groups."""
    groups, weights = groups_of(member), operations.weights_of(member)
    usual = usual_in_groups(member, [group.id for group in groups])
    return [
        Choice(
            f"weight-{group.slug}",
            group.label(language),
            weights.get(group.id, Weight.NORMAL).value,
            [(weight.value, _with_usual(weight, usual.get(group.id, Usual()))) for weight in Weight],
            f"/groups/{group.slug}",
        )
        for group in groups
    ]


def tag_choices(member: Member, language: str) -> dict[str, list[Choice]]:
    """How much of each "theme" and "region" there is."""
    weights, usual = weights_of_tags(member), usual_of_tags(member)
    return {
        kind: [
            Choice(
                f"{kind}-{word.slug}",
                word.label(language),
                weights[kind].get(word.id, Weight.NEVER).value,
                [(weight.value, _with_usual(weight, usual[kind].get(word.id, Usual()))) for weight in OF_TAGS],
                f"/{kind}s/{word.slug}",
            )
            for word in words
        ]
        for kind, words in (("theme", all_themes()), ("region", all_regions()))
    }


def follow_choices(member: Member) -> list[Choice]:
    """What I follow, latest first, as far as it fits on a page."""
    rows = db.session.execute(
        select(Follow.entry_id, Follow.level, Entry.kind)
        .join(Entry, Entry.id == Follow.entry_id)
        .where(Follow.member_id == member.id, visible_to(member))
        .order_by(Follow.created_at.desc(), Follow.entry_id.desc())
        .limit(FOLLOWS_SHOWN)
    ).all()
    named = titles_of(row.entry_id for row in rows)
    usual = usual_in_threads(member, [row.entry_id for row in rows if row.kind is Kind.THREAD])
    return [
        Choice(
            f"follow-{row.entry_id}",
            named[row.entry_id].title,
            row.level.value,
            _levels(usual.get(row.entry_id, Usual())),
            named[row.entry_id].url,
            named[row.entry_id].language,
        )
        for row in rows
        if row.entry_id in named
    ]


def _levels(usual: Usual) -> list[tuple[str, str]]:
    return [
        (Level.EVERY_POST.value, _said(_("Every post"), usual.posts, usual.kb_at_once, mails=True)),
        (Level.DIGEST.value, _("In the digest")),
        (Level.MUTED.value, _("Nothing, even when mentioned")),
        ("none", _("Not following")),
    ]


def _with_usual(weight: Weight, usual: Usual) -> str:
    words = words_of(weight)
    if weight is Weight.NEVER:
        return words
    if weight is Weight.EACH:
        return _said(words, usual.posts, usual.kb_at_once, mails=True)
    return _said(words, usual.threads, usual.kb_in_digest(weight), mails=False)


def _said(words: str, count: float, kilobytes: int, *, mails: bool) -> str:
    """First (3 lines, 2 KB)."""
    whole = round(count) if count >= 1 or not count else 1
    if mails:
        many = ngettext("%(num)s mail", "%(num)s mails", whole)
    else:
        many = ngettext("%(num)s line", "%(num)s lines", whole)
    return _("%(choice)s (%(many)s, %(size)s KB)", choice=words, many=many, size=kilobytes)


def take(member: Member, sent: Mapping[str, str]) -> None:
    """Do what the form says, as far as it says something else than before. What is not theirs to choose is passed over."""
    weights = operations.weights_of(member)
    for group in groups_of(member):
        asked = sent.get(f"weight-{group.slug}", "")
        if asked in set(Weight) and asked != weights.get(group.id, Weight.NORMAL):
            operations.weigh(group, Weight(asked), by=member)
    tags = weights_of_tags(member)
    for kind, words, weigh in (
        ("theme", all_themes(), operations.weigh_theme),
        ("region", all_regions(), operations.weigh_region),
    ):
        for word in words:
            asked = sent.get(f"{kind}-{word.slug}", "")
            if asked in OF_TAGS and asked != tags[kind].get(word.id, Weight.NEVER):
                weigh(word.id, Weight(asked), by=member)
    _take_follows(member, {name[7:]: asked for name, asked in sent.items() if name.startswith("follow-")})


def _take_follows(member: Member, sent: Mapping[str, str]) -> None:
    ids = [int(id) for id in sent if id.isascii() and id.isdigit() and len(id) < 10][: 2 * FOLLOWS_SHOWN]
    mine = select(Follow, Entry).join(Entry, Entry.id == Follow.entry_id)
    rows = db.session.execute(mine.where(Follow.member_id == member.id, Follow.entry_id.in_(ids), visible_to(member)))
    for known, entry in rows.all():
        asked = sent[str(entry.id)]
        if asked == "none":
            unfollow(entry, by=member)
        elif asked in set(Level) and asked != known.level:
            follow(entry, by=member, level=Level(asked))


def taken_along(member: Member) -> dict[str, Any]:
    """What a member chose about mail, in plain values, for their own export."""
    choice, groups, tags = operations.peek(member), groups_of(member), weights_of_tags(member)
    weights = operations.weights_of(member)
    return {
        "digest": choice.frequency.value,
        "hour": choice.hour,
        "weekday": choice.weekday,
        "nothing_until": choice.paused_until.isoformat() if choice.paused_until else None,
        "discreet": choice.discreet,
        "at_once": choice.at_once,
        "groups": {group.slug: weights[group.id].value for group in groups if group.id in weights},
        "themes": {each.slug: tags["theme"][each.id].value for each in all_themes() if each.id in tags["theme"]},
        "regions": {each.slug: tags["region"][each.id].value for each in all_regions() if each.id in tags["region"]},
    }
