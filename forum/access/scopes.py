"""The same policy for many rows at once: Can.READ, said in SQL.

Every list, count, search, feed, digest, preview and export starts from here.
"""

from sqlalchemy import ColumnElement, and_, or_, select, true

from forum.accounts.models import Member
from forum.community.models import Group, GroupVisibility, Membership
from forum.entries.models import Entry, Visibility


def my_group_ids(member: Member) -> ColumnElement[bool]:
    """A subquery of the ids of the groups the member belongs to."""
    return (
        select(Membership.group_id)
        .where(Membership.member_id == member.id, Membership.joined_at.is_not(None))
        .scalar_subquery()
    )


def visible_to(reader: Member | None) -> ColumnElement[bool]:
    """A WHERE clause over Entry: what this reader may read. A property test holds it to RULES[Can.READ]."""
    not_hidden = Entry.hidden_at.is_(None)
    if reader is None:
        return and_(not_hidden, Entry.visibility == Visibility.PUBLIC)
    if reader.is_secretariat:
        return true()
    mine = Entry.author_id == reader.id
    not_draft = Entry.visibility != Visibility.DRAFT
    if reader.is_moderator:
        return or_(not_draft, mine)
    open_to_members = Entry.visibility.in_((Visibility.PUBLIC, Visibility.MEMBERS))
    in_my_group = and_(not_draft, Entry.group_id.in_(my_group_ids(reader)))
    return or_(and_(not_hidden, or_(open_to_members, in_my_group)), mine)


def groups_visible_to(reader: Member | None) -> ColumnElement[bool]:
    """A WHERE clause over Group: which groups this reader may know of."""
    if reader is None:
        return Group.visibility == GroupVisibility.PUBLIC
    if reader.is_moderator:
        return true()
    return or_(Group.visibility != GroupVisibility.PRIVATE, Group.id.in_(my_group_ids(reader)))
