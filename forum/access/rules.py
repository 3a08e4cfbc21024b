"""Who may do what: the whole policy, on one page. `forum permissions` prints it.

A rule says *who*. Whether the thing is in a state to be done (a closed thread, an adopted wording) is for
the model to say, by raising Refused. `forum.access.scopes` says Can.READ again in SQL; a property test
holds the two spellings together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from forum.accounts.likeness import Belonging, Likeness
from forum.accounts.models import Member
from forum.community.models import Group, GroupVisibility, Joining, Membership, MembershipRole
from forum.entries.models import Entry, Visibility
from forum.kernel.db import db
from forum.kernel.errors import NotAllowed, NotFound


class Site:
    """The forum as a whole, for deeds that have no single thing they are done to."""


SITE = Site()

Thing = Site | Group | Entry
#: A member, whoever else is like them (see `forum.accounts.likeness`), or a visitor.
Asker = Member | Likeness | None


class Can(StrEnum):
    READ = "read"
    JOIN = "join"  # a group, at once
    ASK_TO_JOIN = "ask to join"
    ADMIT = "admit"  # people to a group
    POST = "post"  # a thread in a group
    REPLY = "reply"
    EDIT = "edit"
    DELETE = "delete"
    RETITLE = "retitle"  # and file under other regions, themes and entries
    CLOSE = "close"
    PIN = "pin"
    MOVE = "move"
    HIDE = "hide"
    READ_DELETED = "read what was deleted"
    FOLLOW = "follow"
    CREATE_GROUP = "create a group"
    MANAGE_GROUP = "manage a group"
    INVITE = "invite"
    APPROVE_MEMBERS = "approve members"
    OVERSEE_SEARCH = "see how the search does"
    JUDGE_MAIL = "decide about mail that may not be its member's"
    OVERSEE_MAIL = "see what became of everybody's mail, and mend it"
    EDIT_RECORD = "edit the record"  # congresses, meetings, recommendations before adoption
    ADOPT = "adopt"
    SHARE = "share a resource"
    EDIT_RESOURCE = "edit a resource, its files and ties, and answer what others suggest"
    CURATE = "fill and order a collection"
    SUGGEST_EDIT = "suggest an edit of a resource"
    EDIT_GLOSSARY = "edit the glossary"
    SUGGEST_TERMS = "suggest a change of the glossary"


@dataclass(frozen=True)
class Rule:
    """A named predicate over (member or visitor, thing); `|` and `&` compose names and predicates alike."""

    words: str
    holds: Callable[[Asker, Thing], bool]

    def __or__(self, other: Rule) -> Rule:
        return Rule(f"{self.words}, or {other.words}", lambda m, t: self.holds(m, t) or other.holds(m, t))

    def __and__(self, other: Rule) -> Rule:
        return Rule(f"{self.words} and {other.words}", lambda m, t: self.holds(m, t) and other.holds(m, t))


def group_of(thing: Thing) -> Group | None:
    if isinstance(thing, Group):
        return thing
    return thing.group if isinstance(thing, Entry) else None


def membership_of(member: Member | None, thing: Thing) -> Membership | None:
    """The member's own membership in the thing's group, asked of the session's identity map first."""
    group_id = thing.id if isinstance(thing, Group) else getattr(thing, "group_id", None)
    if member is None or group_id is None:
        return None
    return db.session.get(Membership, (group_id, member.id))


def _belonging(m: Asker, t: Thing) -> Membership | Belonging | None:
    if not isinstance(m, Likeness):
        return membership_of(m, t)
    group_id = t.id if isinstance(t, Group) else getattr(t, "group_id", None)
    return None if group_id is None else m.belonging_to(group_id)


def _in_group(m: Asker, t: Thing) -> bool:
    membership = _belonging(m, t)
    return membership is not None and membership.is_active


def _facilitates(m: Asker, t: Thing) -> bool:
    membership = _belonging(m, t)
    return membership is not None and membership.is_active and membership.role == MembershipRole.FACILITATOR


def _facilitates_somewhere(m: Asker, t: Thing) -> bool:
    """The words belong to all regions and themes, so whoever is trusted with one group is trusted with them."""
    if m is None:
        return False
    mine = select(Membership.group_id).where(Membership.member_id == m.id, Membership.joined_at.is_not(None))
    return db.session.scalar(mine.where(Membership.role == MembershipRole.FACILITATOR).limit(1)) is not None


def wrote(m: Asker, t: Thing) -> bool:
    """Whether they are the author of this entry."""
    if m is None or not isinstance(t, Entry):
        return False
    return m.has_written(t.id) if isinstance(m, Likeness) else t.author_id == m.id


