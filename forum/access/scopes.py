"""The same policy for many rows at once: Can.READ, said in SQL.

Every list, count, search, feed, digest, preview and export starts from here.
"""

from collections.abc import Callable, Hashable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    and_,
    bindparam,
    or_,
    select,
    true,
)

from forum.accounts.models import Member, Office
from forum.community.models import Group, GroupVisibility, Membership
from forum.entries.models import Entry, Visibility

#: Stands for the reader's id in statements that are built once and kept; `as_read_by` gives it its value.
ME: BindParameter[int] = bindparam("me", type_=Integer)

S = TypeVar("S", bound=Select[Any] | CompoundSelect[Any])
Shape = ParamSpec("Shape")


def for_each_office(
    build: Callable[Concatenate[Member | None, Shape], S],
) -> Callable[Concatenate[Member | None, Shape], S]:
    """Keep a statement of a hot page, one for visitors and one for each office: building it costs more than running it.

    Args:
        build: makes the statement for a reader; says ME for their id, and names every other value by `bindparam`.
            Whatever else it takes says what shape the statement has, one of few: never a value somebody can choose.
    """
    kept: dict[tuple[Office | None, Hashable], S] = {}

    def statement(reader: Member | None, *shape: Shape.args, **named: Shape.kwargs) -> S:
        key = (reader.office if reader else None, (*shape, *named.items()))
        if key not in kept:
            kept[key] = build(reader, *shape, **named)
        return kept[key]

    return wraps(build)(statement)  # type: ignore[return-value]


def as_read_by(reader: Member | None, **values: Any) -> dict[str, Any]:
    """The values for a kept statement: whose eyes it is read with, and the rest by name."""
    return values if reader is None else {"me": reader.id, **values}


def my_group_ids(member: Member, me: int | BindParameter[int] | None = None) -> ColumnElement[bool]:
    """A subquery of the ids of the groups the member belongs to."""
    return (
        select(Membership.group_id)
        .where(Membership.member_id == (member.id if me is None else me), Membership.joined_at.is_not(None))
        .scalar_subquery()
    )


def visible_to(reader: Member | None, me: BindParameter[int] | None = None) -> ColumnElement[bool]:
    """A WHERE clause over Entry: what this reader may read. A property test holds it to RULES[Can.READ].

    Args:
        me: ME, where the statement is kept for every reader of the same office (see `for_each_office`).
    """
    not_hidden = Entry.hidden_at.is_(None)
    if reader is None:
        return and_(not_hidden, Entry.visibility == Visibility.PUBLIC)
    if reader.is_secretariat:
        return true()
    mine = Entry.author_id == (reader.id if me is None else me)
    not_draft = Entry.visibility != Visibility.DRAFT
    if reader.is_moderator:
        return or_(not_draft, mine)
    open_to_members = Entry.visibility.in_((Visibility.PUBLIC, Visibility.MEMBERS))
    in_my_group = and_(not_draft, Entry.group_id.in_(my_group_ids(reader, me)))
    return or_(and_(not_hidden, or_(open_to_members, in_my_group)), mine)


def groups_visible_to(reader: Member | None, me: BindParameter[int] | None = None) -> ColumnElement[bool]:
    """A WHERE clause over Group: which groups this reader may know of.

    Args:
        me: as in `visible_to`.
    """
    if reader is None:
        return Group.visibility == GroupVisibility.PUBLIC
    if reader.is_moderator:
        return true()
    return or_(Group.visibility != GroupVisibility.PRIVATE, Group.id.in_(my_group_ids(reader, me)))
