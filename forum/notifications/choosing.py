"""Everything one can choose to hear more or less of, with what each choice would bring: for the page, and from its form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from forum.accounts.models import Member
from forum.community.models import Group, Membership
from forum.community.queries import all_regions, all_themes
from forum.kernel.db import db
from forum.notifications import operations
from forum.notifications.estimating import Usual, usual_in_groups, usual_of_tags
from forum.notifications.gathering import weights_of_tags
from forum.notifications.models import Weight
from forum.web.presentation import size

OF_TAGS = (Weight.FIRST, Weight.NORMAL, Weight.NEVER)


@dataclass(frozen=True)
class Choice:
    """One thing, what is chosen for it, and what may be.

    Args:
        name: of the field.
        options: (value, words) each; the words say what it would bring in a usual week.
        because: why it is as it is, where that is known: a value of Because.
    """

    name: str
    label: str
    value: str
    options: Sequence[tuple[str, str]]
    url: str = ""
    language: str = ""
    because: str = ""


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


def _with_usual(weight: Weight, usual: Usual) -> str:
    words = words_of(weight)
    if weight is Weight.NEVER:
        return words
    if weight is Weight.EACH:
        return said(words, usual.posts, usual.kb_at_once, mails=True)
    return said(words, usual.threads, usual.kb_in_digest(weight), mails=False)


def said(words: str, count: float, kilobytes: int, *, mails: bool) -> str:
    """First (3 lines, 2 kB)."""
    whole = round(count) if count >= 1 or not count else 1
    if mails:
        many = ngettext("%(num)s mail", "%(num)s mails", whole)
    else:
        many = ngettext("%(num)s line", "%(num)s lines", whole)
    return _("%(choice)s (%(many)s, %(size)s)", choice=words, many=many, size=size(kilobytes * 1000))


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
        "put_off_until": choice.put_off_until.isoformat() if choice.put_off_until else None,
        "groups": {group.slug: weights[group.id].value for group in groups if group.id in weights},
        "themes": {each.slug: tags["theme"][each.id].value for each in all_themes() if each.id in tags["theme"]},
        "regions": {each.slug: tags["region"][each.id].value for each in all_regions() if each.id in tags["region"]},
    }