def _open_to_all(m: Asker, t: Thing) -> bool:
    if isinstance(t, Entry):
        return t.visibility is Visibility.PUBLIC
    return not isinstance(t, Group) or t.visibility is GroupVisibility.PUBLIC


def _open_to_members(m: Asker, t: Thing) -> bool:
    if isinstance(t, Entry):
        return t.visibility in (Visibility.PUBLIC, Visibility.MEMBERS)
    return not isinstance(t, Group) or t.visibility is not GroupVisibility.PRIVATE


def _not_draft(m: Asker, t: Thing) -> bool:
    return not (isinstance(t, Entry) and t.visibility is Visibility.DRAFT)


def _joins_freely(m: Asker, t: Thing) -> bool:
    return isinstance(t, Group) and t.joining is Joining.OPEN and t.visibility is not GroupVisibility.PRIVATE


anyone = Rule("anyone, when it is public", _open_to_all)
signed_in = Rule("a member", lambda m, t: m is not None)
signed_in_reader = Rule("a member, when it is open to members", lambda m, t: m is not None and _open_to_members(m, t))
group_member = Rule("a member of its group", _in_group)
facilitator = Rule("a facilitator of its group", _facilitates)
facilitator_anywhere = Rule("a facilitator of any group", _facilitates_somewhere)
author = Rule("its author", wrote)
moderator = Rule("a moderator", lambda m, t: m is not None and m.is_moderator)
secretariat = Rule("the secretariat", lambda m, t: m is not None and m.is_secretariat)
not_hidden = Rule("it is not hidden", lambda m, t: not (isinstance(t, Entry) and t.is_hidden))
not_draft = Rule("it is not a draft", _not_draft)
joins_freely = Rule("its group takes in whoever asks", _joins_freely)

# Where order is free, the moderator comes first: knowing one costs no look into the table of memberships.
RULES: dict[Can, Rule] = {
    Can.READ: (anyone | signed_in_reader | group_member & not_draft) & not_hidden
    | author
    | moderator & not_draft
    | secretariat,
    Can.JOIN: signed_in & joins_freely | moderator,
    Can.ASK_TO_JOIN: signed_in,
    Can.ADMIT: moderator | facilitator,
    Can.POST: moderator | group_member,
    Can.REPLY: moderator | group_member & not_hidden,
    Can.EDIT: author & not_hidden | moderator,
    Can.DELETE: author & not_hidden | moderator | facilitator,
    Can.RETITLE: author & not_hidden | moderator | facilitator,
    Can.CLOSE: author & not_hidden | moderator | facilitator,
    Can.PIN: moderator | facilitator,
    Can.MOVE: moderator,
    Can.HIDE: facilitator | moderator,
    Can.READ_DELETED: moderator,
    Can.FOLLOW: signed_in,
    Can.CREATE_GROUP: moderator,
    Can.MANAGE_GROUP: moderator | facilitator,
    Can.INVITE: signed_in,
    Can.APPROVE_MEMBERS: moderator,
    Can.OVERSEE_SEARCH: moderator,
    Can.JUDGE_MAIL: moderator,
    Can.OVERSEE_MAIL: secretariat,  # it shows everybody's address
    Can.EDIT_RECORD: secretariat,
    Can.ADOPT: secretariat,
    Can.SHARE: signed_in,
    Can.EDIT_RESOURCE: author & not_hidden | moderator,  # of the record nobody here is the author
    Can.SUGGEST_EDIT: signed_in,
    Can.CURATE: author & not_hidden | moderator | group_member & not_hidden,
    Can.EDIT_GLOSSARY: moderator | facilitator_anywhere,
    Can.SUGGEST_TERMS: signed_in,
}


def may(member: Asker, can: Can, thing: Thing = SITE) -> bool:
    """Whether this member (or visitor, None) may do this to that. Never raises."""
    return RULES[can].holds(member, thing)


def authorize(member: Asker, can: Can, thing: Thing = SITE) -> None:
    """Return if they may; otherwise say so without telling more than they may know.

    Raises:
        NotFound: they may not even know that it is there.
        NotAllowed: they see it, but this is not theirs to do.
    """
    if not may(member, Can.READ, thing):
        raise NotFound
    if not may(member, can, thing):
        raise NotAllowed(_("You can see this, but doing that here is not open to you."))


def groups_of(member: Member | None) -> frozenset[int]:
    """Ids of the groups a member belongs to: for engines and caches that filter by group."""
    if member is None:
        return frozenset()
    active = select(Membership.group_id).where(Membership.member_id == member.id, Membership.joined_at.is_not(None))
    return frozenset(db.session.scalars(active))
