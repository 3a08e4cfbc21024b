"""Keeping a search, looking at what it found, and letting it go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from sqlalchemy import select, update

from forum.accounts.models import Member
from forum.kernel import clock
from forum.kernel.db import db, save
from forum.kernel.errors import Invalid, Refused
from forum.kernel.i18n import _
from forum.kernel.mail import Delivery, Reason, cancel
from forum.notices.operations import mark_path_read
from forum.notifications.operations import stops
from forum.notifications.tokens import Purpose, Token
from forum.searches.models import SavedSearch, path_of


def keep(
    question: str,
    filters: Mapping[str, Sequence[str]],
    *,
    by: Member,
    name: str = "",
    wishes: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> SavedSearch:
    """Keep a search from now on; one that is kept already is given back as it is.

    Args:
        wishes: how far to go beyond the words, as `across.Wishes.parameters` says it.
    Raises:
        Invalid: nothing is asked. Refused: the member keeps as many as one may.
    """
    chosen = {each: list(values) for each, values in filters.items() if values}
    if not question and not chosen:
        raise Invalid(_("Search for something first, then keep it."))
    wished = {each: list(values) for each, values in wishes.items() if values}
    mine = db.session.scalars(select(SavedSearch).where(SavedSearch.member_id == by.id)).all()
    for search in mine:
        if search.question == question and search.filters == chosen and search.wishes == wished:
            return search
    if len(mine) >= SavedSearch.MOST:
        raise Refused(_("You keep %(num)s searches, which is as many as one can. Let one go first.", num=len(mine)))
    called = (name or question or ", ".join(value for values in chosen.values() for value in values)).strip()
    return save(
        SavedSearch(
            member_id=by.id,
            name=called[: SavedSearch.NAME_LENGTH],
            question=question,
            filters=chosen,
            wishes=wished,
        )
    )


def change(search: SavedSearch, *, name: str, mails: bool) -> None:
    """Call it something else, or be told by mail or not. Raises: Invalid."""
    if not name.strip():
        raise Invalid(_("Give it a name."), "name")
    search.name, search.mails = name.strip()[: SavedSearch.NAME_LENGTH], mails


def look(search: SavedSearch) -> None:
    """Its member has seen what it found, and so the notices of that."""
    search.looked_at = clock.now()
    mark_path_read(path_of(search), by=search.member)


def let_go(search: SavedSearch) -> None:
    """Keep it no longer."""
    mark_path_read(path_of(search), by=search.member)
    db.session.delete(search)


def stop_mail(member_id: int) -> None:
    """No more mail about any kept search of this member, nor what is on its way; the searches stay."""
    mine = update(SavedSearch).where(SavedSearch.member_id == member_id).values(mails=False)
    db.session.execute(mine.execution_options(synchronize_session=False))
    cancel(Delivery.member_id == member_id, Delivery.kind == "searches", reason=Reason.UNSUBSCRIBED)


@stops(Purpose.STOP_SEARCHES)
def stop_by_mail(token: Token) -> None:
    """The same, for whoever writes to the address in the mail."""
    stop_mail(token.member_id)
