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

from forum.accounts.likeness import Likeness, Reader
from forum.accounts.models import Member, Office
from forum.community.models import Group, GroupVisibility, Membership
from forum.entries.models import Entry, Visibility

#: Stands for the reader's id in statements that are built once and kept; `as_read_by` gives it its value.
ME: BindParameter[int] = bindparam("me", type_=Integer)

S = TypeVar("S", bound=Select[Any] | CompoundSelect[Any])
R = TypeVar("R", bound=Reader | None)
Shape = ParamSpec("Shape")


def for_each_office(
    build: Callable[Concatenate[R, Shape], S],
) -> Callable[Concatenate[R, Shape], S]:
    """Keep a statement of a hot page, one for visitors and one for each office: building it costs more than running it.

    Args:
        build: makes the statement for a reader; says ME for their id, and names every other value by `bindparam`.
            Whatever else it takes says what shape the statement has, one of few: never a value somebody can choose.
    """
    kept: dict[tuple[Office | None, bool, Hashable], S] = {}

    def statement(reader: R, *shape: Shape.args, **named: Shape.kwargs) -> S:
        asking: Reader | None = reader
        key = (asking.office if asking else None, isinstance(asking, Likeness), (*shape, *named.items()))
        if key not in kept:
            kept[key] = build(reader, *shape, **named)
        return kept[key]

    return wraps(build)(statement)  # type: ignore[return-value]


def as_read_by(reader: Reader | None, **values: Any) -> dict[str, Any]:
    """The values for a kept statement: whose eyes it is read with, and the rest by name."""
    return values if reader is None or isinstance(reader, Likeness) else {"me": reader.id, **values}


def my_group_ids(member: Reader, me: int | ColumnElement[int] | None = None) -> ColumnElement[bool]:
    """A subquery of the ids of the groups the member belongs to."""
    return (
        select(Membership.group_id)
        .where(Membership.member_id == (member.id if me is None else me), Membership.joined_at.is_not(None))
        .correlate_except(Membership)  # `me` may be a column of the statement around
        .scalar_subquery()
    )


def visible_to(reader: Reader | None, me: ColumnElement[int] | None = None) -> ColumnElement[bool]:
    """A WHERE clause over Entry: what this reader may read. A property test holds it to RULES[Can.READ].

    What a likeness may read is what each reader of its kind may, whatever they wrote and whichever groups they are in.

    Args:
        me: ME, where the statement is kept for every reader of the same office (see `for_each_office`), or the column
            that says who reads, where the statement finds that out itself.
    """
    not_hidden = Entry.hidden_at.is_(None)
    if reader is None:
        return and_(not_hidden, Entry.visibility == Visibility.PUBLIC)
    if reader.is_secretariat:
        return true()
    not_draft = Entry.visibility != Visibility.DRAFT
    open_to_members = Entry.visibility.in_((Visibility.PUBLIC, Visibility.MEMBERS))
    if isinstance(reader, Likeness):
        return not_draft if reader.is_moderator else and_(not_hidden, open_to_members)
    mine = Entry.author_id == (reader.id if me is None else me)
    if reader.is_moderator:
        return or_(not_draft, mine)
    in_my_group = and_(not_draft, Entry.group_id.in_(my_group_ids(reader, me)))
    return or_(and_(not_hidden, or_(open_to_members, in_my_group)), mine)


def readers_of(entry: Entry) -> ColumnElement[bool]:
    """A WHERE clause over Member: who may read this entry. `visible_to`, asked from the other side.

    Whether somebody may take part at all is not asked here (see `Member.takes_part`).
    """
    author, secretariat = Member.id == entry.author_id, Member.office == Office.SECRETARIAT
    if entry.visibility is Visibility.DRAFT:
        return or_(author, secretariat)
    moderator = Member.office.in_((Office.MODERATOR, Office.SECRETARIAT))
    if entry.is_hidden:
        return or_(author, moderator)
    if entry.visibility is not Visibility.GROUP:
        return true()
    in_its_group = select(Membership.member_id).where(
        Membership.group_id == entry.group_id, Membership.joined_at.is_not(None)
    )
    return or_(Member.id.in_(in_its_group), author, moderator)


def groups_visible_to(reader: Reader | None, me: ColumnElement[int] | None = None) -> ColumnElement[bool]:
    """A WHERE clause over Group: which groups this reader may know of.

    Args:
        me: as in `visible_to`.
    """
    if reader is None:
        return Group.visibility == GroupVisibility.PUBLIC
    if reader.is_moderator:
        return true()
    if isinstance(reader, Likeness):
        return Group.visibility != GroupVisibility.PRIVATE
    return or_(Group.visibility != GroupVisibility.PRIVATE, Group.id.in_(my_group_ids(reader, me)))
